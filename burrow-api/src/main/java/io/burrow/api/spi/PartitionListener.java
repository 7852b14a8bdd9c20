package io.burrow.api.spi;

import io.burrow.api.TopicPartition;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Is told which partitions a source has. Implemented by Burrow, called by the source within {@link MessageSource#poll}
 * and {@link MessageSource#close}, on the same thread. The methods never throw.
 */
public interface PartitionListener {
    /**
     * Partitions were assigned. Records of them follow from their positions. A source that takes part and has nothing,
     * because there are more members than partitions, says so by an empty collection: until the first call Burrow
     * counts as starting.
     *
     * @param partitions the new partitions; those assigned before stay
     */
    void assigned(Collection<AssignedPartition> partitions);

    /**
     * Partitions are about to be taken away: this member still owns them while the call runs, and commits for them are
     * made within it. The call waits for running handlers of these partitions, within a bound.
     *
     * @param partitions the partitions
     */
    void revoked(Collection<TopicPartition> partitions);

    /**
     * Partitions were taken away already and may belong to another member. Nothing is committed for them.
     *
     * @param partitions the partitions
     */
    void lost(Collection<TopicPartition> partitions);

    /**
     * The position of an assigned partition was moved, backward or forward, other than by reading: by a reset policy, a
     * truncation, a seek. What was delivered before and is not finished is forgotten, and records follow from the new
     * position, which is committed. So a source that moves back goes back at least to what is committed: what lies
     * between was delivered, is perhaps not finished, and would be lost.
     *
     * @param partition the partition
     * @param position the next offset that will be fetched
     */
    void reset(TopicPartition partition, long position);

    /**
     * Offsets of an assigned partition were passed by without being read: what was there had been deleted before it
     * came to be read, or cannot be read. Records follow from {@code to}. Unlike after {@link #reset}, what was
     * delivered before goes on, and counts: it can be had nowhere else. Does nothing by default.
     *
     * @param partition the partition
     * @param from the next offset that would have been fetched
     * @param to the next offset that will be fetched, greater than {@code from}
     */
    default void skipped(TopicPartition partition, long from, long to) {}

    /**
     * What comes next in an assigned partition is not due yet, and is handed over when it is; or nothing waits in this
     * way any more. Only to be shown. Does nothing by default.
     *
     * @param partition the partition
     * @param due when the next record is due, or null if none waits
     */
    default void waiting(TopicPartition partition, @Nullable Instant due) {}
}
