package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.Broker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Every commit that the broker took, in its order: read from the topic in which the broker keeps them. What a group has
 * committed now says nothing of a commit that was too high or too low for a moment; this does.
 */
final class CommitHistory {
    private static final String OFFSETS_TOPIC = "__consumer_offsets";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private CommitHistory() {}

    /**
     * The offsets that a group committed for a partition so far.
     *
     * @return one for each commit, the first one first
     */
    static List<Long> of(Broker kafka, String group, TopicPartition partition) {
        Map<TopicPartition, Long> ends = kafka.endOffsets(OFFSETS_TOPIC);
        List<Long> commits = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.EXCLUDE_INTERNAL_TOPICS_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            Await.until("the history of commits", LIMIT, () -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    if (record.value() != null && isCommit(record.key(), group, partition)) {
                        commits.add(offset(record.value()));
                    }
                }
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return commits;
    }

    /** Versions 0 and 1 of a key are those of commits: group, topic, partition. */
    private static boolean isCommit(byte[] key, String group, TopicPartition partition) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        return buffer.getShort() <= 1
                && text(buffer).equals(group)
                && text(buffer).equals(partition.topic())
                && buffer.getInt() == partition.partition();
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.getShort()];
        buffer.get(bytes);
        return new String(bytes, UTF_8);
    }

    /** In every version of a value the offset comes first. */
    private static long offset(byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value);
        buffer.getShort();
        return buffer.getLong();
    }
}
