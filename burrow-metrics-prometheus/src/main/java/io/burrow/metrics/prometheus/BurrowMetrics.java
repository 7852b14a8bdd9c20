package io.burrow.metrics.prometheus;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.metrics.prometheus.EventCounts.Rebalance;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows one Burrow as meters of a Micrometer registry; {@link MeterNames} lists them. Give it to the Burrow as a
 * listener and bind it to the registry, in whichever order.
 *
 * <p>Each Burrow needs a {@code BurrowMetrics} of its own. Several share a registry, told apart by the tag
 * {@code burrow}, so they need different names. The meters appear when the Burrow is started. Those of a partition go
 * when the partition does; all others stay after the Burrow has ended, so that its last state can be read, until
 * {@link #close()}. An ended Burrow may be followed by another one with the same {@code BurrowMetrics}.
 *
 * <p>Counters and gauges read {@link BurrowControl#stats()} when they are scraped, at most five times a second, on a
 * thread that is made for it. A Burrow that does not answer within a second shows its last numbers; who scrapes is not
 * kept waiting. Only the timer of records costs a running record something; {@link Builder#recordTimer} switches it
 * off.
 *
 * <p>Every method may be called by any thread.
 */
public final class BurrowMetrics implements BurrowListener, MeterBinder, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BurrowMetrics.class);
    private static final Duration LONGEST_BUCKET = Duration.ofDays(365);
    private static final long SNAPSHOT_MAX_AGE_NANOS = 200_000_000;
    /** So long a scrape waits for a Burrow that does not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final List<Duration> DEFAULT_BUCKETS = List.of(
            Duration.ofMillis(1),
            Duration.ofNanos(2_500_000),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(2_500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60));

    private final @Nullable List<Duration> recordBuckets;
    private final LongSupplier nanoTime;
    private final Duration patience;
    private final EventCounts counts = new EventCounts();

    /** Guards all below; never held while a snapshot is taken. */
    private final Object lock = new Object();

    private final Map<TopicPartition, AssignedPartition> assigned = new HashMap<>();
    private @Nullable MeterRegistry registry;
    private @Nullable BurrowControl burrow;
    private boolean closed;

    /** Written under the lock, read by every record. */
    private volatile @Nullable BoundMeters bound;

    private BurrowMetrics(Builder builder) {
        this.recordBuckets = builder.recordTimer ? builder.buckets : null;
        this.nanoTime = builder.nanoTime;
        this.patience = builder.patience;
    }

    /**
     * Makes metrics with all defaults.
     *
     * @return metrics that are bound to no registry yet
     */
    public static BurrowMetrics create() {
        return builder().build();
    }

    /**
     * Makes metrics with all defaults and binds them.
     *
     * @param registry where the meters go
     * @return metrics to give to a Burrow as a listener
     */
    public static BurrowMetrics on(MeterRegistry registry) {
        BurrowMetrics metrics = create();
        metrics.bindTo(registry);
        return metrics;
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Says where the meters go. Binding to the same registry again does nothing.
     *
     * @param registry where the meters go
     * @throws IllegalStateException if it is bound to another registry already, or the registry is closed
     * @throws ConfigException if the registry shows another Burrow of the same name
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        Objects.requireNonNull(registry, "registry");
        synchronized (lock) {
            if (this.registry != null && this.registry != registry) {
                throw new IllegalStateException("these metrics are bound to another registry already;"
                        + " bind them to a CompositeMeterRegistry to show a Burrow in several");
            }
            if (registry.isClosed()) {
                throw new IllegalStateException("the meter registry is closed: it would show nothing");
            }
            this.registry = registry;
            bindIfPossible();
        }
    }

    /**
     * Takes the Burrow to show. One that cannot be shown, since these metrics show another that has not ended, or the
     * registry shows another of the same name or refuses, is logged and has no meters.
     *
     * @param burrow the handle to watch it by
     */
    @Override
    public void started(BurrowControl burrow) {
        try {
            show(burrow);
        } catch (RuntimeException e) { // not thrown: who calls a listener would log it too, by its class alone
            log.atError()
                    .addKeyValue("burrow", burrow.name())
                    .addKeyValue("error", e.getClass().getName())
                    .log(
                            "The Burrow \"{}\" has no meters: {}",
                            burrow.name(),
                            e instanceof TakenException ? e.getMessage() : FaultLog.text(e));
        }
    }

    private void show(BurrowControl burrow) {
        synchronized (lock) {
            BurrowControl before = this.burrow;
            if (before != null && before != burrow) {
                if (!before.state().isTerminal()) {
                    throw new TakenException(before.name());
                }
                unbind();
            }
            this.burrow = burrow;
            bindIfPossible();
        }
    }

    private void bindIfPossible() {
        if (closed || bound != null || registry == null || burrow == null) {
            return;
        }
        StatsCache stats = new StatsCache(burrow, nanoTime, SNAPSHOT_MAX_AGE_NANOS, patience.toNanos());
        BoundMeters meters = BoundMeters.register(registry, burrow, stats, counts, recordBuckets);
        assigned.forEach((partition, known) -> {
            meters.assigned(partition, known);
            meters.blocked(partition, known.blocked());
        });
        bound = meters;
    }

    private void unbind() {
        BoundMeters meters = bound;
        bound = null;
        if (meters != null) {
            meters.close();
        }
    }

    @Override
    public void stateChanged(BurrowControl burrow, BurrowState from, BurrowState to, @Nullable BurrowException cause) {
        if (!to.isTerminal()) {
            return;
        }
        synchronized (lock) {
            if (this.burrow != burrow) {
                return;
            }
            assigned.clear();
            BoundMeters meters = bound;
            if (meters != null) {
                meters.goneAll();
            }
        }
    }

    @Override
    public void assigned(Collection<TopicPartition> partitions) {
        counts.rebalanced(Rebalance.ASSIGNED);
        synchronized (lock) {
            BoundMeters meters = bound;
            for (TopicPartition partition : partitions) {
                AssignedPartition known = assigned.computeIfAbsent(partition, added -> new AssignedPartition());
                if (meters != null) {
                    meters.assigned(partition, known);
                }
            }
        }
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        counts.rebalanced(Rebalance.REVOKED);
        gone(partitions);
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        counts.rebalanced(Rebalance.LOST);
        gone(partitions);
    }

    private void gone(Collection<TopicPartition> partitions) {
        synchronized (lock) {
            BoundMeters meters = bound;
            for (TopicPartition partition : partitions) {
                assigned.remove(partition);
                if (meters != null) {
                    meters.gone(partition);
                }
            }
        }
    }

    @Override
    public void blocked(TopicPartition partition, BlockedReason reason) {
        synchronized (lock) {
            AssignedPartition known = assigned.get(partition);
            if (known == null) {
                return; // it went before it was told
            }
            known.blocked(reason);
            BoundMeters meters = bound;
            if (meters != null) {
                meters.blocked(partition, reason);
            }
        }
    }

    /**
     * Whether the timer of records is on.
     *
     * @return true unless it was switched off
     */
    @Override
    public boolean wantsRecords() {
        return recordBuckets != null;
    }

    @Override
    public void recordFinished(
            TopicPartition partition,
            long offset,
            RecordOutcome outcome,
            int attempts,
            long queueNanos,
            long handlerNanos) {
        BoundMeters meters = bound;
        if (meters == null || attempts == 0 || outcome != RecordOutcome.PROCESSED && handlerNanos == 0) {
            return; // no attempt, or one that was told when the record was parked
        }
        meters.record(partition, outcome, attempts, queueNanos, handlerNanos);
    }

    @Override
    public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
        CommitOutcome outcome = EventCounts.worst(points, result);
        counts.committed(outcome);
        BoundMeters meters = bound;
        if (meters != null) {
            meters.committed(outcome, nanos);
        }
        synchronized (lock) {
            points.forEach((partition, point) -> {
                AssignedPartition known = assigned.get(partition);
                if (known != null && result.outcome(partition) == CommitOutcome.COMMITTED) {
                    known.snapshotChars(point.metadata().length());
                }
            });
        }
    }

    /** Removes all meters. What comes after is ignored. Calling it again does nothing. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            assigned.clear();
            unbind();
        }
    }

    /** Its text is Burrow's own, and may be logged. */
    private static final class TakenException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        TakenException(String by) {
            super("these metrics show the Burrow \"" + by + "\" already; give each Burrow a BurrowMetrics of its own");
        }
    }

    /** Makes {@link BurrowMetrics}. Not safe for use by several threads. */
    public static final class Builder {
        private boolean recordTimer = true;
        private List<Duration> buckets = DEFAULT_BUCKETS;
        private LongSupplier nanoTime = System::nanoTime;
        private Duration patience = PATIENCE;

        private Builder() {}

        /**
         * Whether every record is timed. On by default; it costs a reading of the clock and four plain additions for
         * every record in a Prometheus registry, and two timers of Micrometer in any other.
         *
         * @param recordTimer the value
         * @return this
         */
        public Builder recordTimer(boolean recordTimer) {
            this.recordTimer = recordTimer;
            return this;
        }

        /**
         * The upper bounds of the buckets of {@link MeterNames#RECORD_PROCESS} and
         * {@link MeterNames#RECORD_QUEUE_WAIT}. By default from 1 ms to 1 minute in 15 steps. Every bucket is a series
         * for each topic and outcome.
         *
         * @param upperBounds 1 to 50 bounds, positive, rising, at most a year
         * @return this
         */
        public Builder buckets(Duration... upperBounds) {
            this.buckets = List.of(upperBounds);
            return this;
        }

        /** The clock by which snapshots grow old. */
        Builder nanoTime(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            return this;
        }

        /** How long a reading of meters waits for a Burrow that does not answer, once. */
        Builder patience(Duration patience) {
            this.patience = patience;
            return this;
        }

        /**
         * Makes the metrics.
         *
         * @return metrics that are bound to no registry yet
         * @throws ConfigException if the buckets break their rules
         */
        public BurrowMetrics build() {
            List<ConfigProblem> problems = new ArrayList<>();
            if (buckets.isEmpty() || buckets.size() > 50) {
                problems.add(new ConfigProblem("buckets", "must be 1 to 50", Integer.toString(buckets.size())));
            }
            Duration before = Duration.ZERO;
            for (Duration bucket : buckets) {
                if (bucket.compareTo(before) <= 0) {
                    problems.add(new ConfigProblem(
                            "buckets", "must be positive and rise (after " + before + ")", bucket.toString()));
                }
                if (bucket.compareTo(LONGEST_BUCKET) > 0) {
                    problems.add(new ConfigProblem("buckets", "must be at most a year", bucket.toString()));
                }
                before = bucket;
            }
            if (!problems.isEmpty()) {
                throw new ConfigException(problems);
            }
            return new BurrowMetrics(this);
        }
    }
}
