package io.burrow.core.engine;

import io.burrow.api.RecordOutcome;
import io.burrow.core.worker.Worker;

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
            abandon(delivery);
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

    /**
     * The delivery's assignment is over: it stays unfinished, and is delivered again by whoever has the partition then.
     */
    void abandon(Delivery delivery) {
        delivery.assignment().abandon(delivery);
        if (shared.events.wantsRecords()) {
            long now = delivery.fetchedNanos();
            shared.events.recordFinished(delivery, RecordOutcome.ABANDONED, now, now);
        }
    }
}
