package io.burrow.api.spi;

import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.RecordOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What a source hands over: one record, not decoded yet. An implementation should be one small object that refers to
 * the transport's own record. It must not change after it was handed over, except that {@link #decode} may keep what it
 * decoded.
 *
 * @param <K> the type of the decoded key
 * @param <V> the type of the decoded value
 */
public interface SourceRecord<K, V> {
    /**
     * The position in the partition.
     *
     * @return the offset, from 0; within a partition greater than that of the record before
     */
    long offset();

    /**
     * The epoch of the partition's leader when the record was fetched.
     *
     * @return the epoch, or -1 if the transport has none
     */
    default int leaderEpoch() {
        return -1;
    }

    /**
     * The raw key, which orders records under {@link io.burrow.api.Ordering#KEY}. Called on the loop thread, once.
     * Arrays of bytes are compared by content, everything else by {@code equals}; it must not change: records of a key
     * whose hash changes are handled, but in no order. The class of such a key is reported once, when it is noticed:
     * that of an array of bytes when the next record of its key comes, that of another key also soon after its last
     * record ended, since {@code hashCode} is then called again. If this throws, or the key's {@code hashCode} or
     * {@code equals} does, the record goes the way of one that cannot be decoded.
     *
     * @return the key, or null for a record that has none and is not ordered
     */
    @Nullable
    Object orderingKey();

    /**
     * How much the record counts towards the bound of bytes. Must always give the same number.
     *
     * @return a size in bytes, not negative
     */
    int sizeBytes();

    /**
     * The headers, which can be had of a record that cannot be decoded too: for a dead-letter sink that looks for the
     * context in which the record was sent. Any thread.
     *
     * @return the headers; none by default
     */
    default Headers headers() {
        return Headers.empty();
    }

    /**
     * Makes the message that the handler sees. Called on a worker thread before each attempt, never by two at once; may
     * block for a short time.
     *
     * @return the message
     * @throws Exception if the record cannot be decoded; it then goes the way of a failed record, and an
     *     {@link io.burrow.api.DecodingException} is terminal
     */
    Message<K, V> decode() throws Exception;

    /**
     * Told that the record has reached its end: what is done here happens before it counts as finished, and so is seen
     * by the commit that passes it. Called at most once for each delivery, by the thread that ended it; not for one
     * that is abandoned or parked. Must not block. If it throws, the record stays unfinished, and Burrow halts or parks
     * it. Does nothing by default.
     *
     * @param outcome how it ended
     * @param attempts how many attempts were made; of a processed record the last of them is the one that succeeded
     */
    default void finished(RecordOutcome outcome, int attempts) {}

    /**
     * Wraps a message that is decoded already. Its key orders it.
     *
     * @param message the message
     * @param sizeBytes its size, not negative
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a record
     */
    static <K, V> SourceRecord<K, V> of(Message<K, V> message, int sizeBytes) {
        return new DecodedRecord<>(message, sizeBytes);
    }
}
