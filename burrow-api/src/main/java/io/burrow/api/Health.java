package io.burrow.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Burrow lives and makes progress.
 *
 * @param status the whole in one word
 * @param state where it is in its life
 * @param live whether the process should be left running: false only when it halts, has failed, or its loop is gone or
 *     kept by user code for longer than the poll interval
 * @param ready whether it takes part: started, told of its first assignment (which may be none), not stopped or frozen
 * @param partitions the assigned partitions, in order
 * @param problems what is wrong with partitions, then contained errors that still matter, newest last; at most 16, each
 *     without contents of a record
 * @param problemCount how many there are in all, with those that are left out of {@code problems}: of partitions now,
 *     of contained errors since the start
 * @param cause why it halted, froze or failed; null if it did not
 */
public record Health(
        Status status,
        BurrowState state,
        boolean live,
        boolean ready,
        List<PartitionHealth> partitions,
        List<String> problems,
        long problemCount,
        @Nullable BurrowException cause) {
    /**
     * Makes a snapshot; the lists are copied.
     *
     * @param status the whole in one word
     * @param state where it is in its life
     * @param live whether the process should be left running: false only when it halts, has failed, or its loop is gone
     *     or kept by user code for longer than the poll interval
     * @param ready whether it takes part: started, told of its first assignment (which may be none), not stopped or
     *     frozen
     * @param partitions the assigned partitions, in order
     * @param problems what is wrong with partitions, then contained errors that still matter, newest last; at most 16,
     *     each without contents of a record
     * @param problemCount how many there are in all
     * @param cause why it halted, froze or failed; null if it did not
     */
    public Health {
        partitions = List.copyOf(partitions);
        problems = List.copyOf(problems);
    }

    /**
     * Makes a snapshot in which no problem is left out.
     *
     * @param status the whole in one word
     * @param state where it is in its life
     * @param live whether the process should be left running
     * @param ready whether it takes part
     * @param partitions the assigned partitions, in order
     * @param problems all that is wrong
     * @param cause why it halted, froze or failed; null if it did not
     */
    public Health(
            Status status,
            BurrowState state,
            boolean live,
            boolean ready,
            List<PartitionHealth> partitions,
            List<String> problems,
            @Nullable BurrowException cause) {
        this(status, state, live, ready, partitions, problems, problems.size(), cause);
    }

    /** The whole in one word. */
    public enum Status {
        /** Not started, or started and waiting for its first assignment. */
        STARTING,
        /** Nothing is wrong. */
        READY,
        /**
         * It works, but something needs attention: a partition is held back, commits fail, records are parked. A bound
         * that is reached because there is more to do than can be done at once is no such thing.
         */
        DEGRADED,
        /** It has stopped because of {@link Health#cause()}. */
        FAILED,
        /** It was closed. */
        CLOSED
    }
}
