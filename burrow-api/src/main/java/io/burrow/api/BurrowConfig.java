package io.burrow.api;

import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.api.spi.RetryPolicy;
import java.time.Duration;

/**
 * The settings of a Burrow. Immutable. Made by {@link #builder()}, or with all defaults by {@link #defaults()}; a wrong
 * value is refused when the record is made, with all problems in one {@link ConfigException}.
 *
 * <p>Settings marked "changeable" can be changed while running, through {@link BurrowControl#reconfigure}.
 *
 * @param name The name of this Burrow: in thread names, logs and metric tags. Not blank, at most 100 characters.
 * @param ordering Which records wait for each other.
 * @param concurrency How many records, with a batch handler how many batches, may be handled at once, 1 to 100 000. A
 *     record whose stage is not completed counts. Changeable.
 * @param minConcurrency The floor of the concurrency where a limiter moves it, 1 to {@code concurrency}, which is the
 *     ceiling. Changeable.
 * @param concurrencyLimit What moves the concurrency between its floor and its ceiling while running. Changeable.
 * @param maxRecordsPerSecond How many records may start in a second, over all partitions; 0 for no limit. Changeable.
 * @param workerThreads The kind of thread that runs handlers.
 * @param maxBatchRecords How many records a batch handler gets at most, 1 to 100 000.
 * @param batchLinger How long a batch that is not full waits for more records; not negative, at most 1 minute.
 *     Changeable.
 * @param batchRetry How the records of a batch whose handler threw are tried again.
 * @param maxInFlightRecords How many records may be held in all, from fetched to finished, retrying and parked ones
 *     included; 1 to 100 000 000, at least the concurrency. Up to a quarter is kept for partitions that hold little.
 *     Changeable.
 * @param maxPartitionInFlightRecords How many records of one partition may be held; positive. Changeable.
 * @param maxInFlightBytes How many bytes of records may be held in all, by the source's own sizes or a
 *     {@link io.burrow.api.spi.Sizer}; positive. Exceeded by one record at most. Changeable.
 * @param maxPartitionInFlightBytes How many bytes of records of one partition may be held, likewise. Changeable.
 * @param lowWaterPercent A partition stopped by a bound goes on when what is held has fallen below this share of the
 *     bound, in per cent, 1 to 99. Changeable.
 * @param maxSpanRecords How many delivered records may lie between a partition's commit point and its newest record, 64
 *     to 100 000 000. A full span stops the intake of that partition. Changeable.
 * @param commitMode How commits at a cadence are sent.
 * @param commitInterval The longest time between something to commit and its commit; positive. Changeable.
 * @param commitRecords A commit is also made when the commit points have moved by this many records; positive.
 *     Changeable.
 * @param minCommitInterval The shortest time between two commits made by count; not negative, at most
 *     {@code commitInterval}. Changeable.
 * @param commitTimeout How long one commit may take; positive. Changeable.
 * @param recommitInterval An unchanged offset is committed again after this time, so that it does not expire; positive.
 *     Changeable.
 * @param snapshots Whether what is finished above the commit point is kept with it, as text, so that a crash does not
 *     deliver it again.
 * @param pollTimeout How long the loop waits in the source when there is nothing; 1 ms to 1 minute. Changeable.
 * @param drainTimeout How long running handlers may take to end on a rebalance or a halt; not negative. On a rebalance
 *     half of the source's poll interval is the limit too. Changeable.
 * @param closeTimeout How long {@code close()} without an argument waits for running handlers and the last commit; not
 *     negative. Changeable.
 * @param retryPolicy Whether a failed record is tried again. Changeable.
 * @param backoff How long a failed record waits for its next attempt. Changeable.
 * @param onExhausted What becomes of an exhausted record: one that is not tried again. Changeable.
 * @param parkedReleasesKey Whether the next record of a key may start although one before it is parked. This gives up
 *     order for such keys.
 * @param deadLetterBackoff How long to wait before a dead letter that could not be sent is sent again. Changeable.
 * @param deadLetterTimeout How long to wait for a dead letter's acknowledgement before it is sent again; positive.
 *     Changeable.
 * @param deadLetterBudget How many dead letters may be sent in {@code deadLetterBudgetInterval}: so many at once after
 *     a quiet time, then evenly; those beyond wait, unfinished, and are sent later; 0 for no limit. Changeable.
 * @param deadLetterBudgetInterval The time in which {@code deadLetterBudget} dead letters may be sent; positive.
 *     Changeable.
 * @param errorThreshold After this many exhausted records in a row, in order of completion, {@code onErrorThreshold}
 *     happens; 0 for never. Any success begins anew. Changeable.
 * @param onErrorThreshold What happens when the error threshold is reached. Changeable.
 * @param breakerFailurePercent When this share of the last {@code breakerRecords} attempts failed, in per cent, nothing
 *     is started for {@code breakerPause}; 1 to 100, 0 for never. Changeable.
 * @param breakerRecords Over how many attempts the share of failures is taken, 2 to 100 000. Changeable.
 * @param breakerPause How long nothing is started after the breaker opened, before probes are let through; positive.
 *     Changeable.
 * @param breakerProbes How many attempts are let through after the pause; if fewer than {@code breakerFailurePercent}
 *     of them fail it goes on, else it pauses again; 1 to 100 000. Changeable.
 * @param stuckAfter After this time from the start of its processing a record that is not done is stuck, and
 *     {@code onStuck} happens; not negative, zero for never. Changeable.
 * @param onStuck What happens to a stuck record. Changeable.
 */
