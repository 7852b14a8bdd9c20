package io.burrow.core.engine;

import io.burrow.api.RecordOutcome;
import io.burrow.core.worker.Worker;
import java.util.Objects;

/**
 * The end of a delivery: into its ledger if its assignment still counts, into nothing if not. Any thread that owns the
 * delivery.
 */
final class Finisher {
    private final Shared shared;

    Finisher(Shared shared) {
        this.shared = shared;
    }

    /** The handler succeeded. Returns when, if somebody wanted to know, or {@link Worker#UNKNOWN}. */
    long processed(Delivery delivery, long startedNanos) {
        if (shared.exhaustedInARow.get() != 0 && delivery.assignment().phase != Assignment.DEAD) {
            shared.exhaustedInARow.set(0);
        }
        return end(delivery, RecordOutcome.PROCESSED, startedNanos, Worker.UNKNOWN);
    }

    /** The delivery reached a terminal state: it counts as finished, unless its assignment is over. */
    void finish(Delivery delivery, RecordOutcome outcome, long startedNanos, long endedNanos) {
        end(delivery, outcome, startedNanos, endedNanos);
    }

    private long end(Delivery delivery, RecordOutcome outcome, long startedNanos, long endedNanos) {
        if (delivery.assignment().phase == Assignment.DEAD) {
            abandon(delivery, startedNanos, endedNanos);
            return Worker.UNKNOWN;
        }
        long ended = endedNanos;
        delivery.record()
                .finished(outcome, delivery.attempts()); // what it throws halts, and the record is not finished
        if (shared.events.wantsRecords()) {
            ended = ended == Worker.UNKNOWN ? shared.time.nanos() : ended;
            shared.events.recordFinished(delivery, outcome, startedNanos, ended);
        }
        delivery.assignment().complete(delivery);
        shared.recordFinished();
        return ended;
    }

    /** The delivery is kept unfinished. Its last attempt is told with this, and not again with its end. */
    void parked(Delivery delivery) {
        Delivery.Troubles troubles = Objects.requireNonNull(delivery.troubles);
        if (shared.events.wantsRecords()) {
            shared.events.recordFinished(
                    delivery, RecordOutcome.PARKED, troubles.lastStartNanos, troubles.lastEndNanos);
        }
        troubles.lastEndNanos = troubles.lastStartNanos;
    }

    /**
     * The delivery's assignment is over: it stays unfinished, and is delivered again by whoever has the partition then.
     */
    void abandon(Delivery delivery) {
        Delivery.Troubles troubles = delivery.troubles;
        if (troubles == null) {
            abandon(delivery, delivery.fetchedNanos(), delivery.fetchedNanos());
        } else {
            abandon(delivery, troubles.lastStartNanos, troubles.lastEndNanos);
        }
    }

    /** The same, with when its last attempt began and ended; {@link Worker#UNKNOWN} is now. */
    void abandon(Delivery delivery, long startedNanos, long endedNanos) {
        delivery.assignment().abandon(delivery);
        if (shared.events.wantsRecords()) {
            long ended = endedNanos == Worker.UNKNOWN ? shared.time.nanos() : endedNanos;
            shared.events.recordFinished(delivery, RecordOutcome.ABANDONED, startedNanos, ended);
        }
    }
}
