package io.burrow.core.sim;

import io.burrow.api.BatchRetry;
import io.burrow.api.BurrowConfig;
import io.burrow.api.CommitMode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Ordering;
import io.burrow.api.StuckAction;
import io.burrow.api.ThresholdAction;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.core.testing.RebalanceProtocol;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * What one simulation is like: drawn once from its seed, the same for all its members.
 *
 * @param protocol how partitions change hands
 * @param keys how many keys there are
 * @param work how records are handled
 * @param bounds how much may be held
 * @param failing what fails, and what becomes of it
 * @param committing how commits are made
 */
record Weather(RebalanceProtocol protocol, int keys, Work work, Bounds bounds, Failing failing, Committing committing) {
    /** The source's poll interval: half of it is the limit of each wait in a rebalance. */
    static final Duration POLL_INTERVAL = Duration.ofSeconds(10);

    static final Duration COMMIT_TIMEOUT = Duration.ofMillis(300);
    /** A record is never stuck before this age, whatever the settings were meanwhile. */
    static final Duration LEAST_STUCK = Duration.ofSeconds(1);

    /** And always after this one, if ever. */
    static final Duration MOST_STUCK = Duration.ofSeconds(4);

    static final int MOST_IN_BATCH = 4;
    /** More than is ever held. */
    static final int MOST_BYTES = 1_000_000;

    static final int BREAKER_PROBES = 2;

    /** Kinds of handlers. */
    enum Handlers {
        SYNC,
        ASYNC,
        BATCH
    }

    /** Kinds of limiters; a limiter itself may keep a state and serves one Burrow. */
    enum Limiter {
        FIXED,
        AIMD,
        GRADIENT,
        BROKEN
    }

    /** How a user's retry policy and backoff strategy behave. */
    enum Policies {
        COUNT,
        TIME,
        BROKEN
    }

    /**
     * How records are handled.
     *
     * @param ordering the ordering
     * @param handlers which kind of handler there is
     * @param concurrency how many at once
     * @param limiter what moves that
     * @param rate how many may start in a second, 0 for no limit
     * @param lingerMillis how long a batch waits
     * @param batchRetry how a batch that failed is tried again
     * @param longPercent how many of a hundred handler calls take long, so that anything happens meanwhile
     * @param listens whether somebody is told of each record
     */
    record Work(
            Ordering ordering,
            Handlers handlers,
            int concurrency,
            Limiter limiter,
            int rate,
            int lingerMillis,
            BatchRetry batchRetry,
            int longPercent,
            boolean listens) {}

    /**
     * How much may be held.
     *
     * @param records records in all
     * @param partitionRecords records of a partition
     * @param bytes bytes in all
     * @param partitionBytes bytes of a partition
     * @param span the span of a ledger
     * @param lowWaterPercent where what was full goes on
     * @param pollRecords how much a poll brings
     * @param drainMillis how long a drain may take
     */
    record Bounds(
            int records,
            int partitionRecords,
            int bytes,
            int partitionBytes,
            int span,
            int lowWaterPercent,
            int pollRecords,
            int drainMillis) {}

    /**
     * What fails, and what becomes of it.
     *
     * @param percent how many of a hundred attempts fail
     * @param policies how policies behave
     * @param retries how often a record is tried again
     * @param longDelays whether some ask to be tried again after a long time
     * @param fatal whether some failures are fatal
     * @param exhausted what becomes of exhausted records
     * @param releasesKey whether a parked record lets the next of its key go on
     * @param threshold after how many exhausted records in a row something happens, 0 for never
     * @param onThreshold what
     * @param stuckMillis after what age a record is stuck, 0 for never
     * @param onStuck what happens to it then
     * @param breakerPercent the share of failures at which the breaker opens, 0 for never
     * @param budget how many dead letters may be sent in 200 ms, 0 for no limit
     */
    record Failing(
            int percent,
            Policies policies,
            int retries,
            boolean longDelays,
            boolean fatal,
            ExhaustedAction exhausted,
            boolean releasesKey,
            int threshold,
            ThresholdAction onThreshold,
            int stuckMillis,
            StuckAction onStuck,
            int breakerPercent,
            int budget) {}

    /**
     * How commits are made.
     *
     * @param mode how they are sent
     * @param millis the interval
     * @param recommitSeconds after how long an unchanged offset is committed again
     * @param snapshots whether what is finished above the commit point is kept with it
     * @param metadataLimit how many characters the broker keeps with an offset
     * @param damage how many of a hundred texts kept with an offset are damaged or foreign when they are read
     */
    record Committing(
            CommitMode mode, int millis, int recommitSeconds, boolean snapshots, int metadataLimit, int damage) {}

