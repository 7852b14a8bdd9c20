package io.burrow.api.spi;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Takes exhausted records. The record is completed, and can be committed, only when the sink has acknowledged it: by
 * the normal completion of the stage. A failure, a null stage or no answer within
 * {@link io.burrow.api.BurrowConfig#deadLetterTimeout()} means that it is sent again later; so a sink may get a record
 * more than once.
 *
 * <p>A sink that knows that sending again cannot help may say so: by a failure that is an
 * {@link io.burrow.api.TerminalException}, upon which the record is parked, or a {@link io.burrow.api.BurrowException}
 * with the code {@link io.burrow.api.ErrorCode#DEAD_LETTER_REFUSED}, upon which everything halts.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
@FunctionalInterface
public interface DeadLetterSink<K, V> {
    /**
     * Sends one record. Called on worker threads and on threads that complete stages, by several at once; it should not
     * block for long.
     *
     * @param letter the record and why it failed
     * @return a stage that completes when the record is stored safely
     * @throws Exception if it could not be sent; the same as a stage that failed
     */
    CompletionStage<?> send(DeadLetter<K, V> letter) throws Exception;

    /**
     * Whether a record would come back to be handled again from where this sink puts it, such as a topic for later
     * retries. Then it is not exhausted: it counts towards neither {@link io.burrow.api.BurrowConfig#errorThreshold()}
     * nor {@link io.burrow.api.BurrowConfig#deadLetterBudget()}. Must give the same answer as {@link #send} gives by
     * where it sends the record. Called as that is; must not block.
     *
     * @param failure the last failure of the record
     * @return false by default
     */
    default boolean isRetried(Failure failure) {
        return false;
    }

    /**
     * Whether records that come back from where this sink puts them may be handled in another order than they had, and
     * nobody has accepted that. A Burrow that keeps order refuses such a sink. Called when it is built.
     *
     * @return false by default
     */
    default boolean losesOrder() {
        return false;
    }

    /**
     * Finds what is wrong before anything is started (a missing topic, no rights). Called once, on the thread that
     * starts Burrow.
     *
     * @throws io.burrow.api.BurrowException if it cannot work
     */
    default void open() {}

    /**
     * Sends what is under way and frees everything. Called once, after the last record.
     *
     * @param timeout how long it may take, not negative
     */
    default void close(Duration timeout) {}
}
