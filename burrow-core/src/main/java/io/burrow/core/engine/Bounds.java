package io.burrow.core.engine;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import java.lang.invoke.VarHandle;

/**
 * How much may be held, of each partition and in all, and who is stopped by it. Everything that is fetched and not
 * finished counts, whether it runs, waits for a retry, is parked or belongs to an assignment that is over. Loop thread.
 *
 * <p>A partition that is stopped goes on below its low mark; the workers wake the loop when that may be reached.
 */
final class Bounds {
    /** The part of what all may hold that is kept back for partitions that hold little. */
    private static final int KEPT_BACK = 4;

    private final Shared shared;
    private final Assignments assignments;
    private final Quota records = new Quota();
    private final Quota bytes = new Quota();
    private boolean hasFormer;
    private long wakeAfter;
    /** How many records were unfinished when they were counted, with those tracked since; negative if not counted. */
    private long counted;

    Bounds(Shared shared, Assignments assignments) {
        this.shared = shared;
        this.assignments = assignments;
    }

    /** Counts what is held. Exact only when it is near a bound; else an upper limit, which costs nothing. */
    void measure() {
        BurrowConfig config = shared.config;
        int low = config.lowWaterPercent();
        int partitions = assignments.all().size();
        int most = config.maxInFlightRecords();
        // no more than leaves one busy partition enough for all that may run
        int kept = Math.min(most / KEPT_BACK, most - config.concurrency());
        records.begin(most, kept, partitions, low);
        bytes.begin(config.maxInFlightBytes(), config.maxInFlightBytes() / KEPT_BACK, partitions, low);

        hasFormer = false;
        for (Assignment former : assignments.ending()) {
            hasFormer = true;
            records.addFormer(former.remaining());
            bytes.addFormer(former.bytesInFlight());
        }
        long span = records.held();
        for (Assignment assignment : assignments.all()) {
            span += assignment.ledger.span();
        }
        boolean near = span >= Quota.lowMark(most - kept, 0, low);
        for (Assignment assignment : assignments.all()) {
            long holding = near ? assignment.unfinished() : assignment.ledger.span();
            long inBytes = assignment.bytesInFlight();
            long waiting = waiting(assignment);
            assignment.owedRecords = records.add(holding, waiting);
            assignment.owedBytes =
                    bytes.add(inBytes, part(inBytes, waiting, waiting == 0 ? holding : assignment.unfinished()));
        }
        wakeAfter = 0;
        counted = near ? records.held() : -1;
    }

    /** How many more records may be tracked. */
    long room(Assignment assignment) {
        long span = assignment.ledger.room();
        long all = records.room(assignment.owedRecords);
        long bound = shared.config.maxPartitionInFlightRecords() - formerRecords(assignment);
        long own = bound - assignment.ledger.span();
        if (own <= 0 || own < all && own < span) {
            own = bound - assignment.unfinished();
        }
        return Math.min(span, Math.min(all, own));
    }

    /** How many more bytes may be tracked; the record that reaches it is the last. */
    long roomBytes(Assignment assignment) {
        long own = shared.config.maxPartitionInFlightBytes() - assignment.bytesInFlight() - formerBytes(assignment);
        return Math.min(own, bytes.room(assignment.owedBytes));
    }

    /** Counts what was tracked. */
    void took(Assignment assignment, long moreRecords, long moreBytes) {
        assignment.owedRecords = records.take(moreRecords, assignment.owedRecords);
        assignment.owedBytes = bytes.take(moreBytes, assignment.owedBytes);
        if (counted >= 0) {
            counted += moreRecords;
        }
    }

