package io.burrow.metrics.prometheus;

import io.burrow.api.BlockedReason;
import io.burrow.api.Health;
import io.burrow.api.Inspection.Part;
import io.burrow.api.PartitionHealth;
import io.burrow.api.PartitionStats;
import io.burrow.api.WaitingRecord;
import io.burrow.api.WaitingRecord.WaitsFor;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the page.
 *
 * @param stats the counts of the partition
 * @param trouble what it needs somebody for
 * @param detail how it is, in words
 * @param gap what lies at and above its commit point
 * @param waiting those of its records that cannot go on by themselves, in order of their offsets
 */
record PageRow(PartitionStats stats, Trouble trouble, String detail, List<Part> gap, List<WaitingRecord> waiting) {
    /**
     * The worst first: of several rows that are much alike those that come first by name, so that what is shown does
     * not change all the time.
     */
    static final Comparator<PageRow> WORST_FIRST = Comparator.comparing(PageRow::trouble)
            .thenComparing(row -> headOf(row.stats, row.waiting) == null)
            .thenComparing(row -> -magnitude(ageOf(row).toSeconds()))
            .thenComparing(row -> -magnitude(row.stats.lag()))
            .thenComparing(row -> row.stats.partition());

    /** How the detail of a partition ends, one of whose handlers is stuck. */
    private static final String STUCK = " has run for too long";

    /** What a partition needs somebody for, the worst first. */
    enum Trouble {
        /** It does not move, and not for a record that failed or is stuck. */
        BLOCKED,
        /** A handler has run for too long, or is one of a former assignment. */
        STUCK,
        /** The record that holds its commit point is parked, whether others go on or not. */
        PARKED,
        /** The record that holds its commit point waits for a retry or its dead letter, likewise. */
        RETRYING,
        /** Nothing. */
        NONE
    }

    static PageRow of(
            PartitionStats stats, String detail, List<Part> gap, List<WaitingRecord> waiting, @Nullable Health health) {
        return new PageRow(stats, troubleOf(stats, headOf(stats, waiting), detail, health), detail, gap, waiting);
    }

    /** Whether it is held up by something of its own: not by what has ended the whole Burrow. */
    boolean isHeldUp() {
        return trouble != Trouble.NONE
                && stats.blocked() != BlockedReason.HALTED
                && stats.blocked() != BlockedReason.FROZEN;
    }

    private static Trouble troubleOf(
            PartitionStats stats, @Nullable WaitingRecord head, String detail, @Nullable Health health) {
        return switch (stats.blocked()) {
            case REVOKED, DRAINING -> Trouble.NONE; // it goes away by itself
            case HELD_BY_STUCK, HELD_BY_FORMER -> Trouble.STUCK;
            case HELD_BY_PARKED -> Trouble.PARKED;
            case HELD_BY_RETRY -> head == null ? Trouble.RETRYING : troubleOf(head);
            case PARTITION_RECORDS_FULL, PARTITION_BYTES_FULL, RECORDS_FULL, BYTES_FULL ->
                isBackPressure(stats, detail, health) ? troubleOf(head) : Trouble.BLOCKED;
            default ->
                PartitionHealth.stateOf(stats.blocked()) == PartitionHealth.State.BLOCKED
                        ? Trouble.BLOCKED
                        : troubleOf(head);
        };
    }

    private static Trouble troubleOf(@Nullable WaitingRecord head) {
        if (head == null) {
            return Trouble.NONE;
        }
        return head.waitsFor() == WaitsFor.OPERATOR ? Trouble.PARKED : Trouble.RETRYING;
    }

    /**
     * Whether a bound is reached just because there is more to do than is done at once. Not every problem is told where
     * there are many: what is stuck stands in the words of its partition too.
     */
    private static boolean isBackPressure(PartitionStats stats, String detail, @Nullable Health health) {
        String name = stats.partition() + ": ";
        return 2 * (stats.retrying() + stats.parked()) <= stats.inFlight()
                && !detail.endsWith(STUCK)
                && (health == null || health.problems().stream().noneMatch(problem -> problem.startsWith(name)));
    }

    /** The record that holds the commit point, if it is one of those that wait. */
    private static @Nullable WaitingRecord headOf(PartitionStats stats, List<WaitingRecord> waiting) {
        return waiting.isEmpty() || waiting.get(0).offset() != stats.commitPoint() ? null : waiting.get(0);
    }

    private static Duration ageOf(PageRow row) {
        return row.stats.inFlight() > 0 ? row.stats.oldestAge() : Duration.ZERO;
    }

    private static int magnitude(long number) {
        return Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, number));
    }
}
