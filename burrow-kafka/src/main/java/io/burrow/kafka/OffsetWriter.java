package io.burrow.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Commits the offsets of one request, and waits for the answer. Loop thread only. */
@FunctionalInterface
interface OffsetWriter {
    /** Returns what was thrown, or null. */
    @Nullable
    RuntimeException commit(Map<TopicPartition, OffsetAndMetadata> offsets, Deadline deadline);
}
