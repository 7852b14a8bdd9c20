package io.burrow.core.stage;

import io.burrow.api.ForwardingMessage;
import io.burrow.api.Message;
import org.jspecify.annotations.Nullable;

/** A message with another value; everything else is the message's own. */
final class ValueMessage<K, V> extends ForwardingMessage<K, V> {
    private final @Nullable V value;

    ValueMessage(Message<K, V> message, @Nullable V value) {
        super(message);
        this.value = value;
    }

    @Override
    public @Nullable V value() {
        return value;
    }
}