    static Weather draw(Random random) {
        int concurrency = 1 + random.nextInt(8);
        Work work = new Work(
                pick(random, Ordering.values()),
                pick(random, Handlers.values()),
                concurrency,
                random.nextInt(3) == 0 ? pick(random, Limiter.values()) : Limiter.FIXED,
                random.nextInt(6) == 0 ? 20 + random.nextInt(200) : 0,
                random.nextInt(2) * random.nextInt(200),
                pick(random, BatchRetry.values()),
                random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 0,
                random.nextInt(3) == 0);
        Bounds bounds = new Bounds(
                concurrency + random.nextInt(30),
                1 + random.nextInt(20),
                100 + random.nextInt(500),
                random.nextInt(2) == 0 ? MOST_BYTES : 30 + random.nextInt(300),
                64 + random.nextInt(64),
                1 + random.nextInt(99),
                1 + random.nextInt(12),
                random.nextInt(8) == 0 ? 20_000 : random.nextInt(3) * 500);
        Failing failing = new Failing(
                random.nextInt(40),
                random.nextInt(4) == 0 ? pick(random, Policies.values()) : Policies.COUNT,
                random.nextInt(4),
                random.nextInt(8) == 0,
                random.nextInt(12) == 0,
                pick(random, ExhaustedAction.values()),
                random.nextInt(4) == 0,
                random.nextInt(4) == 0 ? 2 : 0,
                pick(random, ThresholdAction.values()),
                random.nextInt(2) * (1_000 + random.nextInt(3_000)),
                pick(random, StuckAction.values()),
                random.nextInt(3) == 0 ? 40 + random.nextInt(40) : 0,
                random.nextInt(3) == 0 ? 3 + random.nextInt(5) : 0);
        Committing committing = new Committing(
                pick(random, CommitMode.values()),
                100 + random.nextInt(2_000),
                random.nextInt(3) == 0 ? 5 : 10_000,
                random.nextInt(4) > 0,
                random.nextInt(4) == 0 ? random.nextInt(64) : 4_096,
                random.nextInt(2) * random.nextInt(50));
        return new Weather(
                pick(random, RebalanceProtocol.values()), 1 + random.nextInt(6), work, bounds, failing, committing);
    }

    /** The settings that all members have in common; policies and the limiter are the member's own. */
    BurrowConfig.Builder settings(BurrowConfig.Builder config) {
        return config.ordering(work.ordering)
                .concurrency(work.concurrency)
                .maxRecordsPerSecond(work.rate)
                .maxBatchRecords(MOST_IN_BATCH)
                .batchLinger(Duration.ofMillis(work.lingerMillis))
                .batchRetry(work.batchRetry)
                .maxInFlightRecords(bounds.records)
                .maxPartitionInFlightRecords(bounds.partitionRecords)
                .maxInFlightBytes(bounds.bytes)
                .maxPartitionInFlightBytes(bounds.partitionBytes)
                .maxSpanRecords(bounds.span)
                .lowWaterPercent(bounds.lowWaterPercent)
                .drainTimeout(Duration.ofMillis(bounds.drainMillis))
                .commitMode(committing.mode)
                .commitInterval(Duration.ofMillis(committing.millis))
                .commitRecords(10)
                .commitTimeout(COMMIT_TIMEOUT)
                .recommitInterval(Duration.ofSeconds(committing.recommitSeconds))
                .snapshots(committing.snapshots)
                .onExhausted(failing.exhausted)
                .parkedReleasesKey(failing.releasesKey)
                .deadLetterTimeout(Duration.ofSeconds(3))
                .deadLetterBudget(failing.budget)
                .deadLetterBudgetInterval(Duration.ofMillis(200))
                .errorThreshold(failing.threshold)
                .onErrorThreshold(failing.onThreshold)
                .stuckAfter(Duration.ofMillis(failing.stuckMillis))
                .onStuck(failing.onStuck)
                .breakerFailurePercent(failing.breakerPercent)
                .breakerRecords(5)
                .breakerPause(Duration.ofMillis(500))
                .breakerProbes(BREAKER_PROBES);
    }

    ConcurrencyLimit limiter() {
        return switch (work.limiter) {
            case FIXED -> ConcurrencyLimit.fixed();
            case AIMD -> ConcurrencyLimit.aimd(Duration.ofMillis(50));
            case GRADIENT -> ConcurrencyLimit.gradient();
            case BROKEN ->
                window -> {
                    if (window.completed() % 2 == 0) {
                        throw new IllegalStateException("a limiter");
                    }
                    return Integer.MIN_VALUE;
                };
        };
    }

    /** Whether a record that can never be handled would stay for ever. */
    boolean keepsUndecodable() {
        return failing.exhausted == ExhaustedAction.PARK
                || failing.exhausted == ExhaustedAction.HALT
                || failing.policies == Policies.BROKEN;
    }

    static <T> T pick(Random random, T[] from) {
        return from[random.nextInt(from.length)];
    }

    static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
