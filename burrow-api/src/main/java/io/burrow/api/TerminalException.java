package io.burrow.api;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler when another attempt cannot help. It overrules the retry policy: the record is exhausted at once
 * and goes the way of {@link BurrowConfig#onExhausted()}. Meant to be extended.
 */
public class TerminalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what is wrong; should not hold contents of the record
     */
    public TerminalException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what is wrong; should not hold contents of the record
     * @param cause the cause, or null
     */
    public TerminalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
