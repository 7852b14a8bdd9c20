package io.burrow.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.Message;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A source with transactions over scripted clients; the test is the engine. */
final class TransactionHarness implements RecordReceiver<String, String> {
    static final TopicPartition P0 = Harness.P0;
    static final TopicPartition P1 = Harness.P1;
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final Map<String, Object> PROPERTIES =
            Map.of("bootstrap.servers", "broker:9092", "transactional.id", "orders-1");

    final ScriptedConsumer consumer = ScriptedConsumer.of("orders");
    final ScriptedProducer producer = new ScriptedProducer();
    final RecordingListener listener = new RecordingListener();
    final KafkaTransactions<String, String> transactions;
    final KafkaSource<String, String> source;

    /** The last delivery of each offset of partition 0 and 1. */
    private final Map<TopicPartition, Map<Long, SourceRecord<String, String>>> records = new HashMap<>();

    TransactionHarness() {
        this(builder -> builder);
    }

    TransactionHarness(UnaryOperator<KafkaTransactionsBuilder<String, String>> settings) {
        this.transactions =
                settings.apply(describe()).producerFactory(all -> producer).build();
        this.source = KafkaSource.<String, String>builder()
                .properties(Map.of("bootstrap.servers", "broker:9092", "group.id", "g"))
                .consumerFactory(all -> consumer)
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .transactions(transactions)
                .build();
        transactions.handler((message, outputs) -> {});
    }

    static KafkaTransactionsBuilder<String, String> describe() {
        return KafkaTransactions.<String, String>builder()
                .properties(PROPERTIES)
                .keySerializer(new StringSerializer())
                .valueSerializer(new StringSerializer());
    }

    /** Opened, with both partitions of "orders" assigned at position 0. */
    static TransactionHarness assigned() {
        return new TransactionHarness().assign();
    }

    TransactionHarness assign() {
        source.open(listener);
        rebalance(P0, P1);
        producer.calls.clear();
        return this;
    }

    void rebalance(TopicPartition... partitions) {
        consumer.rebalance(List.of(partitions).stream().map(Assignment::key).toList());
        poll();
    }

    void poll() {
        source.poll(Duration.ZERO, this);
    }

    /** Delivers a record with its offset as the value, and returns it. */
    SourceRecord<String, String> deliver(TopicPartition partition, long offset) {
        org.apache.kafka.common.TopicPartition key = Assignment.key(partition);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                key.topic(), key.partition(), offset, "key".getBytes(UTF_8), ("" + offset).getBytes(UTF_8));
        consumer.polls.add(
                new ConsumerRecords<>(Map.of(key, List.of(record)), Map.of(key, new OffsetAndMetadata(offset + 1))));
        poll();
        return records.get(partition).get(offset);
    }

    /** Delivers records, each of which writes a receipt with the values given and is processed at its first attempt. */
    void process(TopicPartition partition, long offset, String... values) throws Exception {
        process(deliver(partition, offset), values);
    }

    /** The same for a record that was delivered before. */
    void process(SourceRecord<String, String> record, String... values) throws Exception {
        run(record.decode(), values);
        record.finished(RecordOutcome.PROCESSED, 1);
    }

    /** Runs a handler that writes receipts and returns. */
    void run(Message<String, String> message, String... values) throws Exception {
        transactions
                .<String, String>handler((handled, outputs) -> {
                    for (String value : values) {
                        outputs.send(new ProducerRecord<>("receipts", 0, handled.key(), value));
                    }
                })
                .handle(message);
    }

    CommitResult commit(TopicPartition partition, long offset) {
        return commit(Map.of(partition, CommitPoint.of(offset)));
    }

    CommitResult commit(Map<TopicPartition, CommitPoint> points) {
        return source.committer().commit(points, TIMEOUT);
    }

    @Override
    public void receive(
            TopicPartition partition, Iterator<? extends SourceRecord<String, String>> each, long endPosition) {
        each.forEachRemaining(record ->
                records.computeIfAbsent(partition, key -> new TreeMap<>()).put(record.offset(), record));
    }
}
