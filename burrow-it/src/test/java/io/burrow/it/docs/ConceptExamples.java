package io.burrow.it.docs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The Java of docs/concepts.md, between marks. */
final class ConceptExamples {
    private ConceptExamples() {}

    @SuppressWarnings("NullAway") // that the maps hold what was put there stays out of the example
    static InMemoryBroker gap() {
        // [gap]
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
        Map<Long, CompletableFuture<Void>> running = new HashMap<>();
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("mailer", List.of("orders")))
                        .config(c -> c.ordering(Ordering.UNORDERED))
                        .asyncHandler(
                                message -> running.computeIfAbsent(message.offset(), key -> new CompletableFuture<>())),
                new TestClock(),
                42);
        for (int i = 0; i < 9; i++) {
            broker.produce("orders", "customer-" + i, "order " + i);
        }
        burrow.settle(); // all nine are being handled

        List.of(0L, 1L, 2L, 4L, 5L, 7L).forEach(offset -> running.get(offset).complete(null));
        burrow.settle().advance(Duration.ofSeconds(5)); // a commit is due
        assertThat(committed(broker)).isEqualTo(3);

        running.get(3L).complete(null);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed(broker)).isEqualTo(6);
        // [gap]
        return broker;
    }

    static void crash(InMemoryBroker broker) {
        // [crash]
        broker.faults().crash(broker.members("mailer").get(0));
        List<Long> again = new ArrayList<>();
        SteppedBurrow<String, String> next = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("mailer", List.of("orders")))
                        .handler(message -> again.add(message.offset())),
                new TestClock(),
                42);
        next.settle();
        assertThat(again).containsExactlyInAnyOrder(6L, 8L); // 7 was finished above the gap
        // [crash]
    }

    private static long committed(InMemoryBroker broker) {
        return requireNonNull(broker.committed("mailer", new TopicPartition("orders", 0)))
                .offset();
    }
}
