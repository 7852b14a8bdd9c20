package io.burrow.metrics.prometheus;

import io.burrow.api.BurrowControl;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.metrics.prometheus.Latest.Reading;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A snapshot that all gauges of one scrape share: a scrape reads hundreds of gauges, and each snapshot costs time in
 * proportion to the number of partitions. Any thread.
 *
 * <p>If no snapshot can be had, the one before is kept: watching must not fail because the watched does. Nor may it
 * wait for long: who scrapes gives up after some seconds, and would see nothing just when there is something to see. So
 * the Burrow is asked on a thread that ends with its answer, and one that does not answer is waited for a moment once.
 */
final class StatsCache {
    private static final Logger log = LoggerFactory.getLogger(StatsCache.class);
    private static final Stats NOTHING = new Stats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());

    private record Snapshot(Stats stats, long takenNanos) {}

    private final String name;
    private final LongSupplier nanoTime;
    private final long maxAgeNanos;
    private final long patienceNanos;
    private final Latest<Stats> answers;

    /** Immutable and replaced as a whole; null if there is none or it is not to be used any more. */
    private volatile @Nullable Snapshot latest;

    private Stats last = NOTHING;
    private boolean failing;
    private final FaultLog faults = new FaultLog(log);

    /** Takes how old a snapshot may be, and how long an answer may take until who reads goes on without it. */
    StatsCache(BurrowControl burrow, LongSupplier nanoTime, long maxAgeNanos, long patienceNanos) {
        this.name = burrow.name();
        this.nanoTime = nanoTime;
        this.maxAgeNanos = maxAgeNanos;
        this.patienceNanos = patienceNanos;
        this.answers = new Latest<>(burrow::stats, this::onAThread, nanoTime);
    }

    private void onAThread(Runnable question) {
        Thread thread = new Thread(question, "burrow-metrics-stats-" + name);
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            throw new RejectedExecutionException("no thread can be had", e);
        }
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
        answers.refresh(0);
        try {
            take(answers.awaitSinceAsked(patienceNanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // who reads is to end: what was known will do
        }
        latest = new Snapshot(last, nanoTime.getAsLong());
        return last;
    }

    private void take(Reading<Stats> reading) {
        Stats answer = reading.answer();
        if (answer != null) {
            last = answer;
        }
        RuntimeException failure = reading.failure();
        if (failure != null && !failing) {
            faults.warn(
                    "The stats of the Burrow \"" + name + "\" cannot be read, its meters stand still",
                    failure,
                    nanoTime.getAsLong());
        }
        failing = failure != null;
    }
}
