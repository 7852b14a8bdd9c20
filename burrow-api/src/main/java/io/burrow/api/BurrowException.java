package io.burrow.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An error that Burrow reports: a code, what happened, and what to do. The message never holds keys, values, headers or
 * raw configuration.
 */
public class BurrowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kind of error. */
    private final ErrorCode code;

    /**
     * Makes the exception.
     *
     * @param code the kind of error
     * @param what what happened
     */
    public BurrowException(ErrorCode code, String what) {
        this(code, what, null);
    }

    /**
     * Makes the exception.
     *
     * @param code the kind of error
     * @param what what happened
     * @param cause the cause, or null
     */
    public BurrowException(ErrorCode code, String what, @Nullable Throwable cause) {
        super(Objects.requireNonNull(code, "code") + ": " + what + " (" + code.action() + ")", cause);
        this.code = code;
    }

    /**
     * The kind of error.
     *
     * @return the code
     */
    public ErrorCode code() {
        return code;
    }
}
