package io.burrow.core.engine;

import io.burrow.api.RecordOutcome;

/**
 * The end of a delivery: into its ledger if its assignment still counts, into nothing if not. Any thread that owns the
 * delivery.
 */
final class Finisher {
    private final Shared shared;

    Finisher(Shared shared) {
        this.shared = shared;
    }

    /** The handler succeeded. */
    void processed(Delivery delivery, long startedNanos) {
        if (shared.exhaustedInARow.get() != 0 && delivery.assignment().phase != Assignment.DEAD) {
            shared.exhaustedInARow.set(0);
        }
        finish(delivery, RecordOutcome.PROCESSED, startedNanos, startedNanos);
    }

    /** The delivery reached a terminal state: it counts as finished, unless its assignment is over. */
    void finish(Delivery delivery, RecordOutcome outcome, long startedNanos, long endedNanos) {
        if (delivery.assignment().phase == Assignment.DEAD) {
            abandon(delivery);
            return;
        }
        delivery.record()
                .finished(outcome, delivery.attempts()); // what it throws halts, and the record is not finished
        if (shared.events.wantsRecords()) {
            long ended = outcome == RecordOutcome.PROCESSED ? shared.time.nanos() : endedNanos;
            shared.events.recordFinished(delivery, outcome, startedNanos, ended);
        }
        delivery.assignment().complete(delivery);
        shared.recordFinished();
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
