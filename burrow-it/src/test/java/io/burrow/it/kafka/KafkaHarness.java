package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.testing.MessageSourceContract;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The contract of sources over a real broker. Everything can be had from one: groups share partitions, the beginning of
 * a log is deleted by an admin call, and an aborted transaction leaves offsets without a record for those who read only
 * what is committed. Any thread.
 */
final class KafkaHarness implements MessageSourceContract.Harness, AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final EmbeddedKafka kafka;
    private final GroupProtocol protocol;
    private final Producer<byte[], byte[]> producer;

    KafkaHarness(EmbeddedKafka kafka, GroupProtocol protocol) {
        this.kafka = kafka;
        this.protocol = protocol;
        this.producer = producer(Map.of(ProducerConfig.LINGER_MS_CONFIG, 0));
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public String createTopic(int partitions) {
        String topic = "contract-" + NUMBER.incrementAndGet();
        kafka.createTopic(topic, partitions);
        return topic;
    }

    @Override
    public long produce(String topic, int partition, @Nullable String key, @Nullable String value) throws Exception {
        return producer.send(record(topic, partition, key, value)).get().offset();
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, int partition, @Nullable String key, @Nullable String value) {
        return new ProducerRecord<>(
                topic,
                partition,
                key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8));
    }

    @Override
    public MessageSource<String, String> source(String group, String topic) {
        Map<String, Object> properties = new HashMap<>(protocol.properties());
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return KafkaSource.<String, String>builder()
                .properties(properties)
                .topics(topic)
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .build();
    }

    @Override
    public @Nullable CommitPoint committed(String group, TopicPartition partition) {
        OffsetAndMetadata committed = kafka.committed(group).get(key(partition.topic(), partition.partition()));
        return committed == null
                ? null
                : new CommitPoint(committed.offset(), committed.leaderEpoch().orElse(-1), committed.metadata());
    }

    /** Aborts a transaction with one record: its offset and the mark's are nobody's. */
    @Override
    public long leaveHole(String topic, int partition) throws Exception {
        try (Producer<byte[], byte[]> transactional =
                producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic + "-hole"))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            long offset = transactional
                    .send(record(topic, partition, "key", "never"))
                    .get()
                    .offset();
            transactional.abortTransaction();
            return offset + 2;
        }
    }

    @Override
    public void deleteRecordsBefore(String topic, int partition, long offset) throws Exception {
        kafka.admin()
                .deleteRecords(Map.of(key(topic, partition), RecordsToDelete.beforeOffset(offset)))
                .all()
                .get();
    }

    private static org.apache.kafka.common.TopicPartition key(String topic, int partition) {
        return new org.apache.kafka.common.TopicPartition(topic, partition);
    }

    @Override
    public Set<MessageSourceContract.Capability> capabilities() {
        return EnumSet.allOf(MessageSourceContract.Capability.class);
    }

    @Override
    public void close() {
        producer.close();
    }
}
