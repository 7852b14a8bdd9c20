package io.burrow.api;

/** The life of a Burrow. */
public enum BurrowState {
    /** Built, not started. */
    NEW,
    /** Fetching, handling, committing. */
    RUNNING,
    /** Paused by the user: nothing is fetched; what is buffered is handled. */
    PAUSED,
    /** Fetching is stopped and what is buffered is being finished, on the user's call. */
    DRAINING,
    /** Stopped by the error threshold but still in the group, for inspection. */
    FROZEN,
    /** Stopping after a failure: running handlers end, then the last commit. */
    HALTING,
    /** Stopped after a failure; {@link Health#cause()} says why. */
    FAILED,
    /** Stopping on the user's call. */
    CLOSING,
    /** Stopped on the user's call. */
    CLOSED;

    /**
     * Whether nothing more will happen.
     *
     * @return true for {@link #FAILED} and {@link #CLOSED}
     */
    public boolean isTerminal() {
        return this == FAILED || this == CLOSED;
    }
}
