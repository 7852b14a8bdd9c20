package io.burrow.core.stage;

import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A message with another value; everything else is the message's own. */
final class ValueMessage<K, V> implements Message<K, V> {
    private final Message<K, V> message;
    private final @Nullable V value;

    ValueMessage(Message<K, V> message, @Nullable V value) {
        this.message = message;
        this.value = value;
    }

    @Override
    public String topic() {
        return message.topic();
    }

    @Override
    public int partition() {
        return message.partition();
    }

    @Override
    public long offset() {
        return message.offset();
    }

    @Override
    public @Nullable K key() {
        return message.key();
    }

    @Override
    public @Nullable V value() {
        return value;
    }

    @Override
    public Headers headers() {
        return message.headers();
    }

    @Override
    public long timestamp() {
        return message.timestamp();
    }

    @Override
    public int attempt() {
        return message.attempt();
    }

    @Override
    public TopicPartition topicPartition() {
        return message.topicPartition();
    }

    @Override
    public String toString() {
        return topic() + "-" + partition() + "@" + offset() + " attempt " + attempt();
    }
}
