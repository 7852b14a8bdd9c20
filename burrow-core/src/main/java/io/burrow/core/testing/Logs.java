package io.burrow.core.testing;

import io.burrow.api.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The logs of all topics. Guarded by the broker's lock. */
final class Logs {
    private final TreeMap<String, List<PartitionLog>> topics = new TreeMap<>();

    void create(String topic, int partitions) {
        Require.atLeast(1, "partitions", partitions);
        if (topics.containsKey(topic)) {
            throw new IllegalArgumentException("topic exists already: " + topic);
        }
        topics.put(topic, new ArrayList<>());
        add(topic, partitions);
    }

    void add(String topic, int count) {
        Require.atLeast(1, "count", count);
        List<PartitionLog> logs = of(topic);
        for (int i = 0; i < count; i++) {
            logs.add(new PartitionLog(new TopicPartition(topic, logs.size())));
        }
    }

    void delete(String topic) {
        of(topic);
        topics.remove(topic);
    }

    boolean exists(String topic) {
        return topics.containsKey(topic);
    }

    /** The partitions of a topic, in order; none if it does not exist. */
    List<TopicPartition> partitions(String topic) {
        int count = topics.getOrDefault(topic, List.of()).size();
        List<TopicPartition> partitions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        return partitions;
    }

    List<PartitionLog> of(String topic) {
        List<PartitionLog> logs = topics.get(topic);
        if (logs == null) {
            throw new IllegalArgumentException("no topic " + topic + "; there are " + topics.keySet());
        }
        return logs;
    }

    PartitionLog of(String topic, int partition) {
        List<PartitionLog> logs = of(topic);
        if (partition < 0 || partition >= logs.size()) {
            throw new IllegalArgumentException(
                    "partition of " + topic + " must be from 0 to " + (logs.size() - 1) + ": " + partition);
        }
        return logs.get(partition);
    }

    @Nullable
    PartitionLog find(TopicPartition partition) {
        List<PartitionLog> logs = topics.getOrDefault(partition.topic(), List.of());
        return partition.partition() < logs.size() ? logs.get(partition.partition()) : null;
    }
}
