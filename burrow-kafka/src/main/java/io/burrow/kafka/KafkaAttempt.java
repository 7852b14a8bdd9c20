package io.burrow.kafka;

/** A message as a later attempt sees it. Apart, so that the many that succeed at once do not carry the number. */
final class KafkaAttempt<K, V> extends KafkaMessage<K, V> {
    private final int attempt;

    KafkaAttempt(KafkaMessage<K, V> message, int attempt) {
        super(message);
        this.attempt = attempt;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public String toString() {
        return super.toString() + " attempt " + attempt;
    }
}
