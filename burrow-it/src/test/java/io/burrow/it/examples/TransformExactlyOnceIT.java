package io.burrow.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.CloseResult;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs {@link TransformExactlyOnce} with failures half way through orders, and a process that ends in the middle. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class TransformExactlyOnceIT {
    private static final int ORDERS = 300;

    private final EmbeddedKafka kafka;

    TransformExactlyOnceIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void ordersThatComeAgain_eachOfTheirLinesIsThereOnce() throws Exception {
        kafka.createTopic("shop-orders", 3);
        kafka.createTopic("shop-lines", 3);
        kafka.produce(
                "shop-orders",
                IntStream.range(0, ORDERS)
                        .mapToObj(i -> Topics.record("shop-orders", "key-" + i, i + "a," + i + "b," + i + "c"))
                        .toList());
        Set<String> failed = ConcurrentHashMap.newKeySet();
        AtomicInteger lookUpsOf42 = new AtomicInteger();
        CountDownLatch late = new CountDownLatch(1);
        TransformExactlyOnce.Prices prices = item -> {
            if (item.endsWith("5b") && failed.add(item)) {
                throw new IllegalStateException("no price yet"); // when the line before was added already
            }
            if (item.equals("42b") && lookUpsOf42.incrementAndGet() == 1) {
                late.await(); // still there when its process ends
            }
            return "1.00";
        };

        try (Burrow<String, String> first =
                TransformExactlyOnce.lines(kafka.bootstrapServers(), "first", "shop-orders", "shop-lines", prices)) {
            first.start();
            Await.until(
                    "much is done",
                    Topics.LIMIT,
                    () -> first.stats().processed() > ORDERS / 2 && lookUpsOf42.get() == 1);
            CloseResult closed = first.close(Duration.ZERO);
            assertThat(closed.unfinishedRecords()).as("these come again").isPositive();
        }
        try (Burrow<String, String> second =
                TransformExactlyOnce.lines(kafka.bootstrapServers(), "second", "shop-orders", "shop-lines", prices)) {
            second.start();
            Await.until("42 again", Topics.LIMIT, () -> lookUpsOf42.get() == 2);
            late.countDown();
            Await.until(
                    "all lines", Topics.LIMIT, () -> lines().stream().distinct().count() == 3 * ORDERS);
        }

        assertThat(failed).isNotEmpty();
        assertThat(lines())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, ORDERS)
                        .boxed()
                        .flatMap(i -> Stream.of(i + "a 1.00", i + "b 1.00", i + "c 1.00"))
                        .toList());
    }

    private List<String> lines() {
        return Topics.committedValues(kafka, "shop-lines");
    }
}
