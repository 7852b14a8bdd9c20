package io.burrow.core.engine;

import io.burrow.api.BlockedReason;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.ledger.GapLedger;
import io.burrow.core.schedule.LaneTable;
import io.burrow.core.snapshot.OffsetRanges;
import io.burrow.core.snapshot.Snapshot;
import io.burrow.core.snapshot.SnapshotCodec;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A partition from its assignment (or position reset) to its end. It has its own ledger, so that what was delivered
 * through another one can never touch it: the object is the fence. Fields belong to the loop unless they say otherwise.
 */
final class Assignment {
    /** Handlers may start. */
    static final int LIVE = 0;
    /** No handler starts any more; running ones are waited for and count. */
    static final int STOPPING = 1;
    /** Over: whatever still ends here changes nothing. */
    static final int DEAD = 2;

    final TopicPartition partition;
    final GapLedger ledger;
    final @Nullable LaneTable lanes;

    // --- any thread ---
    /** Written by the loop; a worker reads it after it entered the assignment. */
    volatile int phase = LIVE;
    /** Stages and dead letters that are not answered yet: running work that no worker is inside of. */
    final AtomicInteger pending = new AtomicInteger();
    /** Waits for the next attempt. Who removes an element may go on with it. */
    final Map<Delivery, Waiting> retrying = new ConcurrentHashMap<>();

    /** Stages that are not completed, for who looks for stuck ones. */
    final Map<Delivery, StuckWatch.Stage> stages = new ConcurrentHashMap<>();

    final Set<Delivery> parked = ConcurrentHashMap.newKeySet();
    final LongAdder finishedBytes = new LongAdder();
    final Countdown countdown;
    /** Deliveries that ended without being finished, because the assignment did. */
    final AtomicInteger abandoned = new AtomicInteger();
    /** The sequence whose end the loop waits for, or -1. */
    volatile long watchedSequence = -1;

    // --- loop thread ---
    /**
     * Records that came although a bound was reached; tracked when there is room. The partition is paused meanwhile.
     */
    final Deque<SourceRecord<?, ?>> held = new ArrayDeque<>();

    long heldEndPosition;
    final Deque<Batch> batches = new ArrayDeque<>();
    int epochBelowCommitPoint;
    long trackedBytes;
    /** What is kept free for it of what all partitions together may hold; see {@link Quota}. */
    long owedRecords;

    long owedBytes;
    /** What is stored, or -1 if that is not known. */
    long committed = -1;

    long committedNanos;
    /** What is stored was found at the assignment: nobody knows how long it has been there. */
    boolean isOfUnknownAge;
    /** Whether, and when last, what became of a commit was not known. */
    boolean unsure;

    long unsureNanos;
    /** How many records above the commit point are named by what is stored. */
    long committedAbove;
    /** The same of what was sent last. */
    long sentAbove;
    /** How long a snapshot of this partition may be, once one was refused. */
    int metadataLimit = Integer.MAX_VALUE;
    /** What was finished above the position before the assignment; such a record is not handled again. */
    Snapshot finishedBefore = Snapshot.none();
    /** Records that were finished before the assignment, and were counted as finished when they came. */
    long restored;
    /** Records passed by the commit point since the last commit. */
    long passedSinceCommit;
    /** Until when not to commit after a refusal. */
    long refusedUntilNanos;

    /** The oldest record that is handled for too long, or -1. */
    long stuckSequence = -1;

    /** When the source hands the next record over that it keeps, or null if it keeps none. */
    @Nullable
    Instant due;

    boolean refused;
    boolean notOwned;
    /** It is being taken away. */
    boolean revoking;

    boolean pausedByUser;
    boolean pausedAtSource;
    BlockedReason blocked = BlockedReason.NONE;

    Assignment(AssignedPartition assigned, @Nullable LaneTable lanes, int maxSpan, Runnable wake, long nowNanos) {
        this.partition = assigned.partition();
        this.ledger = new GapLedger(assigned.position(), maxSpan);
        this.lanes = lanes;
        this.countdown = new Countdown(wake);
        this.heldEndPosition = assigned.position();
        this.committedNanos = nowNanos;
        this.epochBelowCommitPoint = -1;
        // A position below what is stored is a reset: what is stored then has to be lowered, or it never matches again.
        if (assigned.committed() != null && assigned.committed().offset() <= assigned.position()) {
            committed = assigned.committed().offset();
            isOfUnknownAge = true;
            epochBelowCommitPoint = assigned.committed().leaderEpoch();
        }
    }

    /** Moves the commit point over what finished. Loop thread. */
    void advance() {
        long passed = ledger.advance();
        if (passed > 0) {
            passedSinceCommit += passed;
            long head = ledger.headSequence();
            for (Batch batch = batches.peek(); batch != null && batch.firstSequence < head; batch = batches.peek()) {
                epochBelowCommitPoint = batch.leaderEpoch;
                if (batch.endSequence > head) {
                    break;
                }
                batches.remove();
            }
        }
    }

