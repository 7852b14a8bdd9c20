package io.burrow.api.spi;

import io.burrow.api.TopicPartition;
import java.util.Iterator;

/**
 * Takes what a poll brings. Called by the source within {@link MessageSource#poll}, on the same thread.
 *
 * @param <K> the type of the decoded key
 * @param <V> the type of the decoded value
 */
@FunctionalInterface
public interface RecordReceiver<K, V> {
    /**
     * Takes the next records of one partition. The receiver reads the iterator to its end within the call, so it may
     * make its elements as it goes.
     *
     * @param partition the partition; records of one that is not assigned are dropped
     * @param records the records in order of their offsets, each greater than all before; may be empty when only the
     *     position moved
     * @param endPosition the next offset that will be fetched: greater than the last record's, and beyond {@code last +
     *     1} where offsets without records follow (compaction, transaction markers)
     */
    void receive(TopicPartition partition, Iterator<? extends SourceRecord<K, V>> records, long endPosition);
}
