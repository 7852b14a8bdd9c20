package io.burrow.api;

/** Which records wait for each other. Commits are in order of offsets whatever is chosen here. */
public enum Ordering {
    /** None: any record may run beside any other. */
    UNORDERED,

    /**
     * Records of the same topic, partition and key never overlap and start in order of their offsets, across retries,
     * asynchronous handlers and a partition that is revoked and comes back. Keys are compared by content; records
     * without a key are not ordered.
     */
    KEY,

    /** Records of the same partition never overlap and start in order of their offsets. */
    PARTITION
}
