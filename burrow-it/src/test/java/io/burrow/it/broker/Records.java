package io.burrow.it.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Records to send, and how they are read back. */
final class Records {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Records() {}

    /** As many records without a key, whose values are their numbers from 0 on. */
    static List<ProducerRecord<byte[], byte[]>> numbered(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                        topic, Integer.toString(i).getBytes(UTF_8)))
                .toList();
    }

    static Consumer<byte[], byte[]> consumer(Broker broker, String groupId, String protocol) {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        groupId,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        protocol,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Reads on until there are as many values, which come back in the order of arrival. */
    static List<String> read(Consumer<byte[], byte[]> consumer, int count) {
        List<String> values = new ArrayList<>();
        Await.until(count + " records", LIMIT, () -> {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                values.add(new String(record.value(), UTF_8));
            }
            return values.size() >= count;
        });
        return values;
    }
}
