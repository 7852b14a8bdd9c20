package io.burrow.api;

/** How commits at a cadence are sent. The last commit of a partition (revoke, halt, close) is always synchronous. */
public enum CommitMode {
    /** The loop waits for each commit's answer. The default. */
    SYNC,

    /** The loop goes on while one commit is under way; never two at a time. */
    ASYNC
}
