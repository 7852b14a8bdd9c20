package io.burrow.it.run;

import io.burrow.api.Message;
import org.jspecify.annotations.Nullable;

/** A record of the partition {@code orders-3}, at offset 17. */
record Record(byte @Nullable [] key, byte @Nullable [] value) implements Message<byte[], byte[]> {
    static Record of(@Nullable String key, @Nullable String value) {
        return new Record(
                key == null ? null : key.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public String topic() {
        return "orders";
    }

    @Override
    public int partition() {
        return 3;
    }

    @Override
    public long offset() {
        return 17;
    }

    @Override
    public long timestamp() {
        return 1_234;
    }
}
