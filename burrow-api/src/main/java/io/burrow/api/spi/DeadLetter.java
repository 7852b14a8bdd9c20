package io.burrow.api.spi;

import java.time.Instant;
import java.util.Objects;

/**
 * An exhausted record, with why it failed.
 *
 * @param record the record as the source delivered it
 * @param failure the last failure
 * @param failedAt when the last attempt failed
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public record DeadLetter<K, V>(SourceRecord<K, V> record, Failure failure, Instant failedAt) {
    /**
     * Makes the value.
     *
     * @param record the record as the source delivered it
     * @param failure the last failure
     * @param failedAt when the last attempt failed
     */
    public DeadLetter {
        Objects.requireNonNull(record, "record");
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(failedAt, "failedAt");
    }

    /** Returns the failure's own text, which names positions and classes only. */
    @Override
    public String toString() {
        return "dead letter of " + failure;
    }
}
