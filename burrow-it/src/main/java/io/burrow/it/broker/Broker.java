package io.burrow.it.broker;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A broker of our own that runs until it is closed. The calls to it behave as {@link BrokerClient} says. */
public sealed interface Broker extends AutoCloseable permits EmbeddedKafka, BrokerProcess {

    /**
     * Where clients connect.
     *
     * @return {@code host:port}, the same for the whole life of the broker
     */
    String bootstrapServers();

    /**
     * The client behind the calls below.
     *
     * @return the same one at each call, closed with the broker
     */
    BrokerClient client();

    /**
     * An admin client for this broker.
     *
     * @return the same one at each call, closed with the broker
     */
    default Admin admin() {
        return client().admin();
    }

    /**
     * Creates a topic and waits until it can be written.
     *
     * @param name the topic
     * @param partitions how many
     */
    default void createTopic(String name, int partitions) {
        client().createTopic(name, partitions);
    }

    /**
     * Creates a topic and waits until it can be written.
     *
     * @param name the topic
     * @param partitions how many
     * @param configs topic settings
     */
    default void createTopic(String name, int partitions, Map<String, String> configs) {
        client().createTopic(name, partitions, configs);
    }

    /**
     * Writes records and returns when each is acknowledged.
     *
     * @param topic the topic that each record must name
     * @param records read once and lazily
     * @return how many were written
     */
    default long produce(String topic, Iterable<ProducerRecord<byte[], byte[]>> records) {
        return client().produce(topic, records);
    }

    /**
     * The offsets that a group has committed.
     *
     * @param groupId the group, which need not exist
     * @return the partitions with a commit
     */
    default Map<TopicPartition, OffsetAndMetadata> committed(String groupId) {
        return client().committed(groupId);
    }

    /**
     * The offset after the last record of each partition.
     *
     * @param topic an existing topic
     * @return one entry per partition, by partition number
     */
    default Map<TopicPartition, Long> endOffsets(String topic) {
        return client().endOffsets(topic);
    }

    /** Stops the broker and deletes its directory, unless that was given by the caller. A second close does nothing. */
    @Override
    void close();
}
