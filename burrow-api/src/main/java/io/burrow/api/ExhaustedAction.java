package io.burrow.api;

/** What becomes of a record that failed and will not be tried again. */
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
