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
 * beyond that waits, untracked and not started, and its partition is paused: at most what one poll returns. A partition
 * that is stopped goes on at its low mark; the workers wake the loop when it is reached.
 */
final class Intake<K, V> implements RecordReceiver<K, V> {
    /** More than this is not held back for a partition that was paused before it came. */
    private static final int MOST_HELD = 100_000;

    private final Shared shared;
    private final Assignments assignments;
    private final MessageSource<K, V> source;
    private final Ordering ordering;
    private final @Nullable Sizer<K, V> sizer;
    /** Whether more has to be known of a delivery than most need. */
    private final boolean marked;

    /** Why nothing at all is fetched, or {@link BlockedReason#NONE}. */
    private BlockedReason stop = BlockedReason.NONE;

    private long inFlight;
    private long bytesInFlight;
    private long leftOver;
    private BlockedReason overall = BlockedReason.NONE;

    Intake(Shared shared, Assignments assignments, Extensions<K, V> extensions) {
        this.shared = shared;
        this.assignments = assignments;
        this.source = extensions.source();
        this.sizer = extensions.sizer();
        this.marked = sizer != null || extensions.batchHandler() != null;
        this.ordering = shared.config.ordering();
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

    /** Tracks what was held back, as far as there is room now. */
    private void trackHeld(Assignment assignment) {
        if (assignment.held.isEmpty() || assignment.phase != Assignment.LIVE) {
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
        long room = room(assignment);
        long bytesRoom = shared.config.maxInFlightBytes() - bytesInFlight;
        long now = shared.time.nanos();
        Batch batch = null;

        long tracked = 0;
        long restored = 0;
        long bytes = 0;
        while (tracked < room && bytes < bytesRoom && records.hasNext()) {
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
            if (!assignment.finishedBefore.isEmpty() && assignment.finishedBefore.contains(record.offset(), epoch)) {
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

        inFlight += tracked - restored;
        bytesInFlight += bytes;

        if (tracked > restored) {
            shared.workers.wake();
        }
    }

    private void offer(Assignment assignment, Batch batch, long sequence, SourceRecord<?, ?> record, int size) {
        Lane lane;
        try {
            lane = lane(assignment, record);
        } catch (BurrowException e) { // without its order it may not run
            shared.events.broken(e);
            shared.ready.offer(new UnorderableDelivery(batch, sequence, record, size, e));
            return;
        }
        Delivery delivery = marked
                ? new MarkedDelivery(batch, sequence, record, lane, size)
                : new Delivery(batch, sequence, record, lane);
        if (lane == null) {
            shared.ready.offer(delivery);
        } else {
            lane.append(delivery);
            shared.ready.offer(lane); // a slot for each record
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
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw new BurrowException(
                    ErrorCode.SOURCE_CONTRACT,
                    culprit.getClass().getName() + " threw " + e.getClass().getName() + " as a key to order by",
                    e);
        }
    }

    private long room(Assignment assignment) {
        BurrowConfig config = shared.config;
        long span = assignment.ledger.room();
        long all = config.maxInFlightRecords() - inFlight;
        long bound = config.maxPartitionInFlightRecords() - leftOver(assignment);
        long own = bound - assignment.ledger.span();
        if (own <= 0 || own < all && own < span) {
            own = bound - assignment.unfinished();
        }
        return Math.min(span, Math.min(all, own));
    }

    /** Looks at every partition: what may go on goes on, what is full is paused, each with one reason. */
    void balance() {
        BurrowConfig config = shared.config;
        measure();
        overall = overall(config);
        List<TopicPartition> pause = new ArrayList<>(0);
        List<TopicPartition> resume = new ArrayList<>(0);
        for (Assignment assignment : assignments.all()) {
            assignment.ledger.capacity(config.maxSpanRecords());
            trackHeld(assignment);
            BlockedReason reason = reason(assignment, config);
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
        if (!pause.isEmpty()) {
            source.pause(pause);
        }
        if (!resume.isEmpty()) {
            source.resume(resume);
        }
    }

    /** Counts what is held. Exact only when it is near a bound; else an upper limit, which costs nothing. */
    private void measure() {
        long span = 0;
        long bytes = 0;
        for (Assignment assignment : assignments.all()) {
            span += assignment.ledger.span();
            bytes += assignment.bytesInFlight();
        }
        leftOver = 0;
        for (Assignment assignment : assignments.ending()) {
            leftOver += assignment.remaining();
            bytes += assignment.bytesInFlight();
        }
        span += leftOver;
        bytesInFlight = bytes;
        inFlight = span;
        if (span >= lowMark(shared.config.maxInFlightRecords())) {
            inFlight = leftOver;
            for (Assignment assignment : assignments.all()) {
                inFlight += assignment.unfinished();
            }
        }
    }

    private BlockedReason overall(BurrowConfig config) {
        long records = overall == BlockedReason.RECORDS_FULL
                ? lowMark(config.maxInFlightRecords())
                : config.maxInFlightRecords();
        if (inFlight >= Math.max(1, records)) {
            shared.inFlightCountdown.set(inFlight - lowMark(config.maxInFlightRecords()) + 1);
            return BlockedReason.RECORDS_FULL;
        }
        long bytes =
                overall == BlockedReason.BYTES_FULL ? lowMark(config.maxInFlightBytes()) : config.maxInFlightBytes();
        if (bytesInFlight >= Math.max(1, bytes)) {
            shared.inFlightCountdown.set(Math.max(1, inFlight / 4)); // sizes differ: look again and again
            return BlockedReason.BYTES_FULL;
        }
        shared.inFlightCountdown.set(0);
        return BlockedReason.NONE;
    }

    private BlockedReason reason(Assignment assignment, BurrowConfig config) {
        if (stop != BlockedReason.NONE) {
            return stop;
        }
        if (assignment.pausedByUser) {
            return BlockedReason.PAUSED_BY_USER;
        }
        long span = assignment.ledger.span();
        if (assignment.ledger.room() == 0) {
            assignment.watchedSequence = assignment.ledger.headSequence();
            return BlockedReason.SPAN_FULL;
        }
        assignment.watchedSequence = -1;
        int bound = config.maxPartitionInFlightRecords();
        long mark = assignment.blocked == BlockedReason.PARTITION_RECORDS_FULL ? lowMark(bound) : bound;
        if (span + leftOver > 0 && span + leftOver(assignment) >= mark) {
            long unfinished = assignment.unfinished() + leftOver(assignment);
            if (unfinished >= Math.max(1, mark)) {
                assignment.countdown.set(unfinished - lowMark(bound) + 1);
                return BlockedReason.PARTITION_RECORDS_FULL;
            }
        }
        assignment.countdown.set(0);
        return overall;
    }

    /** What former assignments of the same partition still hold. */
    private long leftOver(Assignment assignment) {
        if (leftOver == 0) {
            return 0;
        }
        long records = 0;
        for (Assignment former : assignments.ending()) {
            if (former.partition.equals(assignment.partition)) {
                records += former.remaining();
            }
        }
        return records;
    }

    private long lowMark(long bound) {
        return bound / 100 * shared.config.lowWaterPercent() + bound % 100 * shared.config.lowWaterPercent() / 100;
    }

    private static BurrowException backwards(Assignment assignment, String what, long last) {
        return new BurrowException(
                ErrorCode.SOURCE_CONTRACT,
                "the source went backwards in " + assignment.partition + ": " + what + " after " + last);
    }
}
