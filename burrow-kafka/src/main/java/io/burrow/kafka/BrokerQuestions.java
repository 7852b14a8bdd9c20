package io.burrow.kafka;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Asks the brokers what the consumer does not tell, or not without waiting. Nothing here waits, and an answer comes on
 * a thread of its own.
 */
interface BrokerQuestions extends AutoCloseable {
    /**
     * Asks which topic it is that has a name now.
     *
     * @param topics the names
     * @return the answer to come for each, which fails if there is no such topic
     */
    Map<String, KafkaFuture<Uuid>> ids(Set<String> topics);

    /**
     * Asks where logs begin.
     *
     * @param partitions the partitions
     * @return the answer to come for each, which fails if it does not come within a few seconds
     */
    Map<TopicPartition, KafkaFuture<Long>> beginnings(Set<TopicPartition> partitions);

    /** Frees everything. Must not wait. */
    @Override
    void close();
}
