package io.burrow.kafka;

import org.apache.kafka.common.errors.RetriableException;

/** A transaction was not committed, or it is not known yet whether it was: the next commit goes on from there. */
final class TransactionUnsettledException extends RetriableException {
    private static final long serialVersionUID = 1L;

    TransactionUnsettledException(String message, Throwable cause) {
        super(message, cause);
    }
}