    /** Delivered records that are not finished. Loop thread. */
    long unfinished() {
        return ledger.span() - ledger.finishedInSpan();
    }

    /**
     * Records that cannot go on by themselves: those that wait for a retry or are parked, and those that stand behind
     * them. Loop thread.
     */
    long waiting(boolean parkedRelease) {
        long waiting = 0;
        for (Delivery delivery : retrying.keySet()) {
            waiting += delivery.lane() == null ? 1 : delivery.lane().size();
        }
        for (Delivery delivery : parked) {
            waiting += delivery.lane() == null || parkedRelease
                    ? 1
                    : delivery.lane().size();
        }
        return waiting;
    }

    /** Whether there is something to commit: never a lower offset than the one stored (I2). Loop thread. */
    boolean isDirty() {
        return ledger.commitPoint() > committed && !notOwned;
    }

    /** Whether there is something that can never be committed, since somebody else has the partition. Loop thread. */
    boolean isRefused() {
        return ledger.commitPoint() > committed && notOwned;
    }

    /** Whether more is finished above the commit point than what is stored says. Loop thread. */
    boolean hasNewsAbove() {
        return committed >= 0
                && !notOwned
                && metadataLimit > 0
                && ledger.span() > 1
                && ledger.finishedInSpan() != committedAbove;
    }

    /** What is finished above the commit point, as text; empty if there is nothing. Loop thread. */
    String snapshot(int limit) {
        if (ledger.span() <= 1 && finishedBefore.isEmpty()) {
            return "";
        }
        OffsetRanges.Builder finished = OffsetRanges.builder();
        int most = SnapshotCodec.mostRanges(Math.min(limit, metadataLimit));
        ledger.finishedAbove((from, to) -> finished.add(from, to).ranges() <= most);

        Batch newest = batches.peekLast();
        int epoch = newest == null ? epochBelowCommitPoint : newest.leaderEpoch;
        // What was finished before the assignment and has not come again must not be forgotten. Epochs never fall in a
        // log: below a newer one lies nothing that is meant by an older snapshot. The record at the commit point itself
        // is never named, so that no text whatever can finish what it stands beside.
        if (finished.ranges() <= most && finishedBefore.newestEpoch() >= epoch) {
            epoch = finishedBefore.newestEpoch();
            finishedBefore.finished().from(Math.max(ledger.endPosition(), ledger.commitPoint() + 1), finished);
        }
        return SnapshotCodec.encode(
                partition,
                ledger.commitPoint(),
                epochBelowCommitPoint,
                new Snapshot(epoch, finished.build()),
                Math.min(limit, metadataLimit));
    }

    /** Whether a record that comes was finished before the assignment. They come in order. Loop thread. */
    boolean wasFinished(long offset, int epoch) {
        if (finishedBefore.isEmpty()) {
            return false;
        }
        if (offset >= finishedBefore.finished().end()) {
            finishedBefore = Snapshot.none(); // all of it has come
            return false;
        }
        return finishedBefore.contains(offset, epoch);
    }

    /** Takes over what was finished above the position when somebody committed it last. Loop thread. */
    boolean restore(CommitPoint stored) {
        if (stored.offset() != ledger.commitPoint()) {
            return false;
        }
        finishedBefore = SnapshotCodec.decode(partition, stored.offset(), stored.leaderEpoch(), stored.metadata());
        return !finishedBefore.isEmpty();
    }

    /** Deliveries that are still somewhere: running, waiting, in a queue behind one that runs. Loop thread. */
    long remaining() {
        return Math.max(0, unfinished() - abandoned.get());
    }

    /** Counts a delivery that ended without being finished. Any thread, once for a delivery. */
    void abandon(Delivery delivery) {
        abandoned.incrementAndGet();
        finishedBytes.add(delivery.size());
    }

    /**
     * How many bytes are held. Where no record is, none: a source that told another size the second time shall not keep
     * its partition stopped for ever. Loop thread.
     */
    long bytesInFlight() {
        long finished = finishedBytes.sum();
        if (ledger.span() == 0) {
            trackedBytes = finished;
        }
        return trackedBytes - finished;
    }

    /** Marks a delivery finished: from now on it may be committed. Any thread, once for a delivery. */
    void complete(Delivery delivery) {
        long sequence = delivery.sequence();
        finishedBytes.add(delivery.size()); // first: where all is finished, all of it is counted
        ledger.complete(sequence);
        VarHandle.fullFence(); // who waits says so, has a fence, and looks at the ledger: one of the two sees the other
        countdown.count();
        if (sequence == watchedSequence) {
            countdown.wakeNow();
        }
    }
}
