package io.burrow.it.broker;

import org.jspecify.annotations.Nullable;

/** The command cannot go on; the message says why and what to do, and is all that a user needs to see. */
public final class LocalBrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do
     * @param cause the cause, or null
     */
    public LocalBrokerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
