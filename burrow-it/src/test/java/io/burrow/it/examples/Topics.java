package io.burrow.it.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.Broker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** What the tests of the examples write to topics, and read from them. */
final class Topics {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private Topics() {}

    static ProducerRecord<byte[], byte[]> record(String topic, String key, @Nullable String value) {
        return new ProducerRecord<>(topic, key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
    }

    /** Everything in a topic now that is committed, partition by partition. */
    static List<ConsumerRecord<String, String>> committed(Broker kafka, String topic) {
        Map<TopicPartition, Long> ends = kafka.endOffsets(topic);
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (Consumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            Await.until("all of " + topic, LIMIT, () -> {
                consumer.poll(Duration.ofMillis(50)).forEach(records::add);
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return records;
    }

    static List<String> committedValues(Broker kafka, String topic) {
        return committed(kafka, topic).stream().map(ConsumerRecord::value).toList();
    }

    static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
