package io.burrow.kafka;

import io.burrow.api.spi.Failure;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Where a record that failed came from at first, which is not where it was read if that is a retry topic; and how often
 * it was tried, there included.
 *
 * @param topic the topic that it came from at first
 * @param partition the partition there
 * @param offset the offset there
 * @param timestamp the timestamp there, in milliseconds
 * @param timestampType what that is the time of, where it was read
 * @param headers all its headers
 * @param attempts how many attempts were made
 */
record FailedRecord(
        String topic,
        int partition,
        long offset,
        long timestamp,
        TimestampType timestampType,
        Headers headers,
        int attempts) {
    static FailedRecord of(ConsumerRecord<byte[], byte[]> record, Failure failure, @Nullable RetryTopics retries) {
        Headers headers = record.headers();
        boolean again = retries != null && retries.tier(record.topic()) >= 0;
        DeadLetterOrigin origin = again ? DeadLetterOrigin.of(headers).orElse(null) : null;
        Long timestamp = again ? RetryHeaders.timestamp(headers) : null;
        return new FailedRecord(
                origin == null ? record.topic() : origin.topic(),
                origin == null ? record.partition() : origin.partition(),
                origin == null ? record.offset() : origin.offset(),
                timestamp == null ? record.timestamp() : timestamp,
                record.timestampType(),
                headers,
                failure.attempt() + (again ? RetryHeaders.attemptsBefore(headers) : 0));
    }
}
