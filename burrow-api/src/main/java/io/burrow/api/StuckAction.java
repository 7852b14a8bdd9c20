package io.burrow.api;

/**
 * What happens to a record that is handled for longer than {@link BurrowConfig#stuckAfter()}. It is always reported: in
 * the log, to the listeners, and in the health.
 *
 * <p>A thread cannot be ended against its will. A synchronous handler is interrupted once; while it runs on it keeps
 * its worker, and its key if order asks for it, whatever became of the record.
 */
public enum StuckAction {
    /** Only report it. */
    WARN,

    /** The attempt counts as failed with a {@link java.util.concurrent.TimeoutException}. */
    RETRY,

    /** It is given up and goes to the dead letters; it is parked if there is no sink. */
    DEAD_LETTER,

    /** Stop everything. */
    HALT
}
