package io.burrow.api;

/**
 * What happens to a record that is handled for longer than {@link BurrowConfig#stuckAfter()}. It is always reported: in
 * the log, to the listeners, and in the health.
 *
 * <p>A thread cannot be ended against its will. A synchronous handler is interrupted once; while it runs on it keeps
 * its worker, and its key if order asks for it, whatever became of the record. An asynchronous handler cannot even be
 * interrupted, nor one that a stage starts later on a thread of its own: where its attempt is given up, its key goes on
 * although it may still be at work.
 */
public enum StuckAction {
    /** Only report it. */
    WARN,

    /** The attempt counts as failed with a {@link java.util.concurrent.TimeoutException}. */
    RETRY,

    /**
     * It is given up and goes to the dead letters; it is parked if there is no sink. The records of a batch are not:
     * its handler is interrupted, and what it says of each still counts.
     */
    DEAD_LETTER,

    /** Stop everything. */
    HALT
}
