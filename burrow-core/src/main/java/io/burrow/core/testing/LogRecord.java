package io.burrow.core.testing;

import io.burrow.api.DecodingException;
import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.spi.SourceRecord;
import org.jspecify.annotations.Nullable;

/** A record of a partition's log, which is also what a source hands over. Immutable. */
record LogRecord(TestMessage<Object, Object> message, int leaderEpoch, int sizeBytes, boolean readable)
        implements SourceRecord<Object, Object> {
    /** What a record costs beside key, value and headers. */
    private static final int OVERHEAD_BYTES = 16;

    static LogRecord of(TestMessage<Object, Object> message, int leaderEpoch, boolean readable) {
        long size = OVERHEAD_BYTES + size(message.key()) + size(message.value());
        for (Header header : message.headers()) {
            size += header.name().length() + size(header.value());
        }
        return new LogRecord(message, leaderEpoch, (int) Math.min(size, Integer.MAX_VALUE), readable);
    }

    LogRecord sized(int bytes) {
        return new LogRecord(message, leaderEpoch, bytes, readable);
    }

    @Override
    public long offset() {
        return message.offset();
    }

    @Override
    public @Nullable Object orderingKey() {
        return message.key();
    }

    @Override
    public Headers headers() {
        return message.headers();
    }

    @Override
    public Message<Object, Object> decode() {
        if (!readable) {
            throw new DecodingException("produced as a record that cannot be decoded", null);
        }
        return message;
    }

    @Override
    public String toString() {
        return message.topicPartition() + "@" + offset();
    }

    private static long size(@Nullable Object part) {
        if (part == null) {
            return 0;
        }
        if (part instanceof byte[] bytes) {
            return bytes.length;
        }
        return part instanceof CharSequence text ? text.length() : Long.BYTES;
    }
}
