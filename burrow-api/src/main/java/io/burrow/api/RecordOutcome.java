package io.burrow.api;

/**
 * How a delivery ended. Every delivery ends in exactly one of these, but for {@link #PARKED}: what is parked may go on
 * by call, or be abandoned with its partition, and then ends in another one as well.
 */
public enum RecordOutcome {
    /** The handler finished it. */
    PROCESSED,
    /** The dead-letter sink acknowledged it. */
    DEAD_LETTERED,
    /** It failed, and the user chose to skip such records. */
    SKIPPED,
    /** It failed and stays unfinished; it is delivered again after a restart or a rebalance. */
    PARKED,
    /** Its partition was taken away, or Burrow stopped, before it was finished; it is delivered again. */
    ABANDONED
}
