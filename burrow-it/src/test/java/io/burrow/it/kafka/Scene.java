package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.Broker;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaSourceBuilder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The topic and the group of one test, and the Burrows that it starts on them. Closing the scene closes these.
 *
 * <p>The topic has one partition more than was asked for, the last, for {@linkplain #beat() beats}: a beat shows that
 * Burrow has committed since, and so that what was not committed by then was held back.
 */
public final class Scene implements AutoCloseable {
    /** How long anything that should happen may take. */
    public static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("burrow.test.patience.seconds", 60));

    /** Tells this class from other copies of it, which other class loaders made for the same broker. */
    private static final String COPY = "-" + Integer.toHexString(System.identityHashCode(Scene.class.getClassLoader()));

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private static final long FETCH_IS_OVER_NANOS = Duration.ofMillis(300).toNanos();

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Broker kafka;
    private final GroupProtocol protocol;
    private final String topic;
    private final String group;
    private final int beatPartition;
    private final Deque<Burrow<String, String>> started = new ArrayDeque<>();

    private Scene(Broker kafka, GroupProtocol protocol, int partitions) {
        this.kafka = kafka;
        this.protocol = protocol;
        String number = NUMBER.incrementAndGet() + COPY;
        this.topic = "topic-" + number;
        this.group = "group-" + number;
        this.beatPartition = partitions;
        kafka.createTopic(topic, partitions + 1);
    }

    /**
     * Makes a topic and a name for a group.
     *
     * @param kafka the broker
     * @param protocol how the group shares partitions out
     * @param partitions how many the test uses
     * @return a scene without records
     */
    public static Scene on(Broker kafka, GroupProtocol protocol, int partitions) {
        return new Scene(kafka, protocol, partitions);
    }

    /** The name of the topic. */
    public String topic() {
        return topic;
    }

    /** The id of the group. */
    public String group() {
        return group;
    }

    /** The number of the partition for beats: as many as the test uses. */
    int beatPartition() {
        return beatPartition;
    }

    /** What the consumers of this scene are made with; a new map each time. */
    public Map<String, Object> consumerProperties() {
        Map<String, Object> properties = new HashMap<>(protocol.properties());
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }

    /** The same with one property changed or added. */
    Map<String, Object> consumerProperties(String name, Object value) {
        Map<String, Object> properties = consumerProperties();
        properties.put(name, value);
        return properties;
    }

    /** Describes a source of the scene's topic for its group, of text. */
    public KafkaSourceBuilder<String, String> source() {
        return source(consumerProperties());
    }

    /** Describes a source of the scene's topic with other properties. */
    KafkaSourceBuilder<String, String> source(Map<String, Object> properties) {
        return KafkaSource.<String, String>builder()
                .properties(properties)
                .topics(topic)
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer());
    }

    /** The settings of the scene's Burrows: the defaults, but commits and reactions within a tenth of a second. */
    public static UnaryOperator<BurrowConfig.Builder> quick() {
        return config -> config.commitInterval(Duration.ofMillis(40))
                .minCommitInterval(Duration.ofMillis(10))
                .pollTimeout(Duration.ofMillis(100));
    }

    /** Describes a Burrow on the scene's source. */
    BurrowBuilder<String, String> burrow() {
        return burrow(source());
    }

    /** Describes a Burrow on another source. */
    static BurrowBuilder<String, String> burrow(KafkaSourceBuilder<String, String> source) {
        return Burrow.<String, String>builder().source(source.build()).config(quick());
    }

    /** Builds and starts a Burrow, and closes it with the scene. */
    Burrow<String, String> start(BurrowBuilder<String, String> builder) {
        Burrow<String, String> burrow = builder.build();
        started.push(burrow);
        burrow.start();
        return burrow;
    }

    /**
     * Pauses a Burrow and returns when nothing is fetched any more. A fetch that is under way at the pause may still
     * bring what is written later; it lasts for a millisecond, if {@code fetch.max.wait.ms} is 1.
     */
    static void stopFetching(Burrow<String, String> burrow) {
        burrow.pause();
        Await.until(
                "the pause",
                LIMIT,
                () -> burrow.stats().partitions().values().stream()
                        .allMatch(stats -> stats.blocked() == BlockedReason.PAUSED_BY_USER));
        long begin = System.nanoTime();
        Await.until("the last fetch", LIMIT, () -> System.nanoTime() - begin > FETCH_IS_OVER_NANOS);
    }

    /** Lets beats pass a handler by. */
    AsyncMessageHandler<String, String> exceptBeats(AsyncMessageHandler<String, String> handler) {
        return message -> message.partition() == beatPartition ? AsyncMessageHandler.done() : handler.handle(message);
    }

    /** Writes records without a key. */
    void produce(int partition, String... values) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String value : values) {
            records.add(new ProducerRecord<>(topic, partition, null, value.getBytes(UTF_8)));
        }
        produce(records);
    }

    /** Writes as many records without a key, whose values are their offsets if the partition was empty. */
    public void produceNumbered(int partition, int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new ProducerRecord<>(
                    topic, partition, null, Integer.toString(i).getBytes(UTF_8)));
        }
        produce(records);
    }

    /** Writes records. */
    public void produce(Iterable<ProducerRecord<byte[], byte[]>> records) {
        kafka.produce(topic, records);
    }

    /** What the broker holds as committed, or -1. */
    public long committed(int partition) {
        OffsetAndMetadata offset = kafka.committed(group).get(partition(partition));
        return offset == null ? -1 : offset.offset();
    }

    /** Waits until the broker holds an offset as committed. */
    public void awaitCommitted(int partition, long offset) {
        Await.until("commit of " + offset + " for partition " + partition, LIMIT, () -> committed(partition) == offset);
    }

    /** Waits until everything that is in the topic is committed. */
    void awaitAllCommitted() {
        Map<TopicPartition, Long> ends = kafka.endOffsets(topic);
        Await.until("commits of the ends of all partitions", LIMIT, () -> {
            Map<TopicPartition, OffsetAndMetadata> committed = kafka.committed(group);
            return ends.entrySet().stream().allMatch(end -> {
                OffsetAndMetadata offset = committed.get(end.getKey());
                return offset != null && offset.offset() == end.getValue();
            });
        });
    }

    /** Writes a record that is handled at once, and waits until it is committed: whatever else is due then is too. */
    void beat() {
        long before = kafka.endOffsets(topic).get(partition(beatPartition));
        produce(beatPartition, "beat");
        awaitCommitted(beatPartition, before + 1);
    }

    /** All offsets that the broker took as commits for a partition, in order. */
    List<Long> commitHistory(int partition) {
        return CommitHistory.of(kafka, group, partition(partition));
    }

    /** Deletes the beginning of a partition, as retention does. */
    void deleteBefore(int partition, long offset) throws Exception {
        kafka.admin()
                .deleteRecords(Map.of(partition(partition), RecordsToDelete.beforeOffset(offset)))
                .all()
                .get();
    }

    /** How many members the group has. */
    int members() {
        try {
            return kafka.admin()
                    .describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get()
                    .members()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The offset after the last record of a partition. */
    long end(int partition) {
        return kafka.endOffsets(topic).get(partition(partition));
    }

    TopicPartition partition(int partition) {
        return new TopicPartition(topic, partition);
    }

    @Override
    public void close() {
        Duration limit = LIMIT.compareTo(CLOSE_LIMIT) < 0 ? LIMIT : CLOSE_LIMIT;
        started.forEach(burrow -> burrow.close(limit));
    }
}
