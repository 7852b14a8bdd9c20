package io.burrow.it.dlq;

import org.jspecify.annotations.Nullable;

/** A command cannot go on; the message says why and what to do, and is all that a user needs to see. */
public final class DlqException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do
     * @param cause the cause, or null
     */
    public DlqException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
