package io.burrow.core.engine;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.Health;
import io.burrow.api.ParkedRecord;
import io.burrow.api.PartitionHealth;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be seen from outside, at one moment. Loop thread, or any thread once the loop is gone. */
final class Snapshots {
    private final Shared shared;
    private final Assignments assignments;

    Snapshots(Shared shared, Assignments assignments) {
        this.shared = shared;
        this.assignments = assignments;
    }

    Stats stats() {
        Map<TopicPartition, PartitionStats> partitions = new HashMap<>();
        long inFlight = 0;
        long bytes = 0;
        long retrying = 0;
        long parked = 0;
        long pending = 0;
        long finished = shared.counters.finishedBefore;
        for (Assignment assignment : assignments.all()) {
            PartitionStats stats = partition(assignment);
            partitions.put(assignment.partition, stats);
            inFlight += stats.inFlight();
            bytes += assignment.bytesInFlight();
            retrying += stats.retrying();
            parked += stats.parked();
            pending += assignment.pending.get();
            finished += assignment.ledger.nextSequence() - (stats.inFlight() - assignment.held.size());
        }
        for (Assignment assignment : assignments.ending()) {
            inFlight += assignment.remaining();
            bytes += assignment.bytesInFlight();
        }
        Counters counters = shared.counters;
        long skipped = counters.skipped.sum();
        long deadLettered = counters.deadLettered.sum();
        long active = shared.workers.inside(null) + pending;
        return new Stats(
                Math.max(0, finished - skipped - deadLettered),
                counters.failed.sum(),
                counters.retried.sum(),
                skipped,
                deadLettered,
                counters.deadLetterFailures.sum(),
                counters.abandoned.sum(),
                counters.commits.sum(),
                counters.commitFailures.sum(),
                counters.rebalances.sum(),
                active,
                Math.max(0, inFlight - retrying - parked - active),
                inFlight,
                bytes,
                retrying,
                parked,
                partitions);
    }

    private PartitionStats partition(Assignment assignment) {
        assignment.advance();
        long unfinished = assignment.unfinished();
        int retrying = assignment.retrying.size();
        int parked = assignment.parked.size();
        Batch oldest = assignment.batches.peek();
        long age = unfinished == 0 || oldest == null ? 0 : shared.time.nanos() - oldest.fetchedNanos;
        return new PartitionStats(
                assignment.partition,
                assignment.committed,
                assignment.ledger.commitPoint(),
                assignment.heldEndPosition,
                unfinished + assignment.held.size(),
                assignment.ledger.span() - unfinished,
                retrying,
                parked,
                Duration.ofNanos(Math.max(0, age)),
                reason(assignment, unfinished));
    }

    private BlockedReason reason(Assignment assignment, long unfinished) {
        if (assignment.blocked != BlockedReason.NONE
                || unfinished == 0
                || unfinished > assignment.waiting(shared.config.parkedReleasesKey())) {
            return assignment.blocked;
        }
        return assignment.retrying.isEmpty() ? BlockedReason.HELD_BY_PARKED : BlockedReason.HELD_BY_RETRY;
    }

    List<ParkedRecord> parked() {
        List<ParkedRecord> all = new ArrayList<>();
        long now = shared.time.nanos();
        for (Assignment assignment : assignments.all()) {
            for (Delivery delivery : assignment.parked) {
                Delivery.Troubles troubles = delivery.troubles;
                if (troubles != null) {
                    all.add(new ParkedRecord(
                            assignment.partition,
                            delivery.record().offset(),
                            delivery.attempts(),
                            Duration.ofNanos(Math.max(0, now - troubles.firstStartNanos)),
                            troubles.last.cause().getClass().getName()));
                }
            }
        }
        all.sort(Comparator.comparing(ParkedRecord::partition).thenComparing(ParkedRecord::offset));
        return all;
    }

    Health health(BurrowState state, boolean everAssigned, @Nullable BurrowException cause) {
        List<PartitionHealth> partitions = new ArrayList<>();
        boolean heldBack = false;
        for (Assignment assignment : assignments.all()) {
            PartitionStats stats = partition(assignment);
            partitions.add(new PartitionHealth(assignment.partition, stats.blocked(), detail(stats)));
            heldBack |= stats.blocked() != BlockedReason.NONE && stats.blocked() != BlockedReason.PAUSED_BY_USER
                    || stats.parked() > 0
                    || assignment.refused
                    || assignment.notOwned
                    || assignment.retrying.keySet().stream().anyMatch(Delivery::isGivenUp);
        }
        boolean running = state == BurrowState.RUNNING || state == BurrowState.PAUSED || state == BurrowState.DRAINING;
        Health.Status status;
        if (cause != null) {
            status = Health.Status.FAILED;
        } else if (state == BurrowState.CLOSED || state == BurrowState.CLOSING) {
            status = Health.Status.CLOSED;
        } else if (!everAssigned) {
            status = Health.Status.STARTING;
        } else {
            status = heldBack ? Health.Status.DEGRADED : Health.Status.READY;
        }
        return new Health(
                status,
                state,
                state != BurrowState.FAILED && state != BurrowState.HALTING,
                running && everAssigned && cause == null,
                partitions,
                shared.events.problems(),
                cause);
    }

    private static String detail(PartitionStats stats) {
        String held =
                "offset " + stats.commitPoint() + " for " + stats.oldestAge().toMillis() + " ms";
        return switch (stats.blocked()) {
            case NONE -> stats.inFlight() == 0 ? "waiting for data" : stats.inFlight() + " records in flight";
            case HALTED -> "halted; held at " + held;
            case FROZEN -> "frozen; held at " + held;
            case DRAINING -> "draining, " + stats.inFlight() + " records left";
            case PAUSED_BY_USER -> "paused by the user";
            case SPAN_FULL -> "the span is full: held by " + held;
            case PARTITION_RECORDS_FULL -> "as many records held as one partition may: " + stats.inFlight();
            case RECORDS_FULL -> "as many records held in all as allowed";
            case BYTES_FULL -> "as many bytes held in all as allowed";
            case HELD_BY_PARKED -> "everything left is parked: held by " + held;
            case HELD_BY_RETRY -> "everything left waits for a retry: held by " + held;
        };
    }
}
