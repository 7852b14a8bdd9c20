package io.burrow.api.spi;

import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.Collection;

/**
 * Where records come from: the port that a transport implements. Every method but {@link #wakeup()} is called by one
 * thread, Burrow's loop, and by no other; a source needs no locks.
 *
 * <p>Life: {@link #open} once, then {@link #poll} again and again, then {@link #close} once. The callbacks given to
 * {@code open} are called from within {@code poll} and {@code close} only, on the same thread.
 *
 * @param <K> the type of the decoded key
 * @param <V> the type of the decoded value
 */
public interface MessageSource<K, V> {
    /**
     * Connects and subscribes. Should find what is wrong (a missing topic, no broker, no rights) rather than leave it
     * to the first poll. May block for the time that the transport takes to say so.
     *
     * @param listener what to tell of assignments
     * @throws io.burrow.api.BurrowException if it cannot work; with {@link io.burrow.api.ErrorCode#ALREADY_STARTED} if
     *     it is open already, and then it stays open
     */
    void open(PartitionListener listener);

    /**
     * Waits for records and hands them over. Returns early when there are some, when {@link #wakeup()} was called, or
     * when partitions came or went. It also keeps the membership of a group alive: it is called at least every half of
     * {@link #maxPollInterval()}, while everything is paused too.
     *
     * @param timeout how long to wait at most, not negative
     * @param receiver takes the records, before this call returns
     * @throws io.burrow.api.BurrowException if it cannot go on; anything else thrown stops Burrow too
     */
    void poll(Duration timeout, RecordReceiver<K, V> receiver);

    /**
     * Stops handing over records of some partitions. Those not assigned are ignored. What comes all the same is kept,
     * and reported; a source that goes on with that stops Burrow.
     *
     * @param partitions the partitions
     */
    void pause(Collection<TopicPartition> partitions);

    /**
     * Goes on handing over records of some partitions, from where it stopped. Those not assigned are ignored.
     *
     * @param partitions the partitions
     */
    void resume(Collection<TopicPartition> partitions);

    /** Makes a {@link #poll} that waits, or else the next one, return soon. Any thread; must not block. */
    void wakeup();

    /**
     * The longest time between two polls that the transport allows before it takes partitions away.
     *
     * @return a positive duration; a very long one if there is no limit. Asked once, after {@link #open}
     */
    Duration maxPollInterval();

    /**
     * The offset that the next record of a partition gets, as far as the source knows without asking for long: what
     * came with the last fetch will do. Called when somebody looks at the statistics, also from within callbacks of
     * {@link #poll}; should not block. What it throws is contained, and counts as not known.
     *
     * @param partition an assigned partition
     * @return the offset, or -1 if it is not known: the default
     */
    default long endOffset(TopicPartition partition) {
        return -1;
    }

    /**
     * Where finished offsets of this source are kept. Asked once, after {@link #open}.
     *
     * @return the committer
     */
    OffsetCommitter committer();

    /**
     * Leaves and frees everything. Still assigned partitions are revoked first, with the callback. Called also when
     * {@code open} or {@code poll} threw. Calling it again does nothing.
     *
     * @param timeout how long it may take, not negative
     */
    void close(Duration timeout);
}
