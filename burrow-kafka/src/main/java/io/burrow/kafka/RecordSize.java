package io.burrow.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What a record counts towards the bound of bytes: key, value and headers as they were sent. */
final class RecordSize {
    private RecordSize() {}

    /**
     * Measured once, on the loop thread, and kept: the headers of a record can be changed later by whoever holds it.
     * Reading each value here also makes the client unpack it, which it does without a lock.
     *
     * <p>The client knows the sizes of key and value. To look at the arrays themselves would bring them into the loop's
     * cache, where nobody needs them; it is done only for records that an interceptor made without sizes.
     */
    static int of(ConsumerRecord<byte[], byte[]> record) {
        long bytes =
                size(record.serializedKeySize(), record.key()) + size(record.serializedValueSize(), record.value());
        for (Header header : record.headers().toArray()) {
            bytes += header.key().length() + length(header.value());
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    private static long size(int known, byte[] bytes) {
        return known >= 0 ? known : length(bytes);
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
