package io.burrow.metrics.prometheus;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts durations in fixed buckets. Any thread.
 *
 * <p>Several workers finish records of the same topic at once. A counter that they share travels between their
 * processors with each record, and even one that they do not is dear if it is changed atomically: each such change
 * waits for all writes before it. So each thread that has a {@link ThreadSlots slot} adds to an array of its own, in
 * plain writes that others may read, and who reads adds the arrays up. Threads without a slot share one, atomically.
 * Micrometer's timer does more: it keeps count, sum and a maximum apart from the buckets, and some of them in windows
 * of time.
 *
 * <p>What is read while records are counted may have the bucket of one and not yet its sum; the count is that of the
 * buckets, so that a scrape never contradicts itself.
 */
final class StripedHistogram {
    /**
     * Unused cells at the end of an array, so that no two arrays share a cache line or the one that is fetched with it.
     */
    private static final int PADDING = 16;

    private final long[] upperBounds;
    private final AtomicReferenceArray<@Nullable AtomicLongArray> owned;
    private final AtomicLongArray shared;

    /**
     * Makes an empty one.
     *
     * @param slots how many threads may have a slot
     * @param upperBounds the rising upper bounds of all buckets but the last, which has none; in nanoseconds
     */
    StripedHistogram(int slots, long... upperBounds) {
        this.upperBounds = upperBounds.clone();
        this.owned = new AtomicReferenceArray<>(slots);
        this.shared = cells();
    }

    /** A cell for each bucket, then one for the sum. */
    private AtomicLongArray cells() {
        return new AtomicLongArray(upperBounds.length + 2 + PADDING);
    }

    /** Counts a duration, in nanoseconds. The slot is the calling thread's. */
    void record(int slot, long nanos) {
        int bucket = 0;
        while (bucket < upperBounds.length && nanos > upperBounds[bucket]) {
            bucket++;
        }
        int sum = upperBounds.length + 1;
        if (slot == ThreadSlots.SHARED) {
            shared.getAndIncrement(bucket);
            shared.getAndAdd(sum, nanos);
            return;
        }
        AtomicLongArray cells = owned.getPlain(slot);
        if (cells == null) {
            cells = first(slot);
        }
        cells.setOpaque(bucket, cells.getPlain(bucket) + 1);
        cells.setOpaque(sum, cells.getPlain(sum) + nanos);
    }

    private AtomicLongArray first(int slot) {
        AtomicLongArray made = cells();
        owned.set(slot, made);
        return made;
    }

    /** How many durations fell into each bucket alone, the one without bound last. */
    long[] counts() {
        long[] counts = new long[upperBounds.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = sum(i);
        }
        return counts;
    }

    /** All durations together. */
    long sumNanos() {
        return sum(upperBounds.length + 1);
    }

    private long sum(int cell) {
        long sum = shared.get(cell);
        for (int i = 0; i < owned.length(); i++) {
            AtomicLongArray cells = owned.get(i);
            if (cells != null) {
                sum += cells.getOpaque(cell);
            }
        }
        return sum;
    }
}
