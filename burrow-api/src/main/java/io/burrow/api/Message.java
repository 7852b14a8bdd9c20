package io.burrow.api;

import org.jspecify.annotations.Nullable;

/**
 * What a handler is given: one record of a partition, decoded. Users may implement it, for a source of their own or to
 * give their handlers a richer type; the fields that have a default need not be written.
 *
 * <p>A message is used by one thread at a time and must not change while it is handled. Its {@code toString} must not
 * show key, value or headers: it may reach a log.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public interface Message<K, V> {
    /**
     * The topic that the record came from.
     *
     * @return the name of the topic
     */
    String topic();

    /**
     * The partition of the topic.
     *
     * @return the number of the partition, from 0
     */
    int partition();

    /**
     * The position in the partition. Offsets of a partition rise but need not be contiguous.
     *
     * @return the offset, from 0
     */
    long offset();

    /**
     * The key, decoded. Ordering by key does not use this object but the raw key of the source.
     *
     * @return the key, or null
     */
    @Nullable
    K key();

    /**
     * The value, decoded.
     *
     * @return the value, or null (a tombstone)
     */
    @Nullable
    V value();

    /**
     * The headers.
     *
     * @return the headers; empty by default
     */
    default Headers headers() {
        return Headers.empty();
    }

    /**
     * When the record was made, by the source's own account.
     *
     * @return milliseconds since 1970-01-01T00:00Z, or -1 if not known (the default)
     */
    default long timestamp() {
        return -1;
    }

    /**
     * Which attempt at this delivery this is. Attempts are counted per delivery: after a restart or a rebalance they
     * begin again.
     *
     * @return 1 for the first attempt, 2 for the first retry, and so on; 1 by default
     */
    default int attempt() {
        return 1;
    }

    /**
     * Returns this message as another attempt sees it. Called by the engine before each retry. The default wraps this
     * message in one that forwards everything else; an implementation whose handlers cast to their own type overrides
     * it.
     *
     * @param attempt the number of the attempt, from 1
     * @return a message that differs from this one at most in {@link #attempt()}
     * @throws IllegalArgumentException if the attempt is not positive
     */
    default Message<K, V> withAttempt(int attempt) {
        return attempt == attempt() ? this : new AttemptMessage<>(this, attempt);
    }

    /**
     * The partition as one value.
     *
     * @return topic and partition
     */
    default TopicPartition topicPartition() {
        return new TopicPartition(topic(), partition());
    }
}
