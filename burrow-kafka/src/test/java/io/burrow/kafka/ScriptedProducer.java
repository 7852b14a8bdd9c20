package io.burrow.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The client's own mock of a producer, with the failures that a test asks for, and a memory of what it was asked. It
 * knows the topics {@code receipts} and {@code audit} of two partitions.
 */
final class ScriptedProducer extends MockProducer<byte[], byte[]> {
    /** Every call, in order: {@code begin}, {@code send receipts a}, {@code offsets orders-0=2}, {@code commit}. */
    final List<String> calls = new ArrayList<>();

    /** What the next calls throw, the first one first; null lets one pass. */
    final Deque<RuntimeException> onInit = new ArrayDeque<>();

    final Deque<RuntimeException> onOffsets = new ArrayDeque<>();
    final Deque<RuntimeException> onCommit = new ArrayDeque<>();
    final Deque<RuntimeException> onAbort = new ArrayDeque<>();

    /** What the brokers say of a record; the transaction cannot be committed then. */
    Function<ProducerRecord<byte[], byte[]>, @Nullable RuntimeException> refusal = record -> null;

    Runnable onBegin = () -> {};

    private @Nullable RuntimeException refused;

    @Nullable
    ConsumerGroupMetadata group;

    int topicQuestions;

    ScriptedProducer() {
        super(
                new Cluster(
                        "cluster",
                        List.of(Node.noNode()),
                        Stream.of("receipts", "audit")
                                .flatMap(topic -> Stream.of(info(topic, 0), info(topic, 1)))
                                .toList(),
                        Set.of(),
                        Set.of()),
                true,
                null,
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static PartitionInfo info(String topic, int partition) {
        return new PartitionInfo(topic, partition, Node.noNode(), new Node[0], new Node[0]);
    }

    /** The values that were committed, in order. */
    List<String> committed() {
        return history().stream().map(record -> text(record.value())).toList();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private static void fail(Deque<RuntimeException> failures) {
        RuntimeException failure = failures.poll();
        if (failure instanceof InterruptException) {
            Thread.currentThread().interrupt(); // as the client does
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** What a call throws that is interrupted. */
    static InterruptException interrupt() {
        InterruptException failure = new InterruptException(new InterruptedException());
        Thread.interrupted(); // making it interrupts
        return failure;
    }

    @Override
    public void initTransactions() {
        calls.add("init");
        fail(onInit);
        super.initTransactions();
    }

    @Override
    public void beginTransaction() {
        calls.add("begin");
        onBegin.run();
        refused = null;
        super.beginTransaction();
    }

    @Override
    public synchronized Future<RecordMetadata> send(
            ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        calls.add("send " + record.topic() + " " + text(record.value()));
        RuntimeException failure = refusal.apply(record);
        if (failure != null) {
            refused = failure;
            if (callback != null) {
                callback.onCompletion(null, failure);
            }
        }
        return super.send(record, failure == null ? callback : null);
    }

    @Override
    public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata from) {
        List<String> sorted = new ArrayList<>();
        offsets.forEach((key, offset) -> sorted.add(key + "=" + offset.offset()));
        sorted.sort(null);
        calls.add("offsets " + String.join(" ", sorted));
        group = from;
        fail(onOffsets);
        super.sendOffsetsToTransaction(offsets, from);
    }

    @Override
    public void commitTransaction() {
        calls.add("commit");
        fail(onCommit);
        if (refused != null) {
            throw new KafkaException("Cannot execute transactional method because we are in an error state", refused);
        }
        super.commitTransaction();
    }

    @Override
    public void abortTransaction() {
        calls.add("abort");
        fail(onAbort);
        super.abortTransaction();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        topicQuestions++;
        return super.partitionsFor(topic);
    }

    @Override
    public void close(Duration timeout) {
        calls.add("close");
        super.close(timeout);
    }
}
