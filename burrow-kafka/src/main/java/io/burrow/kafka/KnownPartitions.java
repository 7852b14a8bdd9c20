package io.burrow.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How many partitions each topic had when the source was opened. What is assigned beyond was made since: all of it is
 * later than the start, and so nothing of it is what {@code auto.offset.reset=latest} is meant to leave out. Loop
 * thread only.
 */
final class KnownPartitions {
    private final Map<String, Integer> counts = new HashMap<>();

    void add(String topic, @Nullable List<PartitionInfo> partitions) {
        counts.put(topic, partitions == null ? 0 : partitions.size());
    }

    boolean isNew(TopicPartition partition) {
        return partition.partition() >= counts.getOrDefault(partition.topic(), 0);
    }
}
