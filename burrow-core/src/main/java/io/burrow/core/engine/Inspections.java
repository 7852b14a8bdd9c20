package io.burrow.core.engine;

import io.burrow.api.Inspection;
import io.burrow.api.Inspection.Gap;
import io.burrow.api.Inspection.Part;
import io.burrow.api.WaitingRecord;
import io.burrow.api.WaitingRecord.WaitsFor;
import io.burrow.core.ledger.GapLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The close look that somebody takes who wants to know what is stuck. Loop thread, or any once the loop is gone. */
final class Inspections {
    private final Shared shared;
    private final Assignments assignments;
    private final Reports reports;

    Inspections(Shared shared, Assignments assignments, Reports reports) {
        this.shared = shared;
        this.assignments = assignments;
        this.reports = reports;
    }

    Inspection inspect() {
        List<Gap> gaps = new ArrayList<>();
        List<WaitingRecord> waiting = new ArrayList<>();
        long now = shared.time.nanos();
        for (Assignment assignment : assignments.all()) {
            assignment.advance();
            if (assignment.ledger.span() > 0) {
                gaps.add(new Gap(assignment.partition, parts(assignment.ledger)));
            }
            waiting.addAll(new LowestOffsets(assignment, now).of());
        }
        gaps.sort(Comparator.comparing(Gap::partition));
        waiting.sort(Comparator.comparing(WaitingRecord::partition).thenComparing(WaitingRecord::offset));
        return new Inspection(reports.stats(), gaps, waiting);
    }

    private static List<Part> parts(GapLedger ledger) {
        long head = ledger.headSequence();
        long span = ledger.span();
        long count = Math.min(span, Inspection.MOST_PARTS);
        List<Part> parts = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            long from = head + i * span / count;
            long to = head + (i + 1) * span / count;
            parts.add(new Part(ledger.offset(from), (int) (to - from), (int) ledger.finishedBetween(from, to)));
        }
        return parts;
    }

    /** Picks few out of many without sorting or copying them all. */
    private static final class LowestOffsets {
        private final PriorityQueue<WaitingRecord> lowest =
                new PriorityQueue<>(Comparator.comparing(WaitingRecord::offset).reversed());
        private final Assignment assignment;
        private final long now;

        LowestOffsets(Assignment assignment, long now) {
            this.assignment = assignment;
            this.now = now;
        }

        List<WaitingRecord> of() {
            assignment.retrying.forEach((delivery, waiting) ->
                    offer(delivery, delivery.isDeadLetter() ? WaitsFor.DEAD_LETTER : WaitsFor.RETRY, waiting));
            assignment.parked.forEach(delivery -> offer(delivery, WaitsFor.OPERATOR, null));
            return List.copyOf(lowest);
        }

        private void offer(Delivery delivery, WaitsFor waitsFor, @Nullable Waiting waiting) {
            Delivery.Troubles troubles = delivery.troubles;
            long offset = delivery.record().offset();
            boolean full = lowest.size() == Inspection.MOST_WAITING;
            WaitingRecord highest = lowest.peek();
            if (troubles == null || full && highest != null && highest.offset() <= offset) {
                return;
            }
            if (full) {
                lowest.remove();
            }
            lowest.add(new WaitingRecord(
                    assignment.partition,
                    offset,
                    waitsFor,
                    delivery.attempts(),
                    Duration.ofNanos(Math.max(0, now - troubles.firstStartNanos)),
                    Duration.ofNanos(waiting == null ? 0 : Math.max(0, waiting.dueNanos - now)),
                    troubles.last.cause().getClass().getName()));
        }
    }
}
