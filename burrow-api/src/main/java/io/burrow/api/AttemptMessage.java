package io.burrow.api;

import org.jspecify.annotations.Nullable;

/** A message seen by a later attempt; everything but the attempt is the message's own. */
final class AttemptMessage<K, V> implements Message<K, V> {
    private final Message<K, V> message;
    private final int attempt;

    AttemptMessage(Message<K, V> message, int attempt) {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt must be positive: " + attempt);
        }
        this.message = message instanceof AttemptMessage<K, V> wrapped ? wrapped.message : message;
        this.attempt = attempt;
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
        return attempt;
    }

    @Override
    public TopicPartition topicPartition() {
        return message.topicPartition();
    }

    @Override
    public String toString() {
        return topic() + "-" + partition() + "@" + offset() + " attempt " + attempt;
    }
}
