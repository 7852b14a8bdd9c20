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
 * always among it, and were it to wait for room, the room could never be made. So that this is not much beyond the
 * bound, what is being handled is counted in advance, with as many outputs as records had lately. Nothing else is read
 * until commits have made half of the bound free.
 *
 * <p>The loop thread, but for {@link #added}, {@link #removed}, {@link #finished} and the counts.
 */
final class HeldOutputs {
    /** So many records are let in whatever is expected of them: one that stays unfinished must not stop the others. */
    private static final long LEAST_UNFINISHED = 100;

    /** So many are let in before anything is known of them: as many as one poll brings by default. */
    private static final long UNKNOWN_UNFINISHED = 500;

    private static final long SAMPLE = 50;

    private final long maxRecords;
    private final long maxBytes;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final Map<TopicPartition, PartitionOutputs> places = new HashMap<>();
    /** How many outputs a record has, and how large they are together, as it was lately. */
    private double recordsEach;

    private double bytesEach;
    private long sampledFinished;
    private boolean full;

    // since the last sample; written by workers
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();

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
        sample();
        long unfinished = 0;
        for (PartitionOutputs place : places.values()) {
            unfinished += place.unfinished();
        }
        boolean counts = unfinished >= LEAST_UNFINISHED;
        double expectedRecords = records.get() + (counts ? unfinished * recordsEach : 0);
        double expectedBytes = bytes.get() + (counts ? unfinished * bytesEach : 0);
        if (expectedRecords >= maxRecords
                || expectedBytes >= maxBytes
                || isUnknown() && unfinished >= UNKNOWN_UNFINISHED) {
            full = true;
        } else if (expectedRecords <= maxRecords / 2.0 && expectedBytes <= maxBytes / 2.0) {
            full = false;
        }
        return full;
    }

    private boolean isUnknown() {
        return sampledFinished == 0;
    }

    private void sample() {
        if (finished.get() < SAMPLE) {
            return;
        }
        long samples = finished.getAndSet(0);
        double weight = isUnknown() ? 1 : 0.5;
        recordsEach += weight * ((double) written.getAndSet(0) / samples - recordsEach);
        bytesEach += weight * ((double) writtenBytes.getAndSet(0) / samples - bytesEach);
        sampledFinished += samples;
    }

    /** A record has ended, with outputs or without. Any thread. */
    void finished(List<Output> outputs) {
        written.addAndGet(outputs.size());
        writtenBytes.addAndGet(size(outputs));
        finished.incrementAndGet();
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
