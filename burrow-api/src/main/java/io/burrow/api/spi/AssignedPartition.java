package io.burrow.api.spi;

import io.burrow.api.TopicPartition;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A partition as it is when it is assigned.
 *
 * @param partition the partition
 * @param position the next offset that will be fetched
 * @param committed what is committed for it, or null if nothing is; then Burrow commits the position, so that a later
 *     start does not begin elsewhere
 */
public record AssignedPartition(
        TopicPartition partition, long position, @Nullable CommitPoint committed) {
    /**
     * Makes the value.
     *
     * @param partition the partition
     * @param position the next offset that will be fetched
     * @param committed what is committed for it, or null if nothing is; then Burrow commits the position, so that a
     *     later start does not begin elsewhere
     * @throws IllegalArgumentException if the position is negative
     */
    public AssignedPartition {
        Objects.requireNonNull(partition, "partition");
        if (position < 0) {
            throw new IllegalArgumentException("position must not be negative: " + position);
        }
    }
}
