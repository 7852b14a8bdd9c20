package io.burrow.api.spi;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Takes records that are given up. The record is completed, and can be committed, only when the sink has acknowledged
 * it: by the normal completion of the stage. A failure, a null stage or no answer within
 * {@link io.burrow.api.BurrowConfig#deadLetterTimeout()} means that it is sent again later; so a sink may get a record
 * more than once.
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
