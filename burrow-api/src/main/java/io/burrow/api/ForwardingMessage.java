package io.burrow.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message that stands for another one: every method asks that one, unless a subclass overrides it. For stages that
 * hand on a message with something else in it: a value, a header.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public abstract class ForwardingMessage<K, V> implements Message<K, V> {
    private final Message<K, V> message;

    /**
     * Makes one.
     *
     * @param message what it stands for
     */
    protected ForwardingMessage(Message<K, V> message) {
        this.message = Objects.requireNonNull(message, "message");
    }

    /**
     * What it stands for.
     *
     * @return the message within
     */
    protected final Message<K, V> message() {
        return message;
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
        return message.value();
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

    /** Returns the position and the attempt; never contents. */
    @Override
    public String toString() {
        return topic() + "-" + partition() + "@" + offset() + " attempt " + attempt();
    }
}
