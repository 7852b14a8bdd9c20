package io.burrow.api.spi;

import io.burrow.api.Headers;
import io.burrow.api.Message;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A record that is a message already. */
record DecodedRecord<K, V>(Message<K, V> message, int sizeBytes) implements SourceRecord<K, V> {
    DecodedRecord {
        Objects.requireNonNull(message, "message");
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("sizeBytes must not be negative: " + sizeBytes);
        }
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
    public Message<K, V> decode() {
        return message;
    }

    @Override
    public String toString() {
        return message.topic() + "-" + message.partition() + "@" + message.offset();
    }
}
