package io.burrow.metrics.prometheus;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts what snapshots do not hold. Kept beside the meters, so that nothing is lost when a registry is bound late. Any
 * thread.
 */
final class EventCounts {
    /** The kinds of rebalance, as values of a tag. */
    enum Rebalance {
        ASSIGNED,
        REVOKED,
        LOST
    }

    private final AtomicLongArray commits = new AtomicLongArray(CommitOutcome.values().length);
    private final AtomicLongArray rebalances = new AtomicLongArray(Rebalance.values().length);

    /** The worst outcome of the partitions of a commit. */
    static CommitOutcome worst(Map<TopicPartition, CommitPoint> points, CommitResult result) {
        CommitOutcome worst = CommitOutcome.COMMITTED;
        for (TopicPartition partition : points.keySet()) {
            CommitOutcome outcome = result.outcome(partition);
            if (severity(outcome) > severity(worst)) {
                worst = outcome;
            }
        }
        return worst;
    }

    private static int severity(CommitOutcome outcome) {
        return switch (outcome) {
            case COMMITTED -> 0;
            case NOT_OWNED -> 1;
            case RETRY -> 2;
            case REJECTED -> 3;
            case FATAL -> 4;
        };
    }

    void committed(CommitOutcome outcome) {
        commits.incrementAndGet(outcome.ordinal());
    }

    void rebalanced(Rebalance type) {
        rebalances.incrementAndGet(type.ordinal());
    }

    long commits(CommitOutcome outcome) {
        return commits.get(outcome.ordinal());
    }

    long rebalances(Rebalance type) {
        return rebalances.get(type.ordinal());
    }
}
