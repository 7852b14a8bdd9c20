package io.burrow.api.spi;

/** What comes after a failed attempt. */
public enum RetryDecision {
    /** Another attempt, when the backoff strategy says. */
    RETRY,
    /**
     * No other attempt: the record is exhausted, and {@link io.burrow.api.BurrowConfig#onExhausted()} says what then.
     */
    GIVE_UP,
    /**
     * No other attempt; send it to the dead-letter sink. Without a sink the record is parked and the problem reported.
     */
    DEAD_LETTER,
    /** No other attempt; complete it although it failed. */
    SKIP,
    /**
     * No other attempt; keep it unfinished: it holds the commit point, and its key unless the settings say otherwise,
     * and is delivered again after a restart.
     */
    PARK,
    /** Stop everything; the record stays unfinished. */
    HALT
}
