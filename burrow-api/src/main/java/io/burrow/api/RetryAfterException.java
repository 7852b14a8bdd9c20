package io.burrow.api;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler that knows when it should be called again, such as after an HTTP 429 with {@code Retry-After}. It
 * overrules the retry policy and the backoff strategy: the record is tried again after the given time, however often
 * that happened before.
 */
public class RetryAfterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How long to wait. */
    private final Duration delay;

    /**
     * Makes the exception.
     *
     * @param delay how long to wait, not negative
     */
    public RetryAfterException(Duration delay) {
        this(delay, null);
    }

    /**
     * Makes the exception.
     *
     * @param delay how long to wait, not negative
     * @param cause why the attempt failed, or null
     */
    public RetryAfterException(Duration delay, @Nullable Throwable cause) {
        super("retry after " + delay, cause);
        Objects.requireNonNull(delay, "delay");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative: " + delay);
        }
        this.delay = delay;
    }

    /**
     * How long to wait before the next attempt.
     *
     * @return the delay, not negative
     */
    public Duration delay() {
        return delay;
    }
}
