package io.burrow.api.spi;

import io.burrow.api.TopicPartition;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a commit came to, for each partition that was in it.
 *
 * @param outcomes the outcome of each partition; one that is missing counts as {@link CommitOutcome#RETRY}
 * @param cause the failure behind the outcomes that are not {@link CommitOutcome#COMMITTED}, or null
 */
public record CommitResult(
        Map<TopicPartition, CommitOutcome> outcomes,
        @Nullable Throwable cause) {
    /**
     * Makes a result; the map is copied.
     *
     * @param outcomes the outcome of each partition; one that is missing counts as {@link CommitOutcome#RETRY}
     * @param cause the failure behind the outcomes that are not {@link CommitOutcome#COMMITTED}, or null
     */
    public CommitResult {
        outcomes = Map.copyOf(outcomes);
    }

    /**
     * All partitions came to the same.
     *
     * @param partitions the partitions of the commit
     * @param outcome what it came to
     * @param cause the failure, or null
     * @return the result
     */
    public static CommitResult all(
            Collection<TopicPartition> partitions, CommitOutcome outcome, @Nullable Throwable cause) {
        return new CommitResult(partitions.stream().distinct().collect(Collectors.toMap(p -> p, p -> outcome)), cause);
    }

    /**
     * All partitions were committed.
     *
     * @param partitions the partitions of the commit
     * @return the result
     */
    public static CommitResult committed(Collection<TopicPartition> partitions) {
        return all(partitions, CommitOutcome.COMMITTED, null);
    }

    /**
     * Joins two results of different partitions.
     *
     * @param other the other result
     * @return the outcomes of both, and the first cause
     */
    public CommitResult and(CommitResult other) {
        Map<TopicPartition, CommitOutcome> both = new HashMap<>(outcomes);
        both.putAll(other.outcomes);
        return new CommitResult(both, cause != null ? cause : other.cause);
    }

    /**
     * The outcome of one partition.
     *
     * @param partition the partition
     * @return its outcome, {@link CommitOutcome#RETRY} if it is missing
     */
    public CommitOutcome outcome(TopicPartition partition) {
        return outcomes.getOrDefault(partition, CommitOutcome.RETRY);
    }

    /**
     * Whether every partition that is named here was committed.
     *
     * @return true if so, and if there is at least one
     */
    public boolean isComplete() {
        return !outcomes.isEmpty() && outcomes.values().stream().allMatch(o -> o == CommitOutcome.COMMITTED);
    }

    /** Returns the outcomes and the class of the cause, never its message. */
    @Override
    public String toString() {
        return outcomes + (cause == null ? "" : " " + cause.getClass().getName());
    }
}
