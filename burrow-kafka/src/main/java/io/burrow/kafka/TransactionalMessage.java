package io.burrow.kafka;

import io.burrow.api.ForwardingMessage;
import io.burrow.api.Headers;
import io.burrow.api.Message;

/**
 * A message on its way to a transactional handler, which is given the {@linkplain #within message within}. What it adds
 * are the {@linkplain LinkedHeaders headers} by which its record is found again, also when a stage has put another
 * message in its place.
 */
final class TransactionalMessage<K, V> extends ForwardingMessage<K, V> {
    private final TransactionalRecord<K, V> origin;
    private final int attempt;

    TransactionalMessage(Message<K, V> message, TransactionalRecord<K, V> origin, int attempt) {
        super(message);
        this.origin = origin;
        this.attempt = attempt;
    }

    /** The message as the source made it. */
    Message<K, V> within() {
        return message();
    }

    @Override
    public Headers headers() {
        return new LinkedHeaders(super.headers(), origin, attempt);
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public Message<K, V> withAttempt(int another) {
        return another == attempt ? this : new TransactionalMessage<>(message().withAttempt(another), origin, another);
    }

    @Override
    public String toString() {
        return message().toString();
    }
}
