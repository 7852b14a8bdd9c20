package io.burrow.api;

import java.util.Map;

/**
 * Counts of a Burrow at about one moment. Totals run from the start and never go down; the others say what is held now.
 *
 * @param processed total of records that a handler finished
 * @param failed total of attempts that failed
 * @param retried total of attempts that were a retry
 * @param skipped total of records that failed and were skipped by choice
 * @param deadLettered total of records that the dead-letter sink acknowledged
 * @param deadLetterFailures total of failed attempts to send a dead letter
 * @param abandoned total of records whose partition was taken away before they were finished
 * @param commits total of commits that succeeded
 * @param commitFailures total of commits that failed, in whole or in part
 * @param rebalances total of times that partitions were assigned, revoked or lost
 * @param positionResets total of times that a position moved other than by reading
 * @param activeWorkers records that handlers work on now, asynchronous ones included
 * @param queued records that are ready or wait for their key, and have not started
 * @param inFlight records held now: fetched, not finished; retrying and parked ones included
 * @param inFlightBytes the bytes of these, by the source's own sizes
 * @param retrying records that wait for their next attempt
 * @param parked records that failed and are kept unfinished
 * @param concurrencyLimit how many records may be handled at once now: the setting, or what the limiter found
 * @param partitions the assigned partitions
 */
public record Stats(
        long processed,
        long failed,
        long retried,
        long skipped,
        long deadLettered,
        long deadLetterFailures,
        long abandoned,
        long commits,
        long commitFailures,
        long rebalances,
        long positionResets,
        long activeWorkers,
        long queued,
        long inFlight,
        long inFlightBytes,
        long retrying,
        long parked,
        long concurrencyLimit,
        Map<TopicPartition, PartitionStats> partitions) {
    /**
     * Makes a snapshot; the map is copied.
     *
     * @param processed total of records that a handler finished
     * @param failed total of attempts that failed
     * @param retried total of attempts that were a retry
     * @param skipped total of records that failed and were skipped by choice
     * @param deadLettered total of records that the dead-letter sink acknowledged
     * @param deadLetterFailures total of failed attempts to send a dead letter
     * @param abandoned total of records whose partition was taken away before they were finished
     * @param commits total of commits that succeeded
     * @param commitFailures total of commits that failed, in whole or in part
     * @param rebalances total of times that partitions were assigned, revoked or lost
     * @param positionResets total of times that a position moved other than by reading
     * @param activeWorkers records that handlers work on now, asynchronous ones included
     * @param queued records that are ready or wait for their key, and have not started
     * @param inFlight records held now: fetched, not finished; retrying and parked ones included
     * @param inFlightBytes the bytes of these, by the source's own sizes
     * @param retrying records that wait for their next attempt
     * @param parked records that failed and are kept unfinished
     * @param concurrencyLimit how many records may be handled at once now
     * @param partitions the assigned partitions
     */
    public Stats {
        partitions = Map.copyOf(partitions);
    }

    /**
     * Makes a snapshot whose concurrency limit is not known: it is 0.
     *
     * @param processed total of records that a handler finished
     * @param failed total of attempts that failed
     * @param retried total of attempts that were a retry
     * @param skipped total of records that failed and were skipped by choice
     * @param deadLettered total of records that the dead-letter sink acknowledged
     * @param deadLetterFailures total of failed attempts to send a dead letter
     * @param abandoned total of records whose partition was taken away before they were finished
     * @param commits total of commits that succeeded
     * @param commitFailures total of commits that failed, in whole or in part
     * @param rebalances total of times that partitions were assigned, revoked or lost
     * @param positionResets total of times that a position moved other than by reading
     * @param activeWorkers records that handlers work on now, asynchronous ones included
     * @param queued records that are ready or wait for their key, and have not started
     * @param inFlight records held now: fetched, not finished; retrying and parked ones included
     * @param inFlightBytes the bytes of these, by the source's own sizes
     * @param retrying records that wait for their next attempt
     * @param parked records that failed and are kept unfinished
     * @param partitions the assigned partitions
     */
    public Stats(
            long processed,
            long failed,
            long retried,
            long skipped,
            long deadLettered,
            long deadLetterFailures,
            long abandoned,
            long commits,
            long commitFailures,
            long rebalances,
            long positionResets,
            long activeWorkers,
            long queued,
            long inFlight,
            long inFlightBytes,
            long retrying,
            long parked,
            Map<TopicPartition, PartitionStats> partitions) {
        this(
                processed,
                failed,
                retried,
                skipped,
                deadLettered,
                deadLetterFailures,
                abandoned,
                commits,
                commitFailures,
                rebalances,
                positionResets,
                activeWorkers,
                queued,
                inFlight,
                inFlightBytes,
                retrying,
                parked,
                0,
                partitions);
    }
}
