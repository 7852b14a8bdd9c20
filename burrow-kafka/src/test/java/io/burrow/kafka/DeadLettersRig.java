package io.burrow.kafka;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A sink for dead letters over a scripted producer, and letters for it. */
abstract class DeadLettersRig {
    final MockProducer<byte[], byte[]> producer = producer();

    static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(cluster(), false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Cluster cluster() {
        Set<PartitionInfo> partitions = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            partitions.add(new PartitionInfo("orders-dlt", i, Node.noNode(), new Node[0], new Node[0]));
        }
        partitions.add(new PartitionInfo("orders-retry-10000", 0, Node.noNode(), new Node[0], new Node[0]));
        partitions.add(new PartitionInfo("orders-retry-60000", 0, Node.noNode(), new Node[0], new Node[0]));
        partitions.add(new PartitionInfo("dead", 0, Node.noNode(), new Node[0], new Node[0]));
        return new Cluster("c", List.of(Node.noNode()), partitions, Set.of(), Set.of());
    }

    KafkaDeadLettersBuilder<String, String> builder() {
        return KafkaDeadLetters.<String, String>builder().producer(() -> producer);
    }

    KafkaDeadLetters<String, String> opened() {
        return opened(builder());
    }

    static KafkaDeadLetters<String, String> opened(KafkaDeadLettersBuilder<String, String> builder) {
        KafkaDeadLetters<String, String> sink = builder.build();
        sink.open();
        return sink;
    }

    static DeadLetter<String, String> letter(SourceRecord<String, String> record, int partition) {
        Failure failure = new Failure(
                new TopicPartition("orders", partition),
                record.offset(),
                4,
                new IllegalStateException("s3cret contents"),
                Duration.ofSeconds(9),
                Duration.ZERO);
        return new DeadLetter<>(record, failure, Instant.parse("2024-05-06T07:08:09Z"));
    }

    static DeadLetter<String, String> letter(int partition, long offset) {
        return letter(message(ScriptedConsumer.record("orders", partition, offset)), partition);
    }

    static KafkaMessage<String, String> message(ConsumerRecord<byte[], byte[]> record) {
        return new KafkaMessage<>(record, new Deserialization<>(new StringDeserializer(), new StringDeserializer()));
    }

    static List<String> headers(ProducerRecord<byte[], byte[]> sent) {
        List<String> headers = new ArrayList<>();
        for (Header header : sent.headers()) {
            headers.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8));
        }
        return headers;
    }

    static BurrowException failure(CompletableFuture<?> stage) {
        CompletionException e = catchThrowableOfType(CompletionException.class, stage::join);
        return (BurrowException) e.getCause();
    }
}
