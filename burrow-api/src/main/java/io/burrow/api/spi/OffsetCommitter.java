package io.burrow.api.spi;

import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Keeps commit points: the port through which finished offsets leave. Called on the loop thread only, also within the
 * callbacks of {@link PartitionListener#revoked}.
 */
public interface OffsetCommitter {
    /**
     * Stores the points and waits for the answer. Failures are results, not exceptions: an exception counts as
     * {@link CommitOutcome#RETRY} for every partition.
     *
     * @param points the point of each partition, at least one; all assigned at the time of the call
     * @param timeout how long it may take, positive
     * @return the outcome of each partition
     */
    CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout);

    /**
     * Stores the points without waiting. At most one such call is under way at a time. The default waits after all.
     *
     * @param points the point of each partition, at least one
     * @param timeout how long it may take, positive
     * @param done is told the outcome, once, on the loop thread: within this call or a later call of the source. What
     *     it is told on another thread reaches the loop later; null counts as {@link CommitOutcome#RETRY}
     */
    default void commitAsync(
            Map<TopicPartition, CommitPoint> points, Duration timeout, Consumer<? super CommitResult> done) {
        done.accept(commit(points, timeout));
    }

    /**
     * How much text can be kept with an offset. If this throws, nothing is kept.
     *
     * @return the limit in characters (UTF-16 units), not negative; 0 if none can be kept
     */
    int metadataLimit();
}
