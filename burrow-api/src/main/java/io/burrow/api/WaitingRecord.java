package io.burrow.api;

import java.time.Duration;

/**
 * A record that failed and cannot go on by itself at once. Its position and what became of it, never its contents.
 *
 * @param partition its partition
 * @param offset its offset
 * @param waitsFor what it waits for
 * @param attempts how many attempts were made
 * @param age the time since its handler first started
 * @param dueIn the time until it goes on, zero if it is due, or if no time is known as for a parked record
 * @param errorClass the class name of the last failure
 */
public record WaitingRecord(
        TopicPartition partition,
        long offset,
        WaitsFor waitsFor,
        int attempts,
        Duration age,
        Duration dueIn,
        String errorClass) {
    /** What a record waits for. */
    public enum WaitsFor {
        /** Its next attempt. */
        RETRY,
        /** The dead-letter sink: it is exhausted, and its dead letter is to be sent or sent again. */
        DEAD_LETTER,
        /** Somebody: it is parked. */
        OPERATOR
    }
}
