package io.burrow.it.kafka;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.PartitionListener;
import io.burrow.it.broker.Await;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaSourceBuilder;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A source with the test in the engine's place: it polls, and says what becomes of a callback. One thread polls at a
 * time; what is noted can be read by any.
 */
final class PolledSource implements AutoCloseable {
    private static final Duration SHORT = Duration.ofMillis(100);

    /** What was told of partitions, in its order, as {@code revoked [0, 1]}. */
    final Queue<String> events = new ConcurrentLinkedQueue<>();

    /** Where partitions began. */
    final Queue<AssignedPartition> starts = new ConcurrentLinkedQueue<>();

    /** What was handed over, in its order, as {@code 0@7}: the partition and the offset. */
    final Queue<String> records = new ConcurrentLinkedQueue<>();

    /** What it has. */
    final Set<TopicPartition> owned = ConcurrentHashMap.newKeySet();

    /** What the engine does when partitions come; none that are none. */
    volatile Consumer<Collection<TopicPartition>> onAssigned = partitions -> {};

    /** What the engine does when partitions go. */
    volatile Consumer<Collection<TopicPartition>> onRevoked = partitions -> {};

    private final KafkaSource<String, String> source;

    /** Builds it; nothing is opened. */
    PolledSource(KafkaSourceBuilder<String, String> builder) {
        this.source = builder.build();
    }

    private final class Told implements PartitionListener {
        @Override
        public void assigned(Collection<AssignedPartition> added) {
            if (added.isEmpty()) {
                return;
            }
            List<TopicPartition> partitions =
                    added.stream().map(AssignedPartition::partition).toList();
            note("assigned", partitions);
            starts.addAll(added);
            owned.addAll(partitions);
            onAssigned.accept(partitions);
        }

        @Override
        public void revoked(Collection<TopicPartition> removed) {
            note("revoked", removed);
            owned.removeAll(removed);
            onRevoked.accept(removed);
        }

        @Override
        public void lost(Collection<TopicPartition> removed) {
            note("lost", removed);
            owned.removeAll(removed);
        }

        @Override
        public void reset(TopicPartition partition, long position) {
            events.add("reset " + partition.partition() + " to " + position);
        }

        private void note(String what, Collection<TopicPartition> partitions) {
            events.add(what + " "
                    + partitions.stream()
                            .map(TopicPartition::partition)
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    KafkaSource<String, String> source() {
        return source;
    }

    void open() {
        source.open(new Told());
    }

    void poll() {
        poll(SHORT);
    }

    void poll(Duration timeout) {
        source.poll(
                timeout,
                (partition, handed, end) ->
                        handed.forEachRemaining(record -> records.add(partition.partition() + "@" + record.offset())));
    }

    /** Polls until it has as many partitions. */
    void awaitOwned(int count) {
        Await.until(count + " partitions", Scene.LIMIT, () -> {
            poll();
            return owned.size() == count;
        });
    }

    /** Commits the same offset for partitions, and waits for the answer. */
    CommitResult commit(Collection<TopicPartition> partitions, long offset) {
        return source.committer()
                .commit(
                        partitions.stream().collect(Collectors.toMap(each -> each, each -> CommitPoint.of(offset))),
                        Scene.LIMIT);
    }

    /** Whether every partition of a commit came to the same. */
    static boolean all(CommitResult result, CommitOutcome outcome) {
        return !result.outcomes().isEmpty()
                && result.outcomes().values().stream().allMatch(outcome::equals);
    }

    @Override
    public void close() {
        source.close(Scene.LIMIT);
    }
}
