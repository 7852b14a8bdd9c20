package io.burrow.api;

/**
 * How records are tried again when their batch handler threw, or did not answer for each of them. {@link #RECORDS}
 * unless it is set.
 */
public enum BatchRetry {
    /**
     * Each record by itself: the next attempt is a batch of one. One record that always fails does not fail those that
     * came with it again.
     */
    RECORDS,

    /**
     * Those that are tried again come together once more, with their next attempt at the same time. What followed one
     * of them in the order of its key comes with it, also for the next attempt.
     */
    WHOLE
}
