package io.burrow.it.dlq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic as it is, without a group: from its beginning to what was its end at the time of asking, partition by
 * partition. Records of aborted transactions are left out. One thread.
 */
public final class DeadLetterTopic implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long STALL_NANOS = Duration.ofSeconds(30).toNanos();
    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrapServers;
    private final String topic;
    private final Map<String, Object> properties;
    private final Consumer<byte[], byte[]> consumer;

    private DeadLetterTopic(
            String bootstrapServers, String topic, Map<String, ?> properties, Consumer<byte[], byte[]> consumer) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
        this.properties = Map.copyOf(properties);
        this.consumer = consumer;
    }

    /**
     * Connects and looks for the topic.
     *
     * @param bootstrapServers {@code host:port}, several separated by commas
     * @param topic the topic of dead letters
     * @return the topic, to be closed by the caller
     * @throws DlqException if no broker answers or the topic does not exist
     */
    public static DeadLetterTopic open(String bootstrapServers, String topic) {
        return open(bootstrapServers, topic, Map.of());
    }

    /**
     * The same for a cluster that asks for more.
     *
     * @param bootstrapServers {@code host:port}, several separated by commas
     * @param topic the topic of dead letters
     * @param properties client properties, such as those for security; what the reading itself needs goes before them
     * @return the topic, to be closed by the caller
     * @throws DlqException if no broker answers or the topic does not exist
     */
    public static DeadLetterTopic open(String bootstrapServers, String topic, Map<String, ?> properties) {
        Consumer<byte[], byte[]> consumer;
        Map<String, Object> own = new HashMap<>(properties);
        own.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try {
            consumer = new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw new DlqException("cannot connect to " + bootstrapServers + ": " + innermost(e), e);
        }
        DeadLetterTopic opened = new DeadLetterTopic(bootstrapServers, topic, properties, consumer);
        try {
            opened.requireTopic(topic);
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * The topic's name.
     *
     * @return the one given
     */
    public String name() {
        return topic;
    }

    /**
     * The brokers that were asked for.
     *
     * @return the ones given
     */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The client properties that were given. */
    Map<String, Object> properties() {
        return properties;
    }

    /**
     * Fails if there is no such topic.
     *
     * @param name any topic
     * @throws DlqException if it does not exist, or cannot be asked for
     */
    public void requireTopic(String name) {
        if (partitions(name) == 0) {
            throw new DlqException("there is no topic " + name + " at " + bootstrapServers, null);
        }
    }

    /**
     * How many partitions a topic has.
     *
     * @param name any topic
     * @return the number, 0 if there is no such topic
     */
    public int partitions(String name) {
        return told("look for the topic " + name, () -> {
            try {
                List<PartitionInfo> found = consumer.partitionsFor(name, ANSWER);
                return found == null ? 0 : found.size();
            } catch (UnknownTopicOrPartitionException none) {
                return 0;
            }
        });
    }

    /**
     * Reads everything that is in the topic now.
     *
     * @param visitor gets each record; returns false to end the reading
     * @throws DlqException if the brokers do not answer
     */
    public void read(Predicate<? super ConsumerRecord<byte[], byte[]>> visitor) {
        List<TopicPartition> all = new ArrayList<>();
        int partitions = partitions(topic);
        for (int i = 0; i < partitions; i++) {
            all.add(new TopicPartition(topic, i));
        }
        Map<TopicPartition, Long> begins = told("read", () -> consumer.beginningOffsets(all, ANSWER));
        Map<TopicPartition, Long> ends = told("read", () -> consumer.endOffsets(all, ANSWER));
        all.sort(Comparator.comparingInt(TopicPartition::partition));
        for (TopicPartition each : all) {
            if (!read(each, begins.getOrDefault(each, 0L), ends.getOrDefault(each, 0L), visitor)) {
                return;
            }
        }
    }

    /**
     * Reads one record.
     *
     * @param partition its partition
     * @param offset its offset
     * @return the record
     * @throws DlqException if there is none at that position
     */
    public ConsumerRecord<byte[], byte[]> at(int partition, long offset) {
        if (partition >= partitions(topic)) {
            throw new DlqException("the topic " + topic + " has no partition " + partition, null);
        }
        TopicPartition asked = new TopicPartition(topic, partition);
        List<TopicPartition> one = List.of(asked);
        long begin = told("read", () -> consumer.beginningOffsets(one, ANSWER)).getOrDefault(asked, 0L);
        long end = told("read", () -> consumer.endOffsets(one, ANSWER)).getOrDefault(asked, 0L);
        if (offset < begin || offset >= end) {
            String holds = begin >= end ? "it is empty" : "it holds the offsets " + begin + " to " + (end - 1);
            throw new DlqException("there is no record at " + asked + "@" + offset + ": " + holds, null);
        }
        AtomicReference<ConsumerRecord<byte[], byte[]>> first = new AtomicReference<>();
        read(asked, offset, end, record -> {
            first.set(record);
            return false;
        });
        return Optional.ofNullable(first.get())
                .filter(record -> record.offset() == offset)
                .orElseThrow(() -> new DlqException(
                        "there is no record at " + asked + "@" + offset + ": it was compacted, or is a mark of a"
                                + " transaction",
                        null));
    }

    private boolean read(
            TopicPartition partition, long from, long end, Predicate<? super ConsumerRecord<byte[], byte[]>> visitor) {
        if (from >= end) {
            return true;
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long movedNanos = System.nanoTime();
        long position = from;
        while (position < end) {
            for (ConsumerRecord<byte[], byte[]> record : told("read", () -> consumer.poll(POLL))) {
                if (record.offset() >= end) {
                    return true;
                }
                if (!visitor.test(record)) {
                    return false;
                }
            }
            long now = System.nanoTime();
            long moved = told("read", () -> consumer.position(partition, ANSWER));
            if (moved != position) {
                position = moved;
                movedNanos = now;
            } else if (now - movedNanos > STALL_NANOS) {
                throw new DlqException(
                        partition + " sends nothing after offset " + position + "; has it a leader?", null);
            }
        }
        return true;
    }

    private <T> T told(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (TimeoutException e) {
            throw new DlqException(
                    "no broker answered at " + bootstrapServers + " within " + ANSWER.toSeconds()
                            + " s; check the address, the network, and that the broker is up",
                    e);
        } catch (KafkaException e) {
            throw new DlqException(
                    "cannot " + what + " (" + topic + " at " + bootstrapServers + "): " + innermost(e), e);
        }
    }

    static String innermost(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getClass().getSimpleName() + ": " + innermost.getMessage();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
