package io.burrow.metrics.prometheus;

import io.burrow.metrics.prometheus.DurationMeters.DurationMeter;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in fixed buckets. Any thread.
 *
 * <p>Several workers finish records of the same topic at once. A counter that they share travels between their
 * processors with each record, which costs more than all the rest of a record that does nothing. So there are several
 * arrays of counters; a thread uses the one that its id falls on, and who reads adds them up. A record is two additions
 * that nobody waits for. Micrometer's timer does three times as much: it keeps count, sum and a maximum apart from the
 * buckets, and each in windows of time.
 *
 * <p>What is read while records are counted may have the sum of one and not yet its bucket; the count is that of the
 * buckets, so that a scrape never contradicts itself.
 */
final class StripedHistogram implements DurationMeter {
    private static final int STRIPES = stripes(Runtime.getRuntime().availableProcessors());
    /** Unused cells at both ends of an array, so that no two arrays share a cache line. */
    private static final int PADDING = 16;

    private final long[] upperBounds;
    private final AtomicLongArray[] stripes = new AtomicLongArray[STRIPES];

    /** Takes the rising upper bounds of all buckets but the last, which has none; in nanoseconds. */
    StripedHistogram(long... upperBounds) {
        this.upperBounds = upperBounds.clone();
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new AtomicLongArray(PADDING + 1 + upperBounds.length + 1 + PADDING);
        }
    }

    /** The power of two that is at least twice the processors: few threads that run at once meet. */
    private static int stripes(int processors) {
        return Integer.highestOneBit(Math.max(1, Math.min(processors, 32)) * 4 - 1);
    }

    @Override
    public void record(long nanos) {
        AtomicLongArray stripe = stripes[(int) Thread.currentThread().getId() & STRIPES - 1];
        int bucket = 0;
        while (bucket < upperBounds.length && nanos > upperBounds[bucket]) {
            bucket++;
        }
        stripe.getAndIncrement(PADDING + 1 + bucket);
        stripe.getAndAdd(PADDING, nanos);
    }

    /** How many durations fell into each bucket alone, the one without bound last. */
    long[] counts() {
        long[] counts = new long[upperBounds.length + 1];
        for (AtomicLongArray stripe : stripes) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] += stripe.get(PADDING + 1 + i);
            }
        }
        return counts;
    }

    /** All durations together. */
    long sumNanos() {
        long sum = 0;
        for (AtomicLongArray stripe : stripes) {
            sum += stripe.get(PADDING);
        }
        return sum;
    }
}
