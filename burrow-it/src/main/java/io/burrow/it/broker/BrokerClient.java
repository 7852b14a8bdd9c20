package io.burrow.it.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * What tests and demos do to a cluster besides consuming from it. Works with any cluster, an existing one too. Any
 * thread. Every call has a time limit of one minute, connection losses on the way are retried within it; failures come
 * as Kafka's own unchecked exceptions.
 */
public final class BrokerClient implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int PROBE_MILLIS = 2_000;
    private static final int LINGER_MILLIS = 5; // Kafka's own default

    private final String bootstrapServers;
    private final Admin admin;

    /**
     * Connects lazily: that the cluster cannot be reached shows in the first call.
     *
     * @param bootstrapServers {@code host:port}, several separated by commas
     */
    public BrokerClient(String bootstrapServers) {
        this(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    }

    /** A client of controllers, which answer to nothing of what this class offers but {@link #isServing()}. */
    static BrokerClient ofControllers(String bootstrapControllers) {
        return new BrokerClient(AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG, bootstrapControllers);
    }

    private BrokerClient(String property, String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(Map.of(
                property,
                bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) LIMIT.toMillis(),
                // A broker that comes back should not have to wait for its clients.
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                200));
    }

    /**
     * The admin client in use, which is closed with this object.
     *
     * @return the same one at each call
     */
    public Admin admin() {
        return admin;
    }

    /**
     * Creates a topic with the cluster's default settings, and waits until it can be written.
     *
     * @param name the topic
     * @param partitions how many
     */
    public void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /**
     * Creates a topic with as many replicas as the broker's default says, and waits until every partition has a leader
     * that answers: records sent before that can be lost (KAFKA-15591).
     *
     * @param name the topic
     * @param partitions how many
     * @param configs topic settings, such as {@code cleanup.policy}
     * @throws org.apache.kafka.common.errors.TopicExistsException if there is one of this name
     */
    public void createTopic(String name, int partitions, Map<String, String> configs) {
        NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs);
        get(admin.createTopics(List.of(topic)).all());
        List<TopicPartition> created = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            created.add(new TopicPartition(name, partition));
        }
        Await.until("leaders of all partitions of " + name, LIMIT, () -> answers(created));
    }

    /**
     * Sends the records and returns when the cluster has acknowledged every one of them.
     *
     * @param topic the topic that each record must name
     * @param records read once and lazily, so that there can be more than fit into memory
     * @return how many were written
     * @throws IllegalArgumentException if a record is for another topic
     * @throws KafkaException the first failure of a send; records after it may have been written
     */
    public long produce(String topic, Iterable<ProducerRecord<byte[], byte[]>> records) {
        return produce(topic, records, LINGER_MILLIS);
    }

    /**
     * The same, with each record on its way as soon as it is there: for records that come at a steady rate.
     *
     * @param topic the topic that each record must name
     * @param records read once and lazily
     * @return how many were written
     * @throws IllegalArgumentException if a record is for another topic
     * @throws KafkaException the first failure of a send; records after it may have been written
     */
    public long produceOneByOne(String topic, Iterable<ProducerRecord<byte[], byte[]>> records) {
        return produce(topic, records, 0);
    }

    private long produce(String topic, Iterable<ProducerRecord<byte[], byte[]>> records, int lingerMillis) {
        try (CheckedProducer producer = new CheckedProducer(bootstrapServers, LIMIT, lingerMillis)) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                if (!record.topic().equals(topic)) {
                    throw new IllegalArgumentException(
                            "a record for topic " + record.topic() + " among those for " + topic);
                }
                producer.send(record);
            }
            return producer.awaitAll();
        }
    }

    /**
     * The offsets that a group has committed, as the cluster holds them.
     *
     * @param groupId the group, which need not exist
     * @return the partitions with a commit; empty if there is none
     */
    public Map<TopicPartition, OffsetAndMetadata> committed(String groupId) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                new HashMap<>(get(admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata()));
        committed.values().removeIf(offset -> offset == null);
        return committed;
    }

    /**
     * The offset after the last record of each partition.
     *
     * @param topic an existing topic
     * @return one entry per partition, by partition number
     */
    public Map<TopicPartition, Long> endOffsets(String topic) {
        TopicDescription description =
                get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
        List<TopicPartition> partitions = description.partitions().stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        Map<TopicPartition, ListOffsetsResultInfo> found = listEnds(partitions, new ListOffsetsOptions());
        Map<TopicPartition, Long> ends = new LinkedHashMap<>();
        partitions.forEach(partition -> ends.put(partition, found.get(partition).offset()));
        return ends;
    }

    /** Asks once, for two seconds at most, whether a broker serves. */
    boolean isServing() {
        try {
            DescribeClusterOptions options = new DescribeClusterOptions().timeoutMs(PROBE_MILLIS);
            return !get(admin.describeCluster(options).nodes()).isEmpty();
        } catch (RetriableException notYet) {
            return false;
        }
    }

    /** Asks once, for two seconds at most, whether the cluster counts a node among those that serve. */
    boolean knows(int nodeId) {
        try {
            DescribeClusterOptions options = new DescribeClusterOptions().timeoutMs(PROBE_MILLIS);
            return get(admin.describeCluster(options).nodes()).stream().anyMatch(node -> node.id() == nodeId);
        } catch (RetriableException notYet) {
            return false;
        }
    }

    /** Releases the connections; calls under way fail. A second close does nothing. */
    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }

    private boolean answers(List<TopicPartition> partitions) {
        try {
            listEnds(partitions, new ListOffsetsOptions().timeoutMs(PROBE_MILLIS));
            return true;
        } catch (RetriableException notYet) {
            return false;
        }
    }

    private Map<TopicPartition, ListOffsetsResultInfo> listEnds(
            List<TopicPartition> partitions, ListOffsetsOptions options) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        return get(admin.listOffsets(latest, options).all());
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            // The client keeps the limit itself; the margin only guards against a client that hangs.
            return future.get(LIMIT.plusSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new KafkaException(failure.getCause());
        } catch (TimeoutException failure) {
            throw new KafkaException("no answer from the admin client", failure);
        } catch (InterruptedException failure) {
            throw new InterruptException(failure);
        }
    }
}