// Long, since each setting stands here five times (component, rule, default, setter, copy) and nowhere else.
public record BurrowConfig(
        String name,
        Ordering ordering,
        int concurrency,
        int minConcurrency,
        ConcurrencyLimit concurrencyLimit,
        int maxRecordsPerSecond,
        WorkerThreads workerThreads,
        int maxBatchRecords,
        Duration batchLinger,
        BatchRetry batchRetry,
        int maxInFlightRecords,
        int maxPartitionInFlightRecords,
        long maxInFlightBytes,
        long maxPartitionInFlightBytes,
        int lowWaterPercent,
        int maxSpanRecords,
        CommitMode commitMode,
        Duration commitInterval,
        int commitRecords,
        Duration minCommitInterval,
        Duration commitTimeout,
        Duration recommitInterval,
        boolean snapshots,
        Duration pollTimeout,
        Duration drainTimeout,
        Duration closeTimeout,
        RetryPolicy retryPolicy,
        BackoffStrategy backoff,
        ExhaustedAction onExhausted,
        boolean parkedReleasesKey,
        BackoffStrategy deadLetterBackoff,
        Duration deadLetterTimeout,
        int deadLetterBudget,
        Duration deadLetterBudgetInterval,
        int errorThreshold,
        ThresholdAction onErrorThreshold,
        int breakerFailurePercent,
        int breakerRecords,
        Duration breakerPause,
        int breakerProbes,
        Duration stuckAfter,
        StuckAction onStuck) {

    private static final int MAX_RECORDS = 100_000_000;

    /**
     * Makes the configuration.
     *
     * @param name The name of this Burrow: in thread names, logs and metric tags. Not blank, at most 100 characters.
     * @param ordering Which records wait for each other.
     * @param concurrency How many records, with a batch handler how many batches, may be handled at once, 1 to 100 000.
     *     A record whose stage is not completed counts. Changeable.
     * @param minConcurrency The floor of the concurrency where a limiter moves it, 1 to {@code concurrency}, which is
     *     the ceiling. Changeable.
     * @param concurrencyLimit What moves the concurrency between its floor and its ceiling while running. Changeable.
     * @param maxRecordsPerSecond How many records may start in a second, over all partitions; 0 for no limit.
     *     Changeable.
     * @param workerThreads The kind of thread that runs handlers.
     * @param maxBatchRecords How many records a batch handler gets at most, 1 to 100 000.
     * @param batchLinger How long a batch that is not full waits for more records; not negative, at most 1 minute.
     *     Changeable.
     * @param batchRetry How the records of a batch whose handler threw are tried again.
     * @param maxInFlightRecords How many records may be held in all, from fetched to finished, retrying and parked ones
     *     included; 1 to 100 000 000, at least the concurrency. Up to a quarter is kept for partitions that hold
     *     little. Changeable.
     * @param maxPartitionInFlightRecords How many records of one partition may be held; positive. Changeable.
     * @param maxInFlightBytes How many bytes of records may be held in all, by the source's own sizes or a
     *     {@link io.burrow.api.spi.Sizer}; positive. Exceeded by one record at most. Changeable.
     * @param maxPartitionInFlightBytes How many bytes of records of one partition may be held, likewise. Changeable.
     * @param lowWaterPercent A partition stopped by a bound goes on when what is held has fallen below this share of
     *     the bound, in per cent, 1 to 99. Changeable.
     * @param maxSpanRecords How many delivered records may lie between a partition's commit point and its newest
     *     record, 64 to 100 000 000. A full span stops the intake of that partition. Changeable.
     * @param commitMode How commits at a cadence are sent.
     * @param commitInterval The longest time between something to commit and its commit; positive. Changeable.
     * @param commitRecords A commit is also made when the commit points have moved by this many records; positive.
     *     Changeable.
     * @param minCommitInterval The shortest time between two commits made by count; not negative, at most
     *     {@code commitInterval}. Changeable.
     * @param commitTimeout How long one commit may take; positive. Changeable.
     * @param recommitInterval An unchanged offset is committed again after this time, so that it does not expire;
     *     positive. Changeable.
     * @param snapshots Whether what is finished above the commit point is kept with it, as text, so that a crash does
     *     not deliver it again.
     * @param pollTimeout How long the loop waits in the source when there is nothing; 1 ms to 1 minute. Changeable.
     * @param drainTimeout How long running handlers may take to end on a rebalance or a halt; not negative. On a
     *     rebalance half of the source's poll interval is the limit too. Changeable.
     * @param closeTimeout How long {@code close()} without an argument waits for running handlers and the last commit;
     *     not negative. Changeable.
     * @param retryPolicy Whether a failed record is tried again. Changeable.
     * @param backoff How long a failed record waits for its next attempt. Changeable.
     * @param onExhausted What becomes of an exhausted record: one that is not tried again. Changeable.
     * @param parkedReleasesKey Whether the next record of a key may start although one before it is parked. This gives
     *     up order for such keys.
     * @param deadLetterBackoff How long to wait before a dead letter that could not be sent is sent again. Changeable.
     * @param deadLetterTimeout How long to wait for a dead letter's acknowledgement before it is sent again; positive.
     *     Changeable.
     * @param deadLetterBudget How many dead letters may be sent in {@code deadLetterBudgetInterval}: so many at once
     *     after a quiet time, then evenly; those beyond wait, unfinished, and are sent later; 0 for no limit.
     *     Changeable.
     * @param deadLetterBudgetInterval The time in which {@code deadLetterBudget} dead letters may be sent; positive.
     *     Changeable.
     * @param errorThreshold After this many exhausted records in a row, in order of completion,
     *     {@code onErrorThreshold} happens; 0 for never. Any success begins anew. Changeable.
     * @param onErrorThreshold What happens when the error threshold is reached. Changeable.
     * @param breakerFailurePercent When this share of the last {@code breakerRecords} attempts failed, in per cent,
     *     nothing is started for {@code breakerPause}; 1 to 100, 0 for never. Changeable.
     * @param breakerRecords Over how many attempts the share of failures is taken, 2 to 100 000. Changeable.
     * @param breakerPause How long nothing is started after the breaker opened, before probes are let through;
     *     positive. Changeable.
     * @param breakerProbes How many attempts are let through after the pause; if fewer than
     *     {@code breakerFailurePercent} of them fail it goes on, else it pauses again; 1 to 100 000. Changeable.
     * @param stuckAfter After this time from the start of its processing a record that is not done is stuck, and
     *     {@code onStuck} happens; not negative, zero for never. Changeable.
     * @param onStuck What happens to a stuck record. Changeable.
     * @throws ConfigException if any setting breaks its rule; it names all that do
     */
    public BurrowConfig {
        Problems problems = new Problems();
        if (problems.present("name", name)) {
            problems.require(!name.isBlank(), "name", "must not be blank", "\"" + name + "\"");
            problems.require(name.length() <= 100, "name", "must have at most 100 characters", name.length());
        }
        problems.present("ordering", ordering);
        problems.present("workerThreads", workerThreads);
        problems.present("commitMode", commitMode);
        problems.present("retryPolicy", retryPolicy);
        problems.present("backoff", backoff);
        problems.present("onExhausted", onExhausted);
        problems.present("deadLetterBackoff", deadLetterBackoff);
        problems.present("onErrorThreshold", onErrorThreshold);
        problems.range("concurrency", concurrency, 1, 100_000);
        problems.range("maxBatchRecords", maxBatchRecords, 1, 100_000);
        problems.range("maxInFlightRecords", maxInFlightRecords, 1, MAX_RECORDS);
        problems.require(
                maxInFlightRecords < 1 || maxInFlightRecords >= concurrency,
                "maxInFlightRecords",
                "must be at least the concurrency (" + concurrency + ")",
                maxInFlightRecords);
        problems.range("maxPartitionInFlightRecords", maxPartitionInFlightRecords, 1, MAX_RECORDS);
        problems.range("maxInFlightBytes", maxInFlightBytes, 1, Long.MAX_VALUE);
        problems.range("maxPartitionInFlightBytes", maxPartitionInFlightBytes, 1, Long.MAX_VALUE);
        problems.range("lowWaterPercent", lowWaterPercent, 1, 99);
        problems.range("maxSpanRecords", maxSpanRecords, 64, MAX_RECORDS);
        problems.positive("commitInterval", commitInterval);
        problems.range("commitRecords", commitRecords, 1, Integer.MAX_VALUE);
        if (problems.notNegative("minCommitInterval", minCommitInterval) && commitInterval != null) {
            problems.require(
                    minCommitInterval.compareTo(commitInterval) <= 0,
                    "minCommitInterval",
                    "must be at most commitInterval (" + commitInterval + ")",
                    minCommitInterval);
        }
        problems.positive("commitTimeout", commitTimeout);
        problems.positive("recommitInterval", recommitInterval);
        if (problems.positive("pollTimeout", pollTimeout)) {
            problems.require(
                    pollTimeout.compareTo(Duration.ofMillis(1)) >= 0
                            && pollTimeout.compareTo(Duration.ofMinutes(1)) <= 0,
                    "pollTimeout",
                    "must be from 1 ms to 1 minute",
                    pollTimeout);
        }
        problems.notNegative("drainTimeout", drainTimeout);
        problems.notNegative("closeTimeout", closeTimeout);
        problems.positive("deadLetterTimeout", deadLetterTimeout);
        problems.range("errorThreshold", errorThreshold, 0, Integer.MAX_VALUE);
        problems.present("batchRetry", batchRetry);
        problems.present("onStuck", onStuck);
        problems.present("concurrencyLimit", concurrencyLimit);
        if (problems.notNegative("batchLinger", batchLinger)) {
            problems.require(
                    batchLinger.compareTo(Duration.ofMinutes(1)) <= 0,
                    "batchLinger",
                    "must be at most 1 minute",
                    batchLinger);
        }
        problems.range("minConcurrency", minConcurrency, 1, 100_000);
        problems.require(
                minConcurrency < 1 || minConcurrency <= concurrency || concurrency < 1,
                "minConcurrency",
                "must be at most the concurrency (" + concurrency + ")",
                minConcurrency);
        problems.range("maxRecordsPerSecond", maxRecordsPerSecond, 0, Integer.MAX_VALUE);
        problems.range("breakerFailurePercent", breakerFailurePercent, 0, 100);
        problems.range("breakerRecords", breakerRecords, 2, 100_000);
        problems.positive("breakerPause", breakerPause);
        problems.range("breakerProbes", breakerProbes, 1, 100_000);
        problems.notNegative("stuckAfter", stuckAfter);
        problems.range("deadLetterBudget", deadLetterBudget, 0, Integer.MAX_VALUE);
        problems.positive("deadLetterBudgetInterval", deadLetterBudgetInterval);
        problems.throwIfAny();
    }

    /**
     * The default settings.
     *
     * @return the defaults
     */
    public static BurrowConfig defaults() {
        return builder().build();
    }

    /**
     * Starts from the default settings.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts from these settings.
     *
     * @return a builder that holds what this record holds
     */
    public Builder toBuilder() {
        return new Builder()
                .name(name)
                .ordering(ordering)
                .concurrency(concurrency)
                .minConcurrency(minConcurrency)
                .concurrencyLimit(concurrencyLimit)
                .maxRecordsPerSecond(maxRecordsPerSecond)
                .workerThreads(workerThreads)
                .maxBatchRecords(maxBatchRecords)
                .batchLinger(batchLinger)
                .batchRetry(batchRetry)
                .maxInFlightRecords(maxInFlightRecords)
                .maxPartitionInFlightRecords(maxPartitionInFlightRecords)
                .maxInFlightBytes(maxInFlightBytes)
                .maxPartitionInFlightBytes(maxPartitionInFlightBytes)
                .lowWaterPercent(lowWaterPercent)
                .maxSpanRecords(maxSpanRecords)
                .commitMode(commitMode)
                .commitInterval(commitInterval)
                .commitRecords(commitRecords)
                .minCommitInterval(minCommitInterval)
                .commitTimeout(commitTimeout)
                .recommitInterval(recommitInterval)
                .snapshots(snapshots)
                .pollTimeout(pollTimeout)
                .drainTimeout(drainTimeout)
                .closeTimeout(closeTimeout)
                .retryPolicy(retryPolicy)
                .backoff(backoff)
                .onExhausted(onExhausted)
                .parkedReleasesKey(parkedReleasesKey)
                .deadLetterBackoff(deadLetterBackoff)
                .deadLetterTimeout(deadLetterTimeout)
                .deadLetterBudget(deadLetterBudget)
                .deadLetterBudgetInterval(deadLetterBudgetInterval)
                .errorThreshold(errorThreshold)
                .onErrorThreshold(onErrorThreshold)
                .breakerFailurePercent(breakerFailurePercent)
                .breakerRecords(breakerRecords)
                .breakerPause(breakerPause)
                .breakerProbes(breakerProbes)
                .stuckAfter(stuckAfter)
                .onStuck(onStuck);
    }

    /**
     * Makes a {@link BurrowConfig}. Not safe for use by several threads. Nothing is checked before {@link #build()}.
     */
    public static final class Builder {
        private String name = "burrow";
        private Ordering ordering = Ordering.KEY;
        private int concurrency = 100;
        private int minConcurrency = 1;
        private ConcurrencyLimit concurrencyLimit = ConcurrencyLimit.fixed();
        private int maxRecordsPerSecond = 0;
        private WorkerThreads workerThreads = WorkerThreads.AUTO;
        private int maxBatchRecords = 100;
        private Duration batchLinger = Duration.ZERO;
        private BatchRetry batchRetry = BatchRetry.RECORDS;
        private int maxInFlightRecords = 100_000;
        private int maxPartitionInFlightRecords = 20_000;
        private long maxInFlightBytes = 256L << 20;
        private long maxPartitionInFlightBytes = 64L << 20;
        private int lowWaterPercent = 50;
        private int maxSpanRecords = 1_000_000;
        private CommitMode commitMode = CommitMode.SYNC;
        private Duration commitInterval = Duration.ofSeconds(5);
        private int commitRecords = 1_000;
        private Duration minCommitInterval = Duration.ofMillis(100);
        private Duration commitTimeout = Duration.ofSeconds(10);
        private Duration recommitInterval = Duration.ofHours(24);
        private boolean snapshots = true;
        private Duration pollTimeout = Duration.ofMillis(500);
        private Duration drainTimeout = Duration.ofSeconds(30);
        private Duration closeTimeout = Duration.ofSeconds(30);
        private RetryPolicy retryPolicy = RetryPolicy.retries(3);
        private BackoffStrategy backoff = BackoffStrategy.fullJitter(Duration.ofSeconds(1), Duration.ofMinutes(1));
        private ExhaustedAction onExhausted = ExhaustedAction.AUTO;
        private boolean parkedReleasesKey = false;
        private BackoffStrategy deadLetterBackoff =
                BackoffStrategy.fullJitter(Duration.ofSeconds(1), Duration.ofSeconds(30));
        private Duration deadLetterTimeout = Duration.ofSeconds(60);
        private int deadLetterBudget = 0;
        private Duration deadLetterBudgetInterval = Duration.ofMinutes(1);
        private int errorThreshold = 5;
        private ThresholdAction onErrorThreshold = ThresholdAction.HALT;
        private int breakerFailurePercent = 0;
        private int breakerRecords = 100;
        private Duration breakerPause = Duration.ofSeconds(10);
        private int breakerProbes = 10;
        private Duration stuckAfter = Duration.ofMinutes(5);
        private StuckAction onStuck = StuckAction.WARN;

        private Builder() {}

        /**
         * The name of this Burrow: in thread names, logs and metric tags. Not blank, at most 100 characters.
         *
         * @param name the value
         * @return this
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Which records wait for each other.
         *
         * @param ordering the value
         * @return this
         */
        public Builder ordering(Ordering ordering) {
            this.ordering = ordering;
            return this;
        }

        /**
         * How many records, with a batch handler how many batches, may be handled at once, 1 to 100 000. A record whose
         * stage is not completed counts. Changeable.
         *
         * @param concurrency the value
         * @return this
         */
        public Builder concurrency(int concurrency) {
            this.concurrency = concurrency;
            return this;
        }

        /**
         * The floor of the concurrency where a limiter moves it, 1 to {@code concurrency}, which is the ceiling.
         * Changeable.
         *
         * @param minConcurrency the value
         * @return this
         */
        public Builder minConcurrency(int minConcurrency) {
            this.minConcurrency = minConcurrency;
            return this;
        }

        /**
         * What moves the concurrency between its floor and its ceiling while running. Changeable.
         *
         * @param concurrencyLimit the value
         * @return this
         */
        public Builder concurrencyLimit(ConcurrencyLimit concurrencyLimit) {
            this.concurrencyLimit = concurrencyLimit;
            return this;
        }

        /**
         * How many records may start in a second, over all partitions; 0 for no limit. Changeable.
         *
         * @param maxRecordsPerSecond the value
         * @return this
         */
        public Builder maxRecordsPerSecond(int maxRecordsPerSecond) {
            this.maxRecordsPerSecond = maxRecordsPerSecond;
            return this;
        }

        /**
         * The kind of thread that runs handlers.
         *
         * @param workerThreads the value
         * @return this
         */
        public Builder workerThreads(WorkerThreads workerThreads) {
            this.workerThreads = workerThreads;
            return this;
        }

        /**
         * How many records a batch handler gets at most, 1 to 100 000.
         *
         * @param maxBatchRecords the value
         * @return this
         */
        public Builder maxBatchRecords(int maxBatchRecords) {
            this.maxBatchRecords = maxBatchRecords;
            return this;
        }

        /**
         * How long a batch that is not full waits for more records; not negative, at most 1 minute. Changeable.
         *
         * @param batchLinger the value
         * @return this
         */
        public Builder batchLinger(Duration batchLinger) {
            this.batchLinger = batchLinger;
            return this;
        }

        /**
         * How the records of a batch whose handler threw are tried again.
         *
         * @param batchRetry the value
         * @return this
         */
        public Builder batchRetry(BatchRetry batchRetry) {
            this.batchRetry = batchRetry;
            return this;
        }

        /**
         * How many records may be held in all, from fetched to finished, retrying and parked ones included; 1 to 100
         * 000 000, at least the concurrency. Up to a quarter is kept for partitions that hold little. Changeable.
         *
         * @param maxInFlightRecords the value
         * @return this
         */
        public Builder maxInFlightRecords(int maxInFlightRecords) {
            this.maxInFlightRecords = maxInFlightRecords;
            return this;
        }

        /**
         * How many records of one partition may be held; positive. Changeable.
         *
         * @param maxPartitionInFlightRecords the value
         * @return this
         */
        public Builder maxPartitionInFlightRecords(int maxPartitionInFlightRecords) {
            this.maxPartitionInFlightRecords = maxPartitionInFlightRecords;
            return this;
        }

        /**
         * How many bytes of records may be held in all, by the source's own sizes or a {@link io.burrow.api.spi.Sizer};
         * positive. Exceeded by one record at most. Changeable.
         *
         * @param maxInFlightBytes the value
         * @return this
         */
        public Builder maxInFlightBytes(long maxInFlightBytes) {
            this.maxInFlightBytes = maxInFlightBytes;
            return this;
        }

        /**
         * How many bytes of records of one partition may be held, by the same sizes; positive. Exceeded by one record
         * at most. Changeable.
         *
         * @param maxPartitionInFlightBytes the value
         * @return this
         */
        public Builder maxPartitionInFlightBytes(long maxPartitionInFlightBytes) {
            this.maxPartitionInFlightBytes = maxPartitionInFlightBytes;
            return this;
        }

        /**
         * A partition stopped by a bound goes on when what is held has fallen below this share of the bound, in per
         * cent, 1 to 99. Changeable.
         *
         * @param lowWaterPercent the value
         * @return this
         */
        public Builder lowWaterPercent(int lowWaterPercent) {
            this.lowWaterPercent = lowWaterPercent;
            return this;
        }

        /**
         * How many delivered records may lie between a partition's commit point and its newest record, 64 to 100 000
         * 000. A full span stops the intake of that partition. Changeable.
         *
         * @param maxSpanRecords the value
         * @return this
         */
        public Builder maxSpanRecords(int maxSpanRecords) {
            this.maxSpanRecords = maxSpanRecords;
            return this;
        }

        /**
         * How commits at a cadence are sent.
         *
         * @param commitMode the value
         * @return this
         */
        public Builder commitMode(CommitMode commitMode) {
            this.commitMode = commitMode;
            return this;
        }

        /**
         * The longest time between something to commit and its commit; positive. Changeable.
         *
         * @param commitInterval the value
         * @return this
         */
        public Builder commitInterval(Duration commitInterval) {
            this.commitInterval = commitInterval;
            return this;
        }

        /**
         * A commit is also made when the commit points have moved by this many records; positive. Changeable.
         *
         * @param commitRecords the value
         * @return this
         */
        public Builder commitRecords(int commitRecords) {
            this.commitRecords = commitRecords;
            return this;
        }

        /**
         * The shortest time between two commits made by count; not negative, at most {@code commitInterval}.
         * Changeable.
         *
         * @param minCommitInterval the value
         * @return this
         */
        public Builder minCommitInterval(Duration minCommitInterval) {
            this.minCommitInterval = minCommitInterval;
            return this;
        }

        /**
         * How long one commit may take; positive. Changeable.
         *
         * @param commitTimeout the value
         * @return this
         */
        public Builder commitTimeout(Duration commitTimeout) {
            this.commitTimeout = commitTimeout;
            return this;
        }

        /**
         * An unchanged offset is committed again after this time, so that it does not expire; positive. Changeable.
         *
         * @param recommitInterval the value
         * @return this
         */
        public Builder recommitInterval(Duration recommitInterval) {
            this.recommitInterval = recommitInterval;
            return this;
        }

        /**
         * Whether what is finished above the commit point is kept with it, as text, so that a crash does not deliver it
         * again.
         *
         * @param snapshots the value
         * @return this
         */
        public Builder snapshots(boolean snapshots) {
            this.snapshots = snapshots;
            return this;
        }

        /**
         * How long the loop waits in the source when there is nothing; 1 ms to 1 minute. Changeable.
         *
         * @param pollTimeout the value
         * @return this
         */
        public Builder pollTimeout(Duration pollTimeout) {
            this.pollTimeout = pollTimeout;
            return this;
        }

        /**
         * How long running handlers may take to end on a rebalance or a halt; not negative. On a rebalance half of the
         * source's poll interval is the limit too. Changeable.
         *
         * @param drainTimeout the value
         * @return this
         */
        public Builder drainTimeout(Duration drainTimeout) {
            this.drainTimeout = drainTimeout;
            return this;
        }

        /**
         * How long {@code close()} without an argument waits for running handlers and the last commit; not negative.
         * Changeable.
         *
         * @param closeTimeout the value
         * @return this
         */
        public Builder closeTimeout(Duration closeTimeout) {
            this.closeTimeout = closeTimeout;
            return this;
        }

        /**
         * Whether a failed record is tried again. Changeable.
         *
         * @param retryPolicy the value
         * @return this
         */
        public Builder retryPolicy(RetryPolicy retryPolicy) {
            this.retryPolicy = retryPolicy;
            return this;
        }

        /**
         * How long a failed record waits for its next attempt. Changeable.
         *
         * @param backoff the value
         * @return this
         */
        public Builder backoff(BackoffStrategy backoff) {
            this.backoff = backoff;
            return this;
        }

        /**
         * What becomes of an exhausted record: one that is not tried again. Changeable.
         *
         * @param onExhausted the value
         * @return this
         */
        public Builder onExhausted(ExhaustedAction onExhausted) {
            this.onExhausted = onExhausted;
            return this;
        }

        /**
         * Whether the next record of a key may start although one before it is parked. This gives up order for such
         * keys.
         *
         * @param parkedReleasesKey the value
         * @return this
         */
        public Builder parkedReleasesKey(boolean parkedReleasesKey) {
            this.parkedReleasesKey = parkedReleasesKey;
            return this;
        }

        /**
         * How long to wait before a dead letter that could not be sent is sent again. Changeable.
         *
         * @param deadLetterBackoff the value
         * @return this
         */
        public Builder deadLetterBackoff(BackoffStrategy deadLetterBackoff) {
            this.deadLetterBackoff = deadLetterBackoff;
            return this;
        }

        /**
         * How long to wait for a dead letter's acknowledgement before it is sent again; positive. Changeable.
         *
         * @param deadLetterTimeout the value
         * @return this
         */
        public Builder deadLetterTimeout(Duration deadLetterTimeout) {
            this.deadLetterTimeout = deadLetterTimeout;
            return this;
        }

        /**
         * How many dead letters may be sent in {@code deadLetterBudgetInterval}: so many at once after a quiet time,
         * then evenly; those beyond wait, unfinished, and are sent later; 0 for no limit. Changeable.
         *
         * @param deadLetterBudget the value
         * @return this
         */
        public Builder deadLetterBudget(int deadLetterBudget) {
            this.deadLetterBudget = deadLetterBudget;
            return this;
        }

        /**
         * The time in which {@code deadLetterBudget} dead letters may be sent; positive. Changeable.
         *
         * @param deadLetterBudgetInterval the value
         * @return this
         */
        public Builder deadLetterBudgetInterval(Duration deadLetterBudgetInterval) {
            this.deadLetterBudgetInterval = deadLetterBudgetInterval;
            return this;
        }

        /**
         * After this many exhausted records in a row, in order of completion, {@code onErrorThreshold} happens; 0 for
         * never. Any success begins anew. Changeable.
         *
         * @param errorThreshold the value
         * @return this
         */
        public Builder errorThreshold(int errorThreshold) {
            this.errorThreshold = errorThreshold;
            return this;
        }

        /**
         * What happens when the error threshold is reached. Changeable.
         *
         * @param onErrorThreshold the value
         * @return this
         */
        public Builder onErrorThreshold(ThresholdAction onErrorThreshold) {
            this.onErrorThreshold = onErrorThreshold;
            return this;
        }

        /**
         * When this share of the last {@code breakerRecords} attempts failed, in per cent, nothing is started for
         * {@code breakerPause}; 1 to 100, 0 for never. Changeable.
         *
         * @param breakerFailurePercent the value
         * @return this
         */
        public Builder breakerFailurePercent(int breakerFailurePercent) {
            this.breakerFailurePercent = breakerFailurePercent;
            return this;
        }

        /**
         * Over how many attempts the share of failures is taken, 2 to 100 000. Changeable.
         *
         * @param breakerRecords the value
         * @return this
         */
        public Builder breakerRecords(int breakerRecords) {
            this.breakerRecords = breakerRecords;
            return this;
        }

        /**
         * How long nothing is started after the breaker opened, before probes are let through; positive. Changeable.
         *
         * @param breakerPause the value
         * @return this
         */
        public Builder breakerPause(Duration breakerPause) {
            this.breakerPause = breakerPause;
            return this;
        }

        /**
         * How many attempts are let through after the pause; if fewer than {@code breakerFailurePercent} of them fail
         * it goes on, else it pauses again; 1 to 100 000. Changeable.
         *
         * @param breakerProbes the value
         * @return this
         */
        public Builder breakerProbes(int breakerProbes) {
            this.breakerProbes = breakerProbes;
            return this;
        }

        /**
         * After this time from the start of its processing a record that is not done is stuck, and {@code onStuck}
         * happens; not negative, zero for never. Changeable.
         *
         * @param stuckAfter the value
         * @return this
         */
        public Builder stuckAfter(Duration stuckAfter) {
            this.stuckAfter = stuckAfter;
            return this;
        }

        /**
         * What happens to a stuck record. Changeable.
         *
         * @param onStuck the value
         * @return this
         */
        public Builder onStuck(StuckAction onStuck) {
            this.onStuck = onStuck;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return the configuration
         * @throws ConfigException if any setting breaks its rule; it names all that do
         */
        public BurrowConfig build() {
            return new BurrowConfig(
                    name,
                    ordering,
                    concurrency,
                    minConcurrency,
                    concurrencyLimit,
                    maxRecordsPerSecond,
                    workerThreads,
                    maxBatchRecords,
                    batchLinger,
                    batchRetry,
                    maxInFlightRecords,
                    maxPartitionInFlightRecords,
                    maxInFlightBytes,
                    maxPartitionInFlightBytes,
                    lowWaterPercent,
                    maxSpanRecords,
                    commitMode,
                    commitInterval,
                    commitRecords,
                    minCommitInterval,
                    commitTimeout,
                    recommitInterval,
                    snapshots,
                    pollTimeout,
                    drainTimeout,
                    closeTimeout,
                    retryPolicy,
                    backoff,
                    onExhausted,
                    parkedReleasesKey,
                    deadLetterBackoff,
                    deadLetterTimeout,
                    deadLetterBudget,
                    deadLetterBudgetInterval,
                    errorThreshold,
                    onErrorThreshold,
                    breakerFailurePercent,
                    breakerRecords,
                    breakerPause,
                    breakerProbes,
                    stuckAfter,
                    onStuck);
        }
    }
}
