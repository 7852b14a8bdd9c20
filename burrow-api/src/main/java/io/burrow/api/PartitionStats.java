package io.burrow.api;

import java.time.Duration;

/**
 * What one assigned partition has done and holds.
 *
 * @param partition the partition
 * @param committed the offset last committed, or -1 if none is known
 * @param commitPoint the next offset to read after a crash if it were committed now: nothing below it is unfinished
 * @param endPosition the next offset to fetch
 * @param inFlight records held: fetched, not finished; retrying and parked ones included
 * @param finishedAboveGap records that are finished but lie above an unfinished one
 * @param retrying records that wait for their next attempt
 * @param parked records that failed and are kept unfinished
 * @param oldestAge the time since the oldest unfinished record was fetched; zero if there is none
 * @param blocked why it does not move, {@link BlockedReason#NONE} if it does
 * @param logEndOffset the offset that the next record of its log gets, or -1 if the source does not know; from the last
 *     fetch where a source learns it by fetching, so that it stands still while nothing is fetched
 */
public record PartitionStats(
        TopicPartition partition,
        long committed,
        long commitPoint,
        long endPosition,
        long inFlight,
        long finishedAboveGap,
        long retrying,
        long parked,
        Duration oldestAge,
        BlockedReason blocked,
        long logEndOffset) {
    /**
     * Makes the value where the end of the log is not known.
     *
     * @param partition the partition
     * @param committed the offset last committed, or -1 if none is known
     * @param commitPoint the next offset to read after a crash if it were committed now
     * @param endPosition the next offset to fetch
     * @param inFlight records held
     * @param finishedAboveGap records that are finished but lie above an unfinished one
     * @param retrying records that wait for their next attempt
     * @param parked records that failed and are kept unfinished
     * @param oldestAge the time since the oldest unfinished record was fetched; zero if there is none
     * @param blocked why it does not move
     */
    public PartitionStats(
            TopicPartition partition,
            long committed,
            long commitPoint,
            long endPosition,
            long inFlight,
            long finishedAboveGap,
            long retrying,
            long parked,
            Duration oldestAge,
            BlockedReason blocked) {
        this(
                partition,
                committed,
                commitPoint,
                endPosition,
                inFlight,
                finishedAboveGap,
                retrying,
                parked,
                oldestAge,
                blocked,
                -1);
    }

    /**
     * How far the commit point is behind the end of the log: what others see as the lag of the group once it is
     * committed. Offsets without a record count.
     *
     * @return a number of offsets, or -1 if the end is not known
     */
    public long lag() {
        return logEndOffset < 0 ? -1 : Math.max(0, logEndOffset - commitPoint);
    }

    /**
     * What is left to do: records that are held and not finished, and offsets that are not fetched. Less than
     * {@link #lag()} by what is finished above an unfinished record.
     *
     * @return a number of records and offsets, or -1 if the end of the log is not known
     */
    public long unfinishedLag() {
        return logEndOffset < 0 ? -1 : inFlight + Math.max(0, logEndOffset - endPosition);
    }

    /**
     * How many delivered records lie at or above the commit point: what a crash would deliver again at most, without a
     * snapshot.
     *
     * @return a number of records
     */
    public long span() {
        return inFlight + finishedAboveGap;
    }
}
