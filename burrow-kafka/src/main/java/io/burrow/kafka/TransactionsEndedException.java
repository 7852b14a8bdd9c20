package io.burrow.kafka;

import org.apache.kafka.common.KafkaException;

/** The producer cannot make another transaction. */
final class TransactionsEndedException extends KafkaException {
    private static final long serialVersionUID = 1L;

    TransactionsEndedException(String message, Throwable cause) {
        super(message, cause);
    }
}
