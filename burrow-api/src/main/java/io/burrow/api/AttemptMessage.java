package io.burrow.api;

/** A message seen by a later attempt; everything but the attempt is the message's own. */
final class AttemptMessage<K, V> extends ForwardingMessage<K, V> {
    private final int attempt;

    AttemptMessage(Message<K, V> message, int attempt) {
        super(message instanceof AttemptMessage<K, V> wrapped ? wrapped.message() : message);
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt must be positive: " + attempt);
        }
        this.attempt = attempt;
    }

    @Override
    public int attempt() {
        return attempt;
    }
}
