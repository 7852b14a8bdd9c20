package io.burrow.api;

/** Why a partition does not move. Exactly one at a time; the first that applies in the order of these constants. */
public enum BlockedReason {
    /** It moves. */
    NONE,
    /** The Burrow has halted or failed. */
    HALTED,
    /** The error threshold froze the Burrow. */
    FROZEN,
    /** It is being taken away: running handlers are waited for, nothing new is started. */
    REVOKED,
    /** The Burrow drains or closes. */
    DRAINING,
    /** Too many attempts failed: the breaker lets nothing start for a while. */
    BREAKER_OPEN,
    /** The user paused it. */
    PAUSED_BY_USER,
    /**
     * Its ledger spans as many records as {@link BurrowConfig#maxSpanRecords()} allows: the oldest unfinished record
     * holds it.
     */
    SPAN_FULL,
    /** It holds as many records as {@link BurrowConfig#maxPartitionInFlightRecords()} allows. */
    PARTITION_RECORDS_FULL,
    /** It holds as many bytes as {@link BurrowConfig#maxPartitionInFlightBytes()} allows. */
    PARTITION_BYTES_FULL,
    /**
     * All partitions together hold as many records as {@link BurrowConfig#maxInFlightRecords()} allows, but for what is
     * kept free for partitions that hold little.
     */
    RECORDS_FULL,
    /**
     * All partitions together hold as many bytes as {@link BurrowConfig#maxInFlightBytes()} allows, but for what is
     * kept free for partitions that hold little.
     */
    BYTES_FULL,
    /**
     * The oldest record it holds has been handled for longer than {@link BurrowConfig#stuckAfter()}; or everything it
     * holds waits behind handlers that run on although their attempts were given up for that, or for a place, since all
     * that may run at once is stuck.
     */
    HELD_BY_STUCK,
    /**
     * Everything it holds waits behind records of the same keys that came with a former assignment of it, and whose
     * handlers still run here.
     */
    HELD_BY_FORMER,
    /** Everything it holds is parked. */
    HELD_BY_PARKED,
    /** Everything it holds waits for a retry or is parked. */
    HELD_BY_RETRY,
    /** It holds nothing: there was nothing more to fetch. */
    WAITING_FOR_DATA,
    /** It holds nothing: what comes next waits at the source until it is due, as in a topic for later retries. */
    WAITING_UNTIL_DUE
}
