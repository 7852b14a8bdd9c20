package io.burrow.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.Failure;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Asks {@link BackoffByCause} for delays, and runs it. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class BackoffByCauseIT {
    private final BackoffByCause backoff = new BackoffByCause();
    private final EmbeddedKafka kafka;

    BackoffByCauseIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    private record Delay(int attempt, Class<?> cause, Duration delay) {}

    @Test
    void delay_growsForWhatCannotBeReached_andStaysShortForTheRest() {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.delay(failure(1, new ConnectException()), random))
                    .isBetween(Duration.ofMillis(400), Duration.ofMillis(500));
            assertThat(backoff.delay(failure(3, new ConnectException()), random))
                    .isBetween(Duration.ofMillis(900), Duration.ofMillis(1_125));
            assertThat(backoff.delay(failure(10_000, new ConnectException()), random))
                    .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
            assertThat(backoff.delay(failure(10_000, new IllegalStateException()), random))
                    .isBetween(Duration.ofMillis(80), Duration.ofMillis(100));
        }
    }

    @Test
    void parcels_areDeliveredWhenTheServiceIsBack_andWhatCannotBeIsExhaustedAtOnce() {
        kafka.createTopic("parcels", 1);
        List<String> numbers = List.of("1", "2", "3", "4", "wrong");
        kafka.produce(
                "parcels",
                numbers.stream()
                        .map(number -> Topics.record("parcels", number, number))
                        .toList());
        Map<String, Integer> attempts = new ConcurrentHashMap<>();
        Set<String> delivered = ConcurrentHashMap.newKeySet();
        Queue<Delay> delays = new ConcurrentLinkedQueue<>();
        BackoffStrategy watched = (failure, random) -> {
            Duration delay = backoff.delay(failure, random);
            delays.add(new Delay(failure.attempt(), failure.cause().getClass(), delay));
            return delay;
        };
        BackoffByCause.Delivery delivery = number -> {
            int attempt = attempts.merge(number, 1, Integer::sum);
            if (number.equals("wrong")) {
                throw new IllegalArgumentException("no such parcel");
            }
            if (attempt == 1) {
                throw new ConnectException("down");
            }
            if (attempt == 2) {
                throw new IllegalStateException("busy");
            }
            delivered.add(number);
        };
        try (Burrow<String, String> burrow =
                BackoffByCause.deliveries(kafka.bootstrapServers(), "parcels", watched, delivery)) {
            burrow.start();
            Await.until("all delivered", Topics.LIMIT, () -> burrow.stats().processed() == 4);
            assertThat(burrow.parked()).hasSize(1);
        }
        assertThat(delivered).containsExactlyInAnyOrder("1", "2", "3", "4");
        assertThat(attempts).containsEntry("wrong", 1).containsEntry("1", 3);
        assertThat(delays)
                .hasSize(8)
                .filteredOn(delay -> delay.attempt() == 1)
                .hasSize(4)
                .allSatisfy(delay -> {
                    assertThat(delay.cause()).isEqualTo(ConnectException.class);
                    assertThat(delay.delay()).isBetween(Duration.ofMillis(400), Duration.ofMillis(500));
                });
    }

    private static Failure failure(int attempt, Exception cause) {
        return new Failure(new TopicPartition("parcels", 0), 0, attempt, cause, Duration.ZERO, Duration.ZERO);
    }
}
