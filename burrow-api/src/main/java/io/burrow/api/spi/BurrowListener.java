package io.burrow.api.spi;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches a Burrow: for metrics and logs. Every method does nothing by default. The methods must be quick and must not
 * block; what one throws is contained, and reported once, to the other listeners too. What is told of a record
 * ({@link #recordFinished}, {@link #attemptFailed}, {@link #deadLetter}, an {@link #error} of these) comes on worker
 * threads and on threads that complete stages, by several at once; all else on the loop thread, or on the thread that
 * called {@code start}, {@code close} or a control.
 *
 * <p>One that blocks all the same does harm that cannot be contained, only shown:
 *
 * <ul>
 *   <li>On the loop thread it stops fetching, commits and rebalances of all partitions. Workers go on with what is
 *       buffered, and retries come at their time; nothing is lost, but what is finished stays uncommitted, and after
 *       the source's poll interval the partitions go to another member. {@link BurrowControl#health()} names the method
 *       that keeps the loop, other questions are refused with {@link io.burrow.api.ErrorCode#LOOP_BLOCKED}, and a
 *       {@code close} interrupts it when all limits have passed.
 *   <li>On a worker it holds this one worker and its record, which is shown as stuck.
 * </ul>
 *
 * <p>On the loop thread a listener may ask and steer through {@link BurrowControl}, but for what would wait for the
 * loop itself: a drain, a close and calls about parked records are refused there.
 */
public interface BurrowListener {
    /**
     * Burrow was started.
     *
     * @param burrow the handle to watch it by
     */
    default void started(BurrowControl burrow) {}

    /**
     * The state changed.
     *
     * @param burrow the handle
     * @param from the state before
     * @param to the state now
     * @param cause why it halted, froze or failed, else null
     */
    default void stateChanged(
            BurrowControl burrow, BurrowState from, BurrowState to, @Nullable BurrowException cause) {}

    /**
     * Partitions were assigned.
     *
     * @param partitions the new partitions; empty if this member takes part and has none
     */
    default void assigned(Collection<TopicPartition> partitions) {}

    /**
     * Partitions were revoked; their last commit has been made.
     *
     * @param partitions the partitions
     */
    default void revoked(Collection<TopicPartition> partitions) {}

    /**
     * Partitions were lost, without a commit.
     *
     * @param partitions the partitions
     */
    default void lost(Collection<TopicPartition> partitions) {}

    /**
     * The position of a partition was moved other than by reading: by a reset policy, a truncation, a seek, or past
     * what was deleted or damaged. After a move back, what had been delivered is forgotten and comes again; what was
     * delivered before a move forward goes on.
     *
     * @param partition the partition
     * @param from the next offset that would have been fetched
     * @param to the next offset that will be fetched
     */
    default void positionReset(TopicPartition partition, long from, long to) {}

    /**
     * The reason for which a partition is held back changed.
     *
     * @param partition the partition
     * @param reason the reason now, {@link BlockedReason#NONE} if it moves again
     */
    default void blocked(TopicPartition partition, BlockedReason reason) {}

    /**
     * Whether {@link #recordFinished} is wanted. It costs a reading of the clock for every record. Asked once, at the
     * start.
     *
     * @return false by default
     */
    default boolean wantsRecords() {
        return false;
    }

    /**
     * A delivery ended. Only called if {@link #wantsRecords()}.
     *
     * @param partition its partition
     * @param offset its offset
     * @param outcome how it ended
     * @param attempts how many attempts were made
     * @param queueNanos from fetched to the start of the last attempt, in nanoseconds, the waits before retries
     *     included
     * @param handlerNanos how long the last attempt took, in nanoseconds; 0 if there was none, or none since it was
     *     told as parked
     */
    default void recordFinished(
            TopicPartition partition,
            long offset,
            RecordOutcome outcome,
            int attempts,
            long queueNanos,
            long handlerNanos) {}

    /**
     * An attempt failed.
     *
     * @param failure the failure
     * @param decision what comes next
     * @param delay how long until the next attempt; zero if there is none
     */
    default void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {}

    /**
     * A dead letter was acknowledged or could not be sent.
     *
     * @param failure the failure that made it one
     * @param error why it could not be sent, or null if it was acknowledged
     */
    default void deadLetter(Failure failure, @Nullable Throwable error) {}

    /**
     * A commit was answered.
     *
     * @param points what was to be committed
     * @param result what came of it
     * @param nanos how long it took, in nanoseconds
     */
    default void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {}

    /**
     * Something went wrong that Burrow contained: a user's extension misbehaved, a commit failed.
     *
     * @param error what, with a code and what to do
     */
    default void error(BurrowException error) {}
}
