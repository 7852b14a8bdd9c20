package io.burrow.core.engine;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Health;
import io.burrow.api.ParkedRecord;
import io.burrow.api.PartitionHealth;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.MessageSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told outside of how things are: counts, health, parked records. Loop thread, or any once the loop is gone.
 */
final class Reports {
    private static final int MOST_PROBLEMS = 16;

    private final Shared shared;
    private final Assignments assignments;
    private final MessageSource<?, ?> source;

    /** Never goes down. */
    private long processed;

    Reports(Shared shared, Assignments assignments, MessageSource<?, ?> source) {
        this.shared = shared;
        this.assignments = assignments;
        this.source = source;
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
            PartitionStats stats = partition(assignment, endOffset(assignment.partition));
            partitions.put(assignment.partition, stats);
            inFlight += stats.inFlight();
            bytes += assignment.bytesInFlight();
            retrying += stats.retrying();
            parked += stats.parked();
            pending += assignment.pending.get();

            finished += assignment.ledger.nextSequence()
                    - assignment.restored
                    - (stats.inFlight() - assignment.held.size());
        }
        for (Assignment assignment : assignments.ending()) {
            inFlight += assignment.remaining();
            bytes += assignment.bytesInFlight();
        }
        Counters counters = shared.counters;
        // What is skipped or a dead letter is counted as that before it counts as finished: for a moment it is missing
        // here. Who watches a total takes one that goes down for another that began at zero.
        long skipped = counters.skipped.sum();
        long deadLettered = counters.deadLettered.sum();
        processed = Math.max(processed, finished - skipped - deadLettered);
        long active = shared.workers.inside(null) + pending;
        return new Stats(
                processed,
                counters.failed.sum(),
                counters.retried.sum(),
                skipped,
                deadLettered,
                counters.deadLetterFailures.sum(),
                counters.abandoned.sum(),
                counters.commits.sum(),
                counters.commitFailures.sum(),
                counters.rebalances.sum(),
                counters.positionResets.sum(),
                active,
                Math.max(0, inFlight - retrying - parked - active),
                inFlight,
                bytes,
                retrying,
                parked,
                shared.load.limit(),
                partitions);
    }

    private PartitionStats partition(Assignment assignment, long endOffset) {
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
                reason(assignment, unfinished),
                endOffset);
    }

    /** Where the log of a partition ends, by the source; -1 if that is not known. */
    private long endOffset(TopicPartition partition) {
        try {
            return Math.max(-1, source.endOffset(partition));
        } catch (Throwable e) {
            String name = source.getClass().getName();
            shared.events.contained(
                    name,
                    new BurrowException(
                            ErrorCode.SOURCE_CONTRACT,
                            "source " + name + " threw " + e.getClass().getName()
                                    + " when it was asked where a log ends"));
            return -1;
        }
    }

    private BlockedReason reason(Assignment assignment, long unfinished) {
        BlockedReason blocked = assignment.blocked;
        if (assignment.revoking && blocked != BlockedReason.HALTED && blocked != BlockedReason.FROZEN) {
            return BlockedReason.REVOKED;
        }
        if (blocked != BlockedReason.NONE) {
            return blocked;
        }
        if (unfinished == 0) {
            if (!assignment.held.isEmpty()) {
                return BlockedReason.NONE;
            }
            return assignment.due == null ? BlockedReason.WAITING_FOR_DATA : BlockedReason.WAITING_UNTIL_DUE;
        }
        if (assignment.stuckSequence == assignment.ledger.headSequence()) {
            return BlockedReason.HELD_BY_STUCK;
        }
        long waiting = assignment.waiting(shared.config.parkedReleasesKey());
        if (unfinished > waiting) {
            if (unfinished <= waiting + shared.overruns.behind(assignment) || hasNoPlace(assignment)) {
                return BlockedReason.HELD_BY_STUCK;
            }
            return isBehindFormer(assignment) ? BlockedReason.HELD_BY_FORMER : BlockedReason.NONE;
        }
        return assignment.retrying.isEmpty() ? BlockedReason.HELD_BY_PARKED : BlockedReason.HELD_BY_RETRY;
    }

    /** Whether nothing of it runs, and nothing can, since all that may run at once is stuck. */
    private boolean hasNoPlace(Assignment assignment) {
        return shared.stuckPlaces >= shared.load.limit()
                && assignment.pending.get() == 0
                && shared.workers.inside(assignment) == 0;
    }

    /** Whether nothing of it runs or could, and something of its past does. */
    private boolean isBehindFormer(Assignment assignment) {
        boolean hasFormer =
                assignments.ending().stream().anyMatch(former -> former.partition.equals(assignment.partition))
                        || shared.overruns.holdsFormer(assignment);
        return hasFormer
                && shared.ready.isEmpty()
                && assignment.pending.get() == 0
                && shared.workers.inside(assignment) == 0;
    }

    private long untilRetry(Assignment assignment) {
        long now = shared.time.nanos();
        return assignment.retrying.values().stream()
                        .mapToLong(waiting -> Math.max(0, waiting.dueNanos - now))
                        .min()
                        .orElse(0)
                / 1_000_000;
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
        List<String> problems = new ArrayList<>();
        for (Assignment assignment : assignments.all()) {
            PartitionStats stats = partition(assignment, -1);
            PartitionHealth.State how = PartitionHealth.stateOf(stats.blocked());
            String detail = detail(stats, assignment);
            partitions.add(new PartitionHealth(assignment.partition, how, stats.blocked(), detail));
            if (how == PartitionHealth.State.BLOCKED && !isBackPressure(stats, assignment)) {
                problems.add(assignment.partition + ": " + stats.blocked() + ", " + detail);
            }
            if (stats.parked() > 0) {
                problems.add(assignment.partition + ": " + stats.parked() + " records are parked");
            }
            if (assignment.refused || assignment.notOwned) {
                problems.add(assignment.partition + ": commits are refused");
            }
            if (assignment.retrying.keySet().stream().anyMatch(Delivery::isDeadLetter)) {
                problems.add(assignment.partition + ": dead letters wait to be sent");
            }
        }
        boolean heldBack = !problems.isEmpty();
        Events.Problems contained = shared.events.problems();
        long problemCount = problems.size() + contained.count();
        problems.addAll(contained.newest());
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
                problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())),
                problemCount,
                cause);
    }

    /**
     * Whether what holds a partition up is no more than records that are being handled, or wait for that: a bound that
     * is reached while there is more to do than can be done at once. It is trouble where most of what is held waits for
     * something else, or is stuck.
     */
    private static boolean isBackPressure(PartitionStats stats, Assignment assignment) {
        return switch (stats.blocked()) {
            case PARTITION_RECORDS_FULL, PARTITION_BYTES_FULL, RECORDS_FULL, BYTES_FULL ->
                assignment.stuckSequence < 0 && 2 * (stats.retrying() + stats.parked()) <= assignment.unfinished();
            default -> false;
        };
    }

    private long untilDue(Assignment assignment) {
        Instant due = assignment.due;
        return due == null
                ? 0
                : Math.max(0, Duration.between(shared.time.now(), due).toMillis());
    }

    private String detail(PartitionStats stats, Assignment assignment) {
        return reasonInWords(stats, assignment) + alsoStuck(stats, assignment);
    }

    /** What no other reason may hide: that a handler has run for too long. A halt has its cause told. */
    private static String alsoStuck(PartitionStats stats, Assignment assignment) {
        long stuck = assignment.stuckSequence;
        if (stuck < assignment.ledger.headSequence()
                || assignment.ledger.finishedBetween(stuck, stuck + 1) > 0
                || stats.blocked() == BlockedReason.HELD_BY_STUCK
                || stats.blocked() == BlockedReason.HALTED) {
            return "";
        }
        return "; the handler of offset " + assignment.ledger.offset(stuck) + " has run for too long";
    }

    private String reasonInWords(PartitionStats stats, Assignment assignment) {
        String held =
                "offset " + stats.commitPoint() + " for " + stats.oldestAge().toMillis() + " ms";
        return switch (stats.blocked()) {
            case NONE -> stats.inFlight() + " records in flight, the oldest at " + held;
            case WAITING_FOR_DATA -> "waiting for data at offset " + stats.endPosition();
            case WAITING_UNTIL_DUE ->
                "what comes next, at offset " + stats.endPosition() + ", is due in " + untilDue(assignment) + " ms";
            case REVOKED -> "being taken away; " + stats.inFlight() + " records left";
            case BREAKER_OPEN -> "the breaker is open: too many attempts failed; held at " + held;
            case HALTED -> "halted; held at " + held;
            case FROZEN -> "frozen; held at " + held;
            case DRAINING -> "draining, " + stats.inFlight() + " records left";
            case PAUSED_BY_USER -> "paused by the user";
            case SPAN_FULL -> "the span is full: held by " + held;
            case PARTITION_RECORDS_FULL ->
                "as many records held as one partition may, " + stats.inFlight() + ": the oldest at " + held;
            case PARTITION_BYTES_FULL ->
                "as many bytes held as one partition may, " + assignment.bytesInFlight() + ": the oldest at " + held;
            case RECORDS_FULL -> "as many records held in all as allowed; " + stats.inFlight() + " of this partition";
            case BYTES_FULL ->
                "as many bytes held in all as allowed; " + assignment.bytesInFlight() + " of this partition";
            case HELD_BY_STUCK -> {
                if (assignment.stuckSequence == assignment.ledger.headSequence()) {
                    yield "handled for too long: held by " + held;
                }
                yield hasNoPlace(assignment)
                        ? "nothing can be started, since all that may run at once is stuck: held by " + held
                        : "waits behind handlers that run on although their attempts were given up: held by " + held;
            }
            case HELD_BY_FORMER -> "waits behind handlers of a former assignment that still run: held by " + held;
            case HELD_BY_PARKED -> "everything left is parked: held by " + held;
            case HELD_BY_RETRY ->
                "everything left waits for a retry, the next in " + untilRetry(assignment) + " ms: held by " + held;
        };
    }
}
