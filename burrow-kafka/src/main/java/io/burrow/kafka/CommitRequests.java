package io.burrow.kafka;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Cuts commits into requests. Pure. */
final class CommitRequests {
    /**
     * A request that becomes larger than a batch of the offsets topic may be (1 MB by default) fails as a whole, with
     * an error that says nothing of it. This leaves room for what is not counted here.
     */
    static final int MAX_BYTES = 700_000;

    /** Offset, epoch, lengths and tags of one partition, generously. */
    private static final int PARTITION_BYTES = 64;

    private CommitRequests() {}

    /** Cuts by size. Partitions stay in their order. */
    static List<Map<TopicPartition, OffsetAndMetadata>> bySize(Map<TopicPartition, OffsetAndMetadata> offsets) {
        List<Map<TopicPartition, OffsetAndMetadata>> requests = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> request = new LinkedHashMap<>();
        long bytes = 0;
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
            int size = PARTITION_BYTES
                    + utf8Length(entry.getKey().topic())
                    + utf8Length(entry.getValue().metadata());
            if (!request.isEmpty() && bytes + size > MAX_BYTES) {
                requests.add(request);
                request = new LinkedHashMap<>();
                bytes = 0;
            }
            request.put(entry.getKey(), entry.getValue());
            bytes += size;
        }
        if (!request.isEmpty()) {
            requests.add(request);
        }
        return requests;
    }

    /**
     * Cuts into two halves, between topics if there is more than one, so that what fails with its topic fails in one
     * half.
     */
    static List<Map<TopicPartition, OffsetAndMetadata>> halves(Map<TopicPartition, OffsetAndMetadata> offsets) {
        Set<String> topics = topics(offsets);
        if (topics.size() > 1) {
            Set<String> first = new TreeSet<>(List.copyOf(topics).subList(0, topics.size() / 2));
            return cut(offsets, key -> first.contains(key.topic()));
        }
        List<TopicPartition> keys = List.copyOf(offsets.keySet());
        Set<TopicPartition> first = Set.copyOf(keys.subList(0, keys.size() / 2));
        return cut(offsets, first::contains);
    }

    static Set<String> topics(Map<TopicPartition, OffsetAndMetadata> offsets) {
        Set<String> topics = new TreeSet<>();
        offsets.keySet().forEach(key -> topics.add(key.topic()));
        return topics;
    }

    private static List<Map<TopicPartition, OffsetAndMetadata>> cut(
            Map<TopicPartition, OffsetAndMetadata> offsets, Predicate<TopicPartition> inFirst) {
        Map<TopicPartition, OffsetAndMetadata> first = new LinkedHashMap<>();
        Map<TopicPartition, OffsetAndMetadata> second = new LinkedHashMap<>();
        offsets.forEach((key, offset) -> (inFirst.test(key) ? first : second).put(key, offset));
        return List.of(first, second);
    }

    static int utf8Length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // half of a surrogate pair counts 2: the pair takes 4
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }
}
