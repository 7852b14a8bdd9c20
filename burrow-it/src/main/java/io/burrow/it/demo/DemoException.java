package io.burrow.it.demo;

import org.jspecify.annotations.Nullable;

/** The demo cannot go on; the message says why and what to do, and is all that a user needs to see. */
public final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do
     */
    public DemoException(String message) {
        this(message, null);
    }

    /**
     * Makes the exception.
     *
     * @param message what happened and what to do
     * @param cause the cause, or null
     */
    public DemoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
