package io.burrow.metrics.prometheus;

import io.burrow.api.BurrowControl;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A snapshot that all gauges of one scrape share: a scrape reads hundreds of gauges, and each snapshot costs time in
 * proportion to the number of partitions. Any thread.
 *
 * <p>If no snapshot can be had, the one before is kept: watching must not fail because the watched does.
 */
final class StatsCache {
    private static final Logger log = LoggerFactory.getLogger(StatsCache.class);
    private static final Stats NOTHING = new Stats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());

    private record Snapshot(Stats stats, long takenNanos) {}

    private final BurrowControl burrow;
    private final LongSupplier nanoTime;
    private final long maxAgeNanos;

    /** Immutable and replaced as a whole; null if there is none or it is not to be used any more. */
    private volatile @Nullable Snapshot latest;

    private Stats last = NOTHING;
    private boolean failing;
    private final FaultLog faults = new FaultLog(log);

    StatsCache(BurrowControl burrow, LongSupplier nanoTime, long maxAgeNanos) {
        this.burrow = burrow;
        this.nanoTime = nanoTime;
        this.maxAgeNanos = maxAgeNanos;
    }

    double value(ToDoubleFunction<Stats> value) {
        return value.applyAsDouble(stats());
    }

    /** Zero for a partition that the snapshot does not know. */
    double value(TopicPartition partition, ToDoubleFunction<PartitionStats> value) {
        PartitionStats stats = stats().partitions().get(partition);
        return stats == null ? 0 : value.applyAsDouble(stats);
    }

    /** Makes the next reader take a new snapshot. */
    void expire() {
        latest = null;
    }

    private Stats stats() {
        Snapshot snapshot = latest;
        return snapshot != null && nanoTime.getAsLong() - snapshot.takenNanos < maxAgeNanos
                ? snapshot.stats
                : refreshed();
    }

    private synchronized Stats refreshed() {
        Snapshot snapshot = latest;
        if (snapshot != null && nanoTime.getAsLong() - snapshot.takenNanos < maxAgeNanos) {
            return snapshot.stats; // another thread was faster
        }
        try {
            last = burrow.stats();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                faults.warn(
                        "The stats of the Burrow \"" + burrow.name() + "\" cannot be read, its meters stand still",
                        e,
                        nanoTime.getAsLong());
            }
        }
        latest = new Snapshot(last, nanoTime.getAsLong());
        return last;
    }
}
