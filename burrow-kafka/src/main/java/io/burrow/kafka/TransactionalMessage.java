package io.burrow.kafka;

import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to a transactional handler, which is given the {@linkplain #message() message within}. What it
 * adds are the {@linkplain LinkedHeaders headers} by which its record is found again, also when a stage has put another
 * message in its place.
 */
final class TransactionalMessage<K, V> implements Message<K, V> {
    private final Message<K, V> message;
    private final TransactionalRecord<K, V> origin;
    private final int attempt;

    TransactionalMessage(Message<K, V> message, TransactionalRecord<K, V> origin, int attempt) {
        this.message = message;
        this.origin = origin;
        this.attempt = attempt;
    }

    /** The message as the source made it. */
    Message<K, V> message() {
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
        return new LinkedHeaders(message.headers(), origin, attempt);
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
    public Message<K, V> withAttempt(int another) {
        return another == attempt ? this : new TransactionalMessage<>(message.withAttempt(another), origin, another);
    }

    @Override
    public TopicPartition topicPartition() {
        return message.topicPartition();
    }

    @Override
    public String toString() {
        return message.toString();
    }
}
