package io.burrow.api;

/**
 * What happens to a record that is handled for longer than {@link BurrowConfig#stuckAfter()}. It is always reported,
 * with the class of its handler, or of what blocks in its place (a record that is decoded, a dead-letter sink, a
 * policy, a listener): in the log, to the listeners, and in the health.
 *
 * <p>A thread cannot be ended against its will. A synchronous handler, or a batch handler, is interrupted once; while
 * it runs on it keeps its worker, and its key if order asks for it, whatever became of the record. That holds too for
 * one that a stage starts later on a thread of its own. An asynchronous handler that has returned cannot be
 * interrupted: where its attempt is given up, its key goes on although the work may still be under way.
 */
public enum StuckAction {
    /** Only report it. */
    WARN,

    /**
     * A synchronous handler is interrupted, and what it returns or throws then counts. The attempt of an asynchronous
     * one counts as failed with a {@link java.util.concurrent.TimeoutException}.
     */
    RETRY,

    /**
     * Its attempt is given up, and it is exhausted: whatever {@link BurrowConfig#onExhausted()} says it goes to the
     * dead letters, or is parked if there is no sink. A synchronous handler is interrupted first, and its attempt given
     * up if that had no effect after a quarter of the time (a second at most). Of a batch those are exhausted that
     * follow no other of their key in it; what follows is handled again after them. A record that a batch waits for
     * while it is decoded is interrupted, and not exhausted.
     */
    DEAD_LETTER,

    /** Stop everything. */
    HALT
}
