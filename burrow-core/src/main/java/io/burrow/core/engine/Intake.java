package io.burrow.core.engine;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.Sizer;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.LaneTable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes in, and when it is stopped. Loop thread.
 *
 * <p>A record is tracked and made ready while its partition and all partitions together have room; what a poll brings
 * beyond that waits, untracked and not started, and its partition is paused: at most what one poll returns. How much
 * room there is, and when what was stopped goes on, is the {@link Bounds}' matter.
 */
final class Intake<K, V> implements RecordReceiver<K, V> {
    /** More than this is not held back for a partition that was paused before it came. */
    private static final int MOST_HELD = 100_000;

    private final Shared shared;
    private final Assignments assignments;
    private final Bounds bounds;
    private final MessageSource<K, V> source;
    private final Ordering ordering;
    private final @Nullable Sizer<K, V> sizer;
    /** Whether more has to be known of a delivery than most need. */
    private final boolean marked;

    private final Runs runs;

    /** Why nothing at all is fetched, or {@link BlockedReason#NONE}. */
    private BlockedReason stop = BlockedReason.NONE;

    private @Nullable TopicPartition served;

    Intake(Shared shared, Assignments assignments, Extensions<K, V> extensions) {
        this.shared = shared;
        this.assignments = assignments;
        this.bounds = new Bounds(shared, assignments);
        this.source = extensions.source();
        this.sizer = extensions.sizer();
        this.marked = sizer != null || extensions.batchHandler() != null;
        this.ordering = shared.config.ordering();
        this.runs = new Runs(shared.ready, extensions.batchHandler() == null);
    }

    /** Stops or goes on with fetching all partitions. */
    void stop(BlockedReason reason) {
        stop = reason;
    }

    @Override
    public void receive(TopicPartition partition, Iterator<? extends SourceRecord<K, V>> records, long endPosition) {
        if (partition == null || records == null) {
            throw broken("handed over records as null, or of a partition that is null");
        }
        Assignment assignment = assignments.get(partition);
        if (assignment == null || assignment.phase != Assignment.LIVE) {
            return; // not ours any more, or not to be started: whoever has it next reads the records again
        }
        if (endPosition < assignment.heldEndPosition) {
            throw backwards(assignment, "end position " + endPosition, assignment.heldEndPosition - 1);
        }
        if (assignment.pausedAtSource && records.hasNext()) {
            toldAlthoughPaused(assignment);
        }
        if (assignment.held.isEmpty()) {
            track(assignment, records);
        }
        while (records.hasNext()) {
            assignment.held.add(existing(records.next()));
        }
        SourceRecord<?, ?> last = assignment.held.peekLast();
        long least = last == null ? assignment.ledger.endPosition() : last.offset() + 1;
        if (endPosition < least) {
            throw backwards(assignment, "end position " + endPosition, least - 1);
        }
        assignment.heldEndPosition = endPosition;
        if (assignment.held.isEmpty()) {
            assignment.ledger.endPosition(endPosition);
        }
    }

    /** Goes on, since nothing is lost; but not without end, since what is held back is not bounded otherwise. */
    private void toldAlthoughPaused(Assignment assignment) {
        BurrowException error = broken("hands over records of " + assignment.partition + " although it is paused");
        if (assignment.held.size() > MOST_HELD) {
            throw error;
        }
        shared.events.broken(error);
    }

    private SourceRecord<?, ?> existing(@Nullable SourceRecord<?, ?> record) {
        if (record == null) {
            throw broken("handed over a record that is null");
        }
        return record;
    }

    private BurrowException broken(String what) {
        return new BurrowException(
                ErrorCode.SOURCE_CONTRACT, "source " + source.getClass().getName() + " " + what);
    }

    /** Tracks what was held back, as far as there is room now; who was served last comes last. */
    private void trackHeld() {
        TopicPartition last = served;
        for (Assignment assignment : assignments.all()) {
            if (!assignment.held.isEmpty() && last != null && assignment.partition.compareTo(last) > 0) {
                trackHeld(assignment);
            }
        }
        for (Assignment assignment : assignments.all()) {
            if (!assignment.held.isEmpty() && (last == null || assignment.partition.compareTo(last) <= 0)) {
                trackHeld(assignment);
            }
        }
    }

