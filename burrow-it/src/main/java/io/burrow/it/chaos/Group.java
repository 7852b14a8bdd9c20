package io.burrow.it.chaos;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.BrokerCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/** The topics and the group of a phase, as an operator sees them, around the proxies. Any thread. */
final class Group {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int DEAD_LETTER_PARTITIONS = 4;

    private final BrokerCluster cluster;
    private final String name;

    Group(BrokerCluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    String name() {
        return name;
    }

    String topic() {
        return name;
    }

    String deadLetterTopic() {
        return name + "-dead";
    }

    void createTopics(int partitions) {
        cluster.client().createTopic(topic(), partitions);
        createDeadLetterTopic();
    }

    private void createDeadLetterTopic() {
        createDeadLetterTopic(null);
    }

    /**
     * Also while no broker counts as serving, since it was just killed or frozen: then there are said to be too few for
     * the topic. Whether a topic was made can stay unknown as well, if the answer is lost: then it is there already the
     * next time.
     *
     * @param deleted the topic that was deleted before, which the brokers take a moment for; null if it may be there
     */
    void createDeadLetterTopic(@Nullable Uuid deleted) {
        Await.until("the topic " + deadLetterTopic(), LIMIT, () -> {
            try {
                cluster.client().createTopic(deadLetterTopic(), DEAD_LETTER_PARTITIONS);
                return true;
            } catch (TopicExistsException exists) {
                return isThere(deleted);
            } catch (InvalidReplicationFactorException | RetriableException notYet) {
                return false;
            }
        });
    }

    private boolean isThere(@Nullable Uuid deleted) {
        try {
            return !deadLetterTopicId().equals(deleted);
        } catch (RetriableException notYet) {
            return false;
        }
    }

    Uuid deadLetterTopicId() {
        return get(admin().describeTopics(List.of(deadLetterTopic())).allTopicNames())
                .get(deadLetterTopic())
                .topicId();
    }

    void deleteDeadLetterTopic() {
        get(admin().deleteTopics(List.of(deadLetterTopic())).all());
    }

    int partitions() {
        return get(admin().describeTopics(List.of(topic())).allTopicNames())
                .get(topic())
                .partitions()
                .size();
    }

    /** Adds a partition and returns, when it can be written, how many there are. */
    int addPartition() {
        int count = partitions() + 1;
        get(admin().createPartitions(Map.of(topic(), NewPartitions.increaseTo(count)))
                .all());
        Await.until("a leader of partition " + (count - 1), LIMIT, () -> {
            try {
                return offset(count - 1, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED) >= 0;
            } catch (RetriableException notYet) {
                return false;
            }
        });
        return count;
    }

    void deleteRecords(int partition, long below) {
        get(admin().deleteRecords(Map.of(key(partition), RecordsToDelete.beforeOffset(below)))
                .all());
    }

    long beginning(int partition) {
        return offset(partition, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    }

    /** Up to where a reader of committed records comes, by partition. */
    Map<Integer, Long> readableEnds() {
        Map<Integer, Long> ends = new HashMap<>();
        int count = partitions();
        for (int partition = 0; partition < count; partition++) {
            ends.put(partition, readableEnd(partition));
        }
        return ends;
    }

    long readableEnd(int partition) {
        return offset(partition, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    }

    /** What is committed, by partition. */
    Map<Integer, Long> committed() {
        Map<Integer, Long> committed = new HashMap<>();
        cluster.client().committed(name).forEach((partition, offset) -> {
            if (partition.topic().equals(topic())) {
                committed.put(partition.partition(), offset.offset());
            }
        });
        return committed;
    }

    /** The broker that coordinates the group. */
    int coordinator() {
        return get(admin().describeConsumerGroups(List.of(name))
                        .describedGroups()
                        .get(name))
                .coordinator()
                .id();
    }

    private long offset(int partition, OffsetSpec which, IsolationLevel isolation) {
        return get(admin().listOffsets(Map.of(key(partition), which), new ListOffsetsOptions(isolation))
                        .partitionResult(key(partition)))
                .offset();
    }

    private TopicPartition key(int partition) {
        return new TopicPartition(topic(), partition);
    }

    private Admin admin() {
        return cluster.client().admin();
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(LIMIT.plusSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new ChaosException("a question to the brokers failed", failure.getCause());
        } catch (TimeoutException failure) {
            throw new ChaosException("no answer from the brokers", failure);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new ChaosException("interrupted", interrupt);
        }
    }
}
