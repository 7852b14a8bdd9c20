package io.burrow.api;

import org.jspecify.annotations.Nullable;

/**
 * A record whose key, value or headers cannot be decoded. Thrown by a source when a worker asks it for the message,
 * before the handler is called. Terminal: the bytes will not change, so there is no other attempt, and the record goes
 * where exhausted ones go.
 */
public class DecodingException extends TerminalException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what could not be decoded; must not hold contents of the record
     * @param cause the cause, or null
     */
    public DecodingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
