package io.burrow.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where reading begins when nothing is committed, in two cases in which the client's own way would lose records or wait
 * for ever. Loop thread only.
 *
 * <p>With {@code latest} a partition is begun at its end, also one that was made after the source was opened: what was
 * written to it before this member heard of it would be left out. But all of it is later than the start, so it is begun
 * at its beginning.
 *
 * <p>With {@code by_duration} the client looks for the first record that is young enough, and looks again and again if
 * there is none: the partition has no position until one is written. Then it is begun at its end.
 */
final class StartPositions {
    private static final Logger log = LoggerFactory.getLogger(StartPositions.class);

    private final Consumer<?, ?> consumer;
    private final Wakeups wakeups;
    private final OffsetReset reset;
    /** How many partitions each topic had when the source was opened. */
    private final Map<String, Integer> counts = new HashMap<>();

    StartPositions(Consumer<?, ?> consumer, Wakeups wakeups, OffsetReset reset) {
        this.consumer = consumer;
        this.wakeups = wakeups;
        this.reset = reset;
    }

    /** A topic as it is when the source is opened. */
    void known(String topic, @Nullable List<PartitionInfo> partitions) {
        counts.put(topic, partitions == null ? 0 : partitions.size());
    }

    /** Moves to where an assigned partition begins of which nothing is committed, if the client must not do it. */
    void place(TopicPartition partition, Deadline deadline) {
        if (reset.latest() && partition.partition() >= counts.getOrDefault(partition.topic(), 0)) {
            log.atInfo()
                    .addKeyValue("partition", partition)
                    .log("{} was made since the start: it is read from its beginning", partition);
            consumer.seekToBeginning(List.of(partition));
        } else if (reset.since() != null) {
            long youngest = System.currentTimeMillis() - reset.since().toMillis();
            // the end first: what is written between the two questions is not passed by
            Map<TopicPartition, Long> ends = wakeups.shielded(
                    deadline, () -> consumer.endOffsets(Set.of(partition), deadline.leftAtLeastOneMilli()));
            deadline.requireLeft();
            Map<TopicPartition, OffsetAndTimestamp> found = wakeups.shielded(
                    deadline,
                    () -> consumer.offsetsForTimes(Map.of(partition, youngest), deadline.leftAtLeastOneMilli()));
            @Nullable OffsetAndTimestamp first = found.get(partition);
            consumer.seek(partition, first == null ? ends.getOrDefault(partition, 0L) : first.offset());
        }
    }
}
