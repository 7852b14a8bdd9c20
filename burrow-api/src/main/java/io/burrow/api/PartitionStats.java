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
        BlockedReason blocked) {
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
