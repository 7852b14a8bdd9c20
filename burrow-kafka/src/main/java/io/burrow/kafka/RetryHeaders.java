package io.burrow.kafka;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** The headers of a record that waits in a retry topic, by the names and forms that Spring Kafka has for them. */
final class RetryHeaders {
    static final String DUE = "retry_topic-backoff-timestamp";
    static final String ATTEMPTS = "retry_topic-attempts";
    static final String TIMESTAMP = "retry_topic-original-timestamp";

    private RetryHeaders() {}

    static void add(List<Header> headers, long dueMillis, int nextAttempt, long timestampMillis) {
        headers.add(new RecordHeader(DUE, number(dueMillis)));
        headers.add(new RecordHeader(
                ATTEMPTS, ByteBuffer.allocate(Integer.BYTES).putInt(nextAttempt).array()));
        headers.add(new RecordHeader(TIMESTAMP, number(timestampMillis)));
    }

    private static byte[] number(long value) {
        return BigInteger.valueOf(value).toByteArray();
    }

    /** When a record is due, in milliseconds, or null if it does not say so. */
    static @Nullable Long due(Headers headers) {
        return number(headers, DUE, Long.BYTES);
    }

    /** How many attempts were made before this one; 0 if nothing sensible is said. */
    static int attemptsBefore(Headers headers) {
        Long next = number(headers, ATTEMPTS, Integer.BYTES);
        return next == null || next < 1 || next > Integer.MAX_VALUE / 2 ? 0 : (int) (next - 1);
    }

    /** The timestamp that a record had at first, or null if it does not say so. */
    static @Nullable Long timestamp(Headers headers) {
        return number(headers, TIMESTAMP, Long.BYTES);
    }

    private static @Nullable Long number(Headers headers, String name, int mostBytes) {
        Header header = headers.lastHeader(name);
        byte[] bytes = header == null ? null : header.value();
        return bytes == null || bytes.length == 0 || bytes.length > mostBytes
                ? null
                : Long.valueOf(new BigInteger(bytes).longValue());
    }
}
