package io.burrow.metrics.prometheus;

import io.burrow.api.BlockedReason;

/** What events said of an assigned partition. Written under the lock of {@link BurrowMetrics}, read by any thread. */
final class AssignedPartition {
    private volatile BlockedReason blocked = BlockedReason.NONE;
    private volatile int snapshotChars;

    BlockedReason blocked() {
        return blocked;
    }

    void blocked(BlockedReason reason) {
        blocked = reason;
    }

    int snapshotChars() {
        return snapshotChars;
    }

    void snapshotChars(int chars) {
        snapshotChars = chars;
    }
}
