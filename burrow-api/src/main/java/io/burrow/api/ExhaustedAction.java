package io.burrow.api;

/**
 * What becomes of an exhausted record. A record is exhausted when an attempt at it failed and no other follows: the
 * retry policy says so, most often because as many were made as it allows, or another one cannot help
 * ({@link TerminalException}). Where the policy's decision or {@link StuckAction#DEAD_LETTER} names what becomes of it,
 * that goes before.
 */
public enum ExhaustedAction {
    /** {@link #DEAD_LETTER} if a dead-letter sink is set, else {@link #PARK}. */
    AUTO,

    /** Send it to the dead-letter sink and complete it when the sink has acknowledged it. Needs a sink. */
    DEAD_LETTER,

    /** Keep it unfinished: it holds the commit point, shows as parked, and is delivered again after a restart. */
    PARK,

    /** Complete it as skipped: it is committed although it failed. */
    SKIP,

    /**
     * Stop everything: running handlers end, the commit point up to the gap is committed, and the cause is reported.
     */
    HALT
}
