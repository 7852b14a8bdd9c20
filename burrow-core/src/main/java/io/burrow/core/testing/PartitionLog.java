package io.burrow.core.testing;

import io.burrow.api.Headers;
import io.burrow.api.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of one partition, with holes where offsets have none. Guarded by the broker's lock. */
final class PartitionLog {
    private final TopicPartition partition;
    private final List<LogRecord> records = new ArrayList<>();
    /** The first offset of each leader epoch. A truncation begins a new epoch, which is how a reader finds out. */
    private final TreeMap<Integer, Long> epochs = new TreeMap<>(Map.of(0, 0L));

    private long startOffset;
    private long endOffset;

    PartitionLog(TopicPartition partition) {
        this.partition = partition;
    }

    long startOffset() {
        return startOffset;
    }

    /** The offset that the next record gets. */
    long endOffset() {
        return endOffset;
    }

    int epoch() {
        return epochs.lastKey();
    }

    /** Up to where a reader whose last record was of this epoch has read what is still in the log. */
    long endOffsetOf(int epoch) {
        Map.Entry<Integer, Long> next = epochs.higherEntry(epoch);
        return next == null ? endOffset : next.getValue();
    }

    /** The epoch in which an offset was given. */
    int epochOf(long offset) {
        for (Map.Entry<Integer, Long> epoch : epochs.descendingMap().entrySet()) {
            if (epoch.getValue() <= offset) {
                return epoch.getKey();
            }
        }
        return epochs.firstKey();
    }

    long append(@Nullable Object key, @Nullable Object value, Headers headers, long timestamp, boolean readable) {
        long offset = endOffset++;
        var message =
                new TestMessage<>(partition.topic(), partition.partition(), offset, key, value, headers, timestamp, 1);
        records.add(LogRecord.of(message, epoch(), readable));
        return offset;
    }

    void skip(long count) {
        endOffset = Math.addExact(endOffset, count);
    }

    void truncateTo(long offset) {
        if (offset < startOffset || offset > endOffset) {
            throw outOfRange(offset);
        }
        int epoch = epoch() + 1;
        records.subList(indexFrom(offset), records.size()).clear();
        epochs.values().removeIf(start -> start > offset);
        epochs.put(epoch, offset);
        endOffset = offset;
    }

    void deleteBefore(long offset) {
        if (offset > endOffset) {
            throw outOfRange(offset);
        }
        records.subList(0, indexFrom(offset)).clear();
        startOffset = Math.max(startOffset, offset);
    }

    boolean remove(long offset) {
        int index = indexFrom(offset);
        boolean found = index < records.size() && records.get(index).offset() == offset;
        if (found) {
            records.remove(index);
        }
        return found;
    }

    List<LogRecord> records() {
        return records;
    }

    /** At most {@code max} records from a position on, and the position after them. */
    Slice read(long position, int max) {
        int from = indexFrom(position);
        int to = Math.min(records.size(), from + max);
        long next = to < records.size() ? records.get(to).offset() : endOffset;
        return new Slice(List.copyOf(records.subList(from, to)), next);
    }

    /** The index of the first record at or above an offset. */
    private int indexFrom(long offset) {
        int low = 0;
        int high = records.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (records.get(middle).offset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private IllegalArgumentException outOfRange(long offset) {
        return new IllegalArgumentException(
                "offset of " + partition + " must be from " + startOffset + " to " + endOffset + ": " + offset);
    }

    /** What a reader gets. */
    record Slice(List<LogRecord> records, long next) {}
}
