package io.burrow.it.chaos;

import io.burrow.it.broker.Await;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what a topic holds, from its beginning to where it ended when that was begun. Without a group. */
final class TopicReader {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private TopicReader() {}

    /**
     * What was read, by partition.
     *
     * @param beginnings where each began when all had been read
     * @param ends up to where each was read at least
     */
    record Extent(Map<Integer, Long> beginnings, Map<Integer, Long> ends) {}

    /** Reads as one who sees committed records only. */
    static Extent read(String servers, String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        return read(servers, topic, "read_committed", each);
    }

    /** Reads also what belongs to transactions that were aborted. */
    static void readAll(String servers, String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        read(servers, topic, "read_uncommitted", each);
    }

    private static Extent read(
            String servers, String topic, String isolation, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        servers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        isolation,
                        ConsumerConfig.EXCLUDE_INTERNAL_TOPICS_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            int count = consumer.partitionsFor(topic).size();
            Set<TopicPartition> partitions = IntStream.range(0, count)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .collect(Collectors.toSet());
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Await.until("the end of " + topic, LIMIT, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(each);
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
            return new Extent(byNumber(consumer.beginningOffsets(partitions)), byNumber(ends));
        }
    }

    private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().partition(), Map.Entry::getValue));
    }
}