    private void trackHeld(Assignment assignment) {
        if (assignment.phase != Assignment.LIVE) {
            return;
        }
        track(assignment, new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !assignment.held.isEmpty();
            }

            @Override
            public SourceRecord<?, ?> next() {
                return assignment.held.remove();
            }
        });
        if (assignment.held.isEmpty()) {
            assignment.ledger.endPosition(assignment.heldEndPosition);
        }
    }

    private void track(Assignment assignment, Iterator<? extends SourceRecord<?, ?>> records) {
        try {
            trackAll(assignment, records);
        } finally {
            runs.flush();
        }
        shared.workers.wake();
    }

    private void trackAll(Assignment assignment, Iterator<? extends SourceRecord<?, ?>> records) {
        long room = bounds.room(assignment);
        long roomBytes = bounds.roomBytes(assignment);
        long now = shared.time.nanos();
        Batch batch = null;

        long tracked = 0;
        long restored = 0;
        long bytes = 0;
        while (tracked < room && bytes < roomBytes && records.hasNext()) {
            SourceRecord<?, ?> record = existing(records.next());
            long sequence;
            try {
                sequence = assignment.ledger.track(record.offset());
            } catch (IllegalArgumentException e) {
                throw backwards(assignment, "offset " + record.offset(), assignment.ledger.endPosition() - 1);
            }
            int epoch = record.leaderEpoch();
            if (batch == null || batch.leaderEpoch != epoch) {
                batch = new Batch(assignment, sequence, now, epoch);
                assignment.batches.add(batch);
            }
            batch.endSequence = sequence + 1;

            tracked++;
            if (assignment.wasFinished(record.offset(), epoch)) {
                assignment.ledger.complete(sequence); // and nobody handles it a second time
                assignment.restored++;
                restored++;
                continue;
            }

            int size = size(record);
            assignment.trackedBytes += size;
            bytes += size;
            offer(assignment, batch, sequence, record, size);
        }

        bounds.took(assignment, tracked - restored, bytes);
        if (tracked > 0) {
            served = assignment.partition;
        }
    }

    private void offer(Assignment assignment, Batch batch, long sequence, SourceRecord<?, ?> record, int size) {
        Lane lane;
        try {
            lane = lane(assignment, record);
        } catch (BurrowException e) { // without its order it may not run
            shared.events.broken(e);
            runs.add(new UnorderableDelivery(batch, sequence, record, size, e));
            return;
        }
        if (lane == null && !marked) {
            runs.add(batch, sequence, record);
            return;
        }
        Delivery delivery = marked
                ? new MarkedDelivery(batch, sequence, record, lane, size)
                : new Delivery(batch, sequence, record, lane);
        if (lane == null) {
            runs.add(delivery);
        } else {
            lane.append(delivery);
            runs.add(lane); // a slot for each record
        }
    }

    @SuppressWarnings("unchecked") // the records are the source's
    private int size(SourceRecord<?, ?> record) {
        if (sizer == null) {
            return Delivery.sizeOf(record);
        }
        String what;
        try {
            int size = sizer.sizeBytes((SourceRecord<K, V>) record);
            if (size >= 0) {
                return size;
            }
            what = "returned " + size;
        } catch (Throwable e) {
            what = "threw " + e.getClass().getName();
        }
        String name = sizer.getClass().getName();
        shared.events.contained(name, new BurrowException(ErrorCode.SIZER_INVALID, "sizer " + name + " " + what));
        return 0;
    }

    private @Nullable Lane lane(Assignment assignment, SourceRecord<?, ?> record) {
        LaneTable lanes = assignment.lanes;
        if (lanes == null) {
            return null;
        }
        if (ordering == Ordering.PARTITION) {
            return lanes.lane();
        }
        Object culprit = record;
        try {
            Object key = record.orderingKey();
            culprit = key == null ? record : key;
            return key == null ? null : lanes.lane(key);
        } catch (Throwable e) {
            if (e instanceof VirtualMachineError error && !(e instanceof StackOverflowError)) {
                throw error; // a stack overflows by the key's own fault
            }
            throw new BurrowException(
                    ErrorCode.SOURCE_CONTRACT,
                    culprit.getClass().getName() + " threw " + e.getClass().getName() + " as a key to order by",
                    e);
        }
    }

    /** Reports a key that changed its hash, by its class. */
    void keyChanged(Class<?> type) {
        String name = type.getTypeName();
        shared.events.contained(
                name,
                new BurrowException(
                        ErrorCode.SOURCE_CONTRACT,
                        name + " changed its hash as a key to order by: its records are handled, but in no order"));
    }

    /** Looks at every partition: what may go on goes on, what is full is paused, each with one reason. */
    void balance() {
        BurrowConfig config = shared.config;
        bounds.measure();
        List<TopicPartition> pause = new ArrayList<>(0);
        List<TopicPartition> resume = new ArrayList<>(0);
        assignments.all().forEach(assignment -> assignment.ledger.capacity(config.maxSpanRecords()));
        trackHeld();
        for (Assignment assignment : assignments.all()) {
            BlockedReason reason = reason(assignment);
            if (reason != assignment.blocked) {
                assignment.blocked = reason;
                shared.events.tell(listener -> listener.blocked(assignment.partition, reason));
            }
            boolean paused = reason != BlockedReason.NONE || !assignment.held.isEmpty();
            if (paused != assignment.pausedAtSource) {
                assignment.pausedAtSource = paused;
                (paused ? pause : resume).add(assignment.partition);
            }
        }
        bounds.watch();
        if (!pause.isEmpty()) {
            source.pause(pause);
        }
        if (!resume.isEmpty()) {
            source.resume(resume);
        }
    }

    private BlockedReason reason(Assignment assignment) {
        if (stop != BlockedReason.NONE) {
            return stop;
        }
        return assignment.pausedByUser ? BlockedReason.PAUSED_BY_USER : bounds.reason(assignment);
    }

    private static BurrowException backwards(Assignment assignment, String what, long last) {
        return new BurrowException(
                ErrorCode.SOURCE_CONTRACT,
                "the source went backwards in " + assignment.partition + ": " + what + " after " + last);
    }
}