    /** Which bound stops a partition, or {@link BlockedReason#NONE}. */
    BlockedReason reason(Assignment assignment) {
        BurrowConfig config = shared.config;
        if (assignment.ledger.room() == 0) {
            assignment.watchedSequence = assignment.ledger.headSequence();
            VarHandle.fullFence();
            assignment.advance(); // it may have ended before it was watched
            if (assignment.ledger.room() == 0) {
                return BlockedReason.SPAN_FULL;
            }
        }
        assignment.watchedSequence = -1;
        BlockedReason before = assignment.blocked;
        int low = config.lowWaterPercent();
        assignment.countdown.set(0);

        long waiting = waiting(assignment);
        long former = formerRecords(assignment);
        int mostRecords = config.maxPartitionInFlightRecords();
        long lowRecords = Quota.lowMark(mostRecords, waiting + former, low);
        long mark = Math.max(1, before == BlockedReason.PARTITION_RECORDS_FULL ? lowRecords : mostRecords);
        if (assignment.ledger.span() + former >= mark) {
            long unfinished = assignment.unfinished() + former;
            if (unfinished >= mark) {
                assignment.countdown.set(unfinished - Math.max(1, lowRecords) + 1);
                assignment.countdown.less(unfinished - assignment.unfinished() - formerRecords(assignment));
                return BlockedReason.PARTITION_RECORDS_FULL;
            }
        }

        long inBytes = assignment.bytesInFlight();
        long waitingBytes = waiting == 0 ? 0 : part(inBytes, waiting, assignment.unfinished());
        long bytesMark = config.maxPartitionInFlightBytes();
        long formerBytes = formerBytes(assignment);
        if (before == BlockedReason.PARTITION_BYTES_FULL) {
            bytesMark = Quota.lowMark(bytesMark, waitingBytes + formerBytes, low);
        }
        if (inBytes + formerBytes >= Math.max(1, bytesMark)) {
            lookAgain(assignment);
            return BlockedReason.PARTITION_BYTES_FULL;
        }

        if (records.isFull(assignment.owedRecords, before == BlockedReason.RECORDS_FULL, waiting)) {
            wake(records.untilLow(assignment.owedRecords));
            long lowShare = records.lowShare(waiting);
            if (lowShare > 0) {
                watch(assignment, assignment.unfinished(), lowShare - 1);
            }
            return BlockedReason.RECORDS_FULL;
        }
        if (bytes.isFull(assignment.owedBytes, before == BlockedReason.BYTES_FULL, waitingBytes)) {
            lookAgain(assignment);
            wake(assignment.unfinished() / 4);
            return BlockedReason.BYTES_FULL;
        }
        return BlockedReason.NONE;
    }

    /** How many records may stay for long without anything being wrong with the rest. */
    private long waiting(Assignment assignment) {
        long alone = (long) assignment.parked.size() + assignment.retrying.size();
        if (alone == 0 || !isFull(assignment.blocked)) {
            return alone;
        }
        // those that stand behind them wait as well; looked for only where it makes a difference
        return Math.min(assignment.unfinished(), assignment.waiting(shared.config.parkedReleasesKey()));
    }

    private static boolean isFull(BlockedReason reason) {
        return switch (reason) {
            case PARTITION_RECORDS_FULL, PARTITION_BYTES_FULL, RECORDS_FULL, BYTES_FULL -> true;
            default -> false;
        };
    }

    /** What some of the records take of the bytes, if they are as large as the others. */
    private static long part(long inBytes, long some, long all) {
        return some == 0 || all <= 0 ? 0 : (long) ((double) inBytes * Math.min(some, all) / all);
    }

    /** Sizes differ, so nobody knows which record will make enough room. */
    private static void lookAgain(Assignment assignment) {
        long unfinished = assignment.unfinished();
        watch(assignment, unfinished, unfinished - Math.max(1, unfinished / 4));
    }

    /** Has the loop woken when no more than some of the records of a partition are left. */
    private static void watch(Assignment assignment, long unfinished, long left) {
        assignment.countdown.set(unfinished - left);
        assignment.countdown.less(unfinished - assignment.unfinished()); // those that ended before it was set
    }

    private void wake(long afterRecords) {
        long after = Math.max(1, afterRecords);
        wakeAfter = wakeAfter == 0 ? after : Math.min(wakeAfter, after);
        if (counted < 0) {
            counted = unfinished();
        }
    }

    private long unfinished() {
        long unfinished = 0;
        for (Assignment assignment : assignments.all()) {
            unfinished += assignment.unfinished();
        }
        for (Assignment assignment : assignments.ending()) {
            unfinished += assignment.remaining();
        }
        return unfinished;
    }

    /** All partitions have been looked at: from now on workers count. */
    void watch() {
        shared.inFlightCountdown.set(wakeAfter);
        if (wakeAfter > 0) {
            shared.inFlightCountdown.less(counted - unfinished()); // those that ended before it was set
        }
    }

    /** What former assignments of the same partition still hold. */
    private long formerRecords(Assignment assignment) {
        long count = 0;
        if (hasFormer) {
            for (Assignment former : assignments.ending()) {
                count += former.partition.equals(assignment.partition) ? former.remaining() : 0;
            }
        }
        return count;
    }

    private long formerBytes(Assignment assignment) {
        long count = 0;
        if (hasFormer) {
            for (Assignment former : assignments.ending()) {
                count += former.partition.equals(assignment.partition) ? former.bytesInFlight() : 0;
            }
        }
        return count;
    }
}
