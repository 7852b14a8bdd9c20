package io.burrow.api.spi;

import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.Objects;

/**
 * A failed attempt at a record: all that a retry policy or a backoff strategy may look at.
 *
 * @param partition the record's partition
 * @param offset the record's offset
 * @param attempt which attempt failed, from 1
 * @param cause what the handler threw, or what its stage failed with, without the wrappers of
 *     {@code java.util.concurrent}
 * @param elapsed the time since the first attempt at this delivery began, not negative
 * @param previousDelay the delay before the attempt that failed; zero before the first
 */
public record Failure(
        TopicPartition partition, long offset, int attempt, Throwable cause, Duration elapsed, Duration previousDelay) {
    /**
     * Makes the value.
     *
     * @param partition the record's partition
     * @param offset the record's offset
     * @param attempt which attempt failed, from 1
     * @param cause what the handler threw, or what its stage failed with, without the wrappers of
     *     {@code java.util.concurrent}
     * @param elapsed the time since the first attempt at this delivery began, not negative
     * @param previousDelay the delay before the attempt that failed; zero before the first
     */
    public Failure {
        Objects.requireNonNull(partition, "partition");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(previousDelay, "previousDelay");
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt must be positive: " + attempt);
        }
    }

    /**
     * Returns position, attempt and the class of the cause, never its message, which may hold contents of the record.
     */
    @Override
    public String toString() {
        return partition + "@" + offset + " attempt " + attempt + " "
                + cause.getClass().getName();
    }
}
