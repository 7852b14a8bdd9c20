package io.burrow.core.sim;

import io.burrow.api.BurrowConfig;
import io.burrow.core.sim.WatchedSource.WatchedMessage;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member holds before a poll brings more, counted from what it was given and what was seen to end, never from
 * what the engine counts (I7). What is held grows by polls alone, whatever the bounds are set to meanwhile: so nothing
 * may come where a bound is reached, and beyond a bound there is what one poll brought.
 *
 * <p>That rest waits outside of what counts for all partitions together. Which records it is nobody is told, so there
 * the simulation leaves out all that it can be: what the last poll brought of a partition and nobody began. What a
 * former assignment holds counts as far as it is seen: its open stages.
 */
final class Holdings {
    private final List<WatchedMessage> former;
    private final long records;
    private final long bytes;

    /**
     * Counts.
     *
     * @param leases what the member has
     * @param former what surely still runs of what it had
     */
    Holdings(Collection<Lease> leases, List<WatchedMessage> former) {
        this.former = former;
        long countedRecords = 0;
        long countedBytes = 0;
        for (Lease lease : leases) {
            countedRecords += lease.open() - lease.waiting();
            countedBytes += lease.openBytes() - lease.waitingBytes();
        }
        for (WatchedMessage each : former) {
            countedRecords++;
            countedBytes += each.lease().size(each.index());
        }
        this.records = countedRecords;
        this.bytes = countedBytes;
    }

    /** Which bound does not allow that something of a lease comes, in words, or null. It did not come yet. */
    @Nullable
    String reached(BurrowConfig config, Lease lease) {
        long ownRecords = lease.open();
        long ownBytes = lease.openBytes();
        for (WatchedMessage each : former) {
            if (each.lease().partition.equals(lease.partition)) {
                ownRecords++;
                ownBytes += each.lease().size(each.index());
            }
        }
        if (ownRecords >= config.maxPartitionInFlightRecords()) {
            return ownRecords + " of its records are held and " + config.maxPartitionInFlightRecords() + " may be";
        }
        if (ownBytes >= config.maxPartitionInFlightBytes()) {
            return ownBytes + " of its bytes are held and " + config.maxPartitionInFlightBytes() + " may be";
        }
        if (records >= config.maxInFlightRecords()) {
            return records + " records are held in all and " + config.maxInFlightRecords() + " may be";
        }
        if (bytes >= config.maxInFlightBytes()) {
            return bytes + " bytes are held in all and " + config.maxInFlightBytes() + " may be";
        }
        return null;
    }
}
