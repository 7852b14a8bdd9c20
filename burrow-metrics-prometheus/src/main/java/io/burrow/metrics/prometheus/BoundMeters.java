package io.burrow.metrics.prometheus;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowState;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.PartitionHealth;
import io.burrow.api.PartitionStats;
import io.burrow.api.RecordOutcome;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.metrics.prometheus.EventCounts.Rebalance;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one Burrow in one registry, from their registration to their removal. Counters and gauges read a shared
 * snapshot when they are scraped and cost a running record nothing.
 *
 * <p>A registry holds what its meters read weakly. This it keeps until it is closed, and the Burrow with it: the last
 * state of one that has ended is to be read also where nobody keeps it any more.
 *
 * <p>What registers and removes is called under the lock of {@link BurrowMetrics}; {@link #record} by any thread.
 */
final class BoundMeters {
    private static final Duration[] COMMIT_BUCKETS = {
        Duration.ofMillis(1),
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
    };

    /** Nobody is told of these: they are found when somebody looks. So their gauges are there from the start. */
    private static final Set<BlockedReason> FOUND_BY_LOOKING = EnumSet.of(
            BlockedReason.HELD_BY_STUCK,
            BlockedReason.HELD_BY_FORMER,
            BlockedReason.HELD_BY_PARKED,
            BlockedReason.HELD_BY_RETRY);

    private final MeterRegistry registry;
    private final Tags tags;
    private final BurrowControl burrow;
    private final StatsCache stats;
    private final EventCounts counts;
    private final @Nullable RecordMeters recordMeters;
    private final Map<CommitOutcome, Timer> commitTimers = new EnumMap<>(CommitOutcome.class);
    private final List<Meter> meters = new ArrayList<>();
    private final Map<TopicPartition, PartitionMeters> partitions = new HashMap<>();

    private static final class PartitionMeters {
        final List<Meter> meters = new ArrayList<>();
        final Set<BlockedReason> reasons = EnumSet.noneOf(BlockedReason.class);
    }

    private BoundMeters(
            MeterRegistry registry,
            Tags tags,
            BurrowControl burrow,
            StatsCache stats,
            EventCounts counts,
            @Nullable RecordMeters records) {
        this.registry = registry;
        this.tags = tags;
        this.burrow = burrow;
        this.stats = stats;
        this.counts = counts;
        this.recordMeters = records;
    }

    /**
     * Registers what every Burrow has.
     *
     * @throws ConfigException if the registry holds meters of another Burrow of that name: each would show the other's
     *     numbers
     */
    static BoundMeters register(
            MeterRegistry registry,
            BurrowControl burrow,
            StatsCache stats,
            EventCounts counts,
            @Nullable List<Duration> recordBuckets) {
        Tags tags = Tags.of(MeterNames.TAG_BURROW, burrow.name());
        RecordMeters records = recordBuckets == null ? null : new RecordMeters(registry, recordBuckets, tags);
        BoundMeters bound = new BoundMeters(registry, tags, burrow, stats, counts, records);
        synchronized (registry) { // against another Burrow of the same name between the look and the registration
            if (registry.find(MeterNames.IN_FLIGHT).tags(tags).meter() != null) {
                throw new ConfigException(List.of(new ConfigProblem(
                        "name",
                        "must differ from that of every other Burrow in the meter registry; close the metrics of the other, or rename",
                        burrow.name())));
            }
            try {
                bound.registerTotals();
                bound.registerStates();
            } catch (RuntimeException | Error e) {
                bound.close();
                throw e;
            }
        }
        return bound;
    }

    private void registerTotals() {
        gauge(MeterNames.IN_FLIGHT, "Records held, from fetched to finished", null, Stats::inFlight);
        gauge(MeterNames.IN_FLIGHT_BYTES, "Bytes of the records held", "bytes", Stats::inFlightBytes);
        gauge(MeterNames.QUEUE_DEPTH, "Records that are ready or wait for their key", null, Stats::queued);
        gauge(MeterNames.PARKED, "Records that failed and are kept unfinished", null, Stats::parked);
        gauge(
                MeterNames.CONCURRENCY_LIMIT,
                "How many records may be handled at once now",
                null,
                Stats::concurrencyLimit);

        records(RecordOutcome.PROCESSED, Stats::processed);
        records(RecordOutcome.DEAD_LETTERED, Stats::deadLettered);
        records(RecordOutcome.SKIPPED, Stats::skipped);
        records(RecordOutcome.ABANDONED, Stats::abandoned);
        counter(MeterNames.ATTEMPTS_FAILED, "Attempts that failed", tags, Stats::failed);
        counter(MeterNames.RETRIES, "Attempts that were a retry", tags, Stats::retried);
        String deadLetters = "Dead letters that were acknowledged or could not be sent";
        counter(
                MeterNames.DEAD_LETTERS,
                deadLetters,
                tags.and(MeterNames.TAG_OUTCOME, "acknowledged"),
                Stats::deadLettered);
        counter(
                MeterNames.DEAD_LETTERS,
                deadLetters,
                tags.and(MeterNames.TAG_OUTCOME, "failed"),
                Stats::deadLetterFailures);

        counter(
                MeterNames.POSITION_RESETS,
                "Times that a position moved other than by reading",
                tags,
                Stats::positionResets);

        for (CommitOutcome outcome : CommitOutcome.values()) {
            Tags withOutcome = tags.and(MeterNames.TAG_OUTCOME, TagValues.of(outcome));
            meters.add(FunctionCounter.builder(MeterNames.COMMIT, counts, c -> c.commits(outcome))
                    .description("Commits that were answered, by the worst that any partition came to")
                    .tags(withOutcome)
                    .register(registry));
            Timer timer = Timer.builder(MeterNames.COMMIT_DURATION)
                    .description("How long commits took")
                    .tags(withOutcome)
                    .serviceLevelObjectives(COMMIT_BUCKETS)
                    .register(registry);
            commitTimers.put(outcome, timer);
            meters.add(timer);
        }
        for (Rebalance type : Rebalance.values()) {
            meters.add(FunctionCounter.builder(MeterNames.REBALANCES, counts, c -> c.rebalances(type))
                    .description("Times that partitions were assigned, revoked or lost")
                    .tags(tags.and(MeterNames.TAG_TYPE, TagValues.of(type)))
                    .register(registry));
        }
    }

    private void registerStates() {
        for (BurrowState state : BurrowState.values()) {
            meters.add(Gauge.builder(MeterNames.STATE, this, all -> all.burrow.state() == state ? 1 : 0)
                    .description("1 for the state that the Burrow is in")
                    .tags(tags.and(MeterNames.TAG_STATE, TagValues.of(state)))
                    .strongReference(true) // this one keeps all that the others read
                    .register(registry));
        }
        for (PartitionHealth.State state : PartitionHealth.State.values()) {
            meters.add(Gauge.builder(MeterNames.PARTITIONS, stats, s -> s.value(all -> count(all, state)))
                    .description("Assigned partitions, by how they are")
                    .tags(tags.and(MeterNames.TAG_STATE, TagValues.of(state)))
                    .register(registry));
        }
    }

    private static long count(Stats stats, PartitionHealth.State state) {
        return stats.partitions().values().stream()
                .filter(each -> PartitionHealth.stateOf(each.blocked()) == state)
                .count();
    }

    private void records(RecordOutcome outcome, ToDoubleFunction<Stats> value) {
        counter(
                MeterNames.RECORDS,
                "Records that reached an end",
                tags.and(MeterNames.TAG_OUTCOME, TagValues.of(outcome)),
                value);
    }

    private void counter(String name, String description, Tags tagged, ToDoubleFunction<Stats> value) {
        meters.add(FunctionCounter.builder(name, stats, s -> s.value(value))
                .description(description)
                .tags(tagged)
                .register(registry));
    }

    private void gauge(String name, String description, @Nullable String unit, ToDoubleFunction<Stats> value) {
        meters.add(Gauge.builder(name, stats, s -> s.value(value))
                .description(description)
                .baseUnit(unit)
                .tags(tags)
                .register(registry));
    }

    /** A delivery ended after at least one attempt. Any thread. */
    void record(TopicPartition partition, RecordOutcome outcome, int attempts, long queueNanos, long handlerNanos) {
        if (recordMeters != null) {
            recordMeters.record(partition.topic(), outcome, attempts, queueNanos, handlerNanos);
        }
    }

    /** A commit was answered. Any thread. */
    void committed(CommitOutcome outcome, long nanos) {
        Timer timer = commitTimers.get(outcome);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Registers the meters of a partition, unless they are there. */
    void assigned(TopicPartition partition, AssignedPartition assigned) {
        if (partitions.containsKey(partition)) {
            return;
        }
        PartitionMeters added = new PartitionMeters();
        partitions.put(partition, added);
        stats.expire();
        Tags tagged = tags(partition);
        added.meters.add(gauge(
                MeterNames.GAP_WIDTH, "Delivered records at or above the commit point", partition, p -> p.span()));
        added.meters.add(TimeGauge.builder(
                        MeterNames.GAP_OLDEST_AGE,
                        stats,
                        TimeUnit.NANOSECONDS,
                        s -> s.value(partition, p -> p.oldestAge().toNanos()))
                .description("Since when the oldest unfinished record is held")
                .tags(tagged)
                .register(registry));
        added.meters.add(gauge(
                MeterNames.LAG, "Offsets from the commit point to the end of the log", partition, p -> known(p.lag())));
        added.meters.add(gauge(
                MeterNames.LAG_UNFINISHED,
                "Records held and offsets not fetched yet, to the end of the log",
                partition,
                p -> known(p.unfinishedLag())));
        added.meters.add(gauge(
                MeterNames.PARTITION_RETRYING,
                "Records that wait for their next attempt",
                partition,
                p -> p.retrying()));
        added.meters.add(gauge(
                MeterNames.PARTITION_PARKED,
                "Records that failed and are kept unfinished",
                partition,
                p -> p.parked()));
        added.meters.add(Gauge.builder(MeterNames.SNAPSHOT_CHARS, assigned, AssignedPartition::snapshotChars)
                .description("Characters that were stored beside the last committed offset")
                .tags(tagged)
                .register(registry));
        FOUND_BY_LOOKING.forEach(reason -> blocked(partition, reason));
    }

    private Gauge gauge(
            String name, String description, TopicPartition partition, ToDoubleFunction<PartitionStats> value) {
        return Gauge.builder(name, stats, s -> s.value(partition, value))
                .description(description)
                .tags(tags(partition))
                .register(registry);
    }

    /** What is not known is shown as no number. */
    private static double known(long value) {
        return value < 0 ? Double.NaN : value;
    }

    /** Registers the gauge of a reason the first time that it holds the partition back. */
    void blocked(TopicPartition partition, BlockedReason reason) {
        PartitionMeters of = partitions.get(partition);
        if (of == null || reason == BlockedReason.NONE || !of.reasons.add(reason)) {
            return;
        }
        of.meters.add(Gauge.builder(
                        MeterNames.PARTITION_BLOCKED,
                        stats,
                        s -> s.value(partition, p -> p.blocked() == reason ? 1 : 0))
                .description("1 while the partition is held back for the reason")
                .tags(tags(partition).and(MeterNames.TAG_REASON, TagValues.of(reason)))
                .register(registry));
    }

    private Tags tags(TopicPartition partition) {
        return tags.and(
                MeterNames.TAG_TOPIC,
                partition.topic(),
                MeterNames.TAG_PARTITION,
                Integer.toString(partition.partition()));
    }

    /** Removes the meters of a partition, if there are any. */
    void gone(TopicPartition partition) {
        PartitionMeters removed = partitions.remove(partition);
        if (removed != null) {
            removed.meters.forEach(registry::remove);
        }
    }

    /** Removes the meters of all partitions. */
    void goneAll() {
        List.copyOf(partitions.keySet()).forEach(this::gone);
    }

    /** Removes everything. */
    void close() {
        goneAll();
        if (recordMeters != null) {
            recordMeters.close();
        }
        meters.forEach(registry::remove);
        meters.clear();
    }
}
