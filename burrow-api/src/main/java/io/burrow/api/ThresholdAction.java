package io.burrow.api;

/** What happens when too many records in a row are exhausted. */
public enum ThresholdAction {
    /**
     * Stop fetching, let running handlers end, commit up to the gap, report the cause, leave the group. The default.
     */
    HALT,

    /**
     * Stop fetching and starting, commit up to the gap, but stay up in the group for inspection, until {@code resume}
     * or {@code close}.
     */
    FREEZE
}
