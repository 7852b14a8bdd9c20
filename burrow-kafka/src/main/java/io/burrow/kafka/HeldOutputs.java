package io.burrow.kafka;

import io.burrow.api.TopicPartition;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of finished records that wait for the transaction whose offset passes them, and how many they are.
 *
 * <p><b>The bound</b> holds back intake, not work. What was read before runs to its end: the record at the gap is
 * always among it, and were it to wait for room, the room could never be made. So what was read may add its outputs
 * beyond the bound, and nothing else is read until commits have made half of it free.
 *
 * <p>The loop thread, but for {@link #added}, {@link #removed} and the counts.
 */
final class HeldOutputs {
    private final long maxRecords;
    private final long maxBytes;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final Map<TopicPartition, PartitionOutputs> places = new HashMap<>();
    private boolean full;

    HeldOutputs(long maxRecords, long maxBytes) {
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    /** A partition was assigned: its place is empty. */
    void open(TopicPartition partition) {
        close(List.of(partition)); // one that was never taken away
        places.put(partition, new PartitionOutputs(this));
    }

    /** Partitions are gone: what they hold is dropped, since their records come again. */
    void close(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            PartitionOutputs place = places.remove(partition);
            if (place != null) {
                place.close();
            }
        }
    }

    /** A partition goes on elsewhere: what comes again from there is dropped. */
    void reset(TopicPartition partition, long position) {
        places.computeIfPresent(partition, (key, place) -> place.moveOn(position));
    }

    /** The place of an assigned partition, or null. */
    @Nullable
    PartitionOutputs place(TopicPartition partition) {
        return places.get(partition);
    }

    /** Whether nothing should be read for now. */
    boolean isFull() {
        long heldRecords = records.get();
        long heldBytes = bytes.get();
        if (heldRecords >= maxRecords || heldBytes >= maxBytes) {
            full = true;
        } else if (heldRecords <= maxRecords / 2 && heldBytes <= maxBytes / 2) {
            full = false;
        }
        return full;
    }

    void added(List<Output> outputs) {
        records.addAndGet(outputs.size());
        bytes.addAndGet(size(outputs));
    }

    void removed(List<Output> outputs) {
        records.addAndGet(-outputs.size());
        bytes.addAndGet(-size(outputs));
    }

    private static long size(List<Output> outputs) {
        long size = 0;
        for (Output output : outputs) {
            size += output.sizeBytes();
        }
        return size;
    }

    /** How many are held. Any thread. */
    long records() {
        return records.get();
    }

    /** How large they are in all, in bytes. Any thread. */
    long bytes() {
        return bytes.get();
    }
}
