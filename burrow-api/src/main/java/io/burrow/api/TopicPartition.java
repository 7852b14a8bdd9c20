package io.burrow.api;

import java.util.Objects;

/**
 * A partition of a topic. Immutable; usable as a key of a map and ordered by topic, then by number.
 *
 * @param topic the name of the topic, not empty
 * @param partition the number of the partition, from 0
 */
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {
    /**
     * Makes a partition.
     *
     * @param topic the name of the topic, not empty
     * @param partition the number of the partition, from 0
     * @throws IllegalArgumentException if the topic is empty or the number negative
     */
    public TopicPartition {
        Objects.requireNonNull(topic, "topic");
        if (topic.isEmpty()) {
            throw new IllegalArgumentException("topic must not be empty");
        }
        if (partition < 0) {
            throw new IllegalArgumentException("partition must not be negative: " + partition);
        }
    }

    @Override
    public int compareTo(TopicPartition other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }

    /** Returns {@code topic-partition}, the form that Kafka's own tools print. */
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
