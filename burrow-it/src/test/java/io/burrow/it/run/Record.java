package io.burrow.it.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.core.testing.TestMessage;
import org.jspecify.annotations.Nullable;

/** Makes records of the partition {@code orders-3}, at offset 17. */
final class Record {
    private Record() {}

    static TestMessage<byte[], byte[]> of(@Nullable String key, @Nullable String value) {
        return of(key == null ? null : key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
    }

    static TestMessage<byte[], byte[]> of(byte @Nullable [] key, byte @Nullable [] value) {
        return TestMessage.builder(key, value)
                .at("orders", 3, 17)
                .timestamp(1_234)
                .build();
    }
}
