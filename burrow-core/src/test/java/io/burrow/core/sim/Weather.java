package io.burrow.core.sim;

import io.burrow.api.BatchRetry;
import io.burrow.api.CommitMode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Ordering;
import io.burrow.api.StuckAction;
import io.burrow.core.testing.RebalanceProtocol;
import java.util.List;
import java.util.Random;

/**
 * What one simulation is like: drawn once from its seed, the same for all its members.
 *
 * @param ordering the ordering
 * @param protocol how partitions change hands
 * @param handlers which kind of handler there is
 * @param commitMode how commits are sent
 * @param exhausted what becomes of records that are given up
 * @param concurrency how many at once
 * @param maxInFlight the bound of records in all
 * @param maxPartitionInFlight the bound of records of a partition
 * @param maxPollRecords how much a poll brings
 * @param retries how often a record is tried again
 * @param drainMillis how long a drain may take
 * @param commitMillis the commit interval
 * @param recommitSeconds after how long an unchanged offset is committed again
 * @param keys how many keys there are
 * @param failures how many of a hundred attempts fail
 * @param errorThreshold after how many exhausted records in a row it freezes, 0 for never
 * @param snapshots whether what is finished above the commit point is kept with it
 * @param lingerMillis how long a batch waits
 * @param batchRetry how a batch that failed is tried again
 * @param stuckMillis after what age a record is stuck, 0 for never
 * @param onStuck what happens to it then
 * @param breakerPercent the share of failures at which the breaker opens, 0 for never
 * @param budget how many dead letters may be sent in 200 ms, 0 for no limit
 * @param rate how many records may start in a second, 0 for no limit
 * @param damage how many of a hundred texts kept with an offset are damaged or foreign when they are read
 */
record Weather(
        Ordering ordering,
        RebalanceProtocol protocol,
        Handlers handlers,
        CommitMode commitMode,
        ExhaustedAction exhausted,
        int concurrency,
        int maxInFlight,
        int maxPartitionInFlight,
        int maxPollRecords,
        int retries,
        int drainMillis,
        int commitMillis,
        int recommitSeconds,
        int keys,
        int failures,
        int errorThreshold,
        boolean snapshots,
        int lingerMillis,
        BatchRetry batchRetry,
        int stuckMillis,
        StuckAction onStuck,
        int breakerPercent,
        int budget,
        int rate,
        int damage) {
    /** Kinds of handlers. */
    enum Handlers {
        SYNC,
        ASYNC,
        BATCH
    }

    static Weather draw(Random random) {
        int concurrency = 1 + random.nextInt(8);
        return new Weather(
                pick(random, Ordering.values()),
                pick(random, RebalanceProtocol.values()),
                pick(random, Handlers.values()),
                pick(random, CommitMode.values()),
                pick(
                        random,
                        List.of(
                                ExhaustedAction.AUTO,
                                ExhaustedAction.DEAD_LETTER,
                                ExhaustedAction.SKIP,
                                ExhaustedAction.PARK)),
                concurrency,
                concurrency + random.nextInt(30),
                1 + random.nextInt(20),
                1 + random.nextInt(12),
                random.nextInt(4),
                random.nextInt(3) * 500,
                100 + random.nextInt(2_000),
                random.nextInt(3) == 0 ? 5 : 10_000,
                1 + random.nextInt(6),
                random.nextInt(40),
                random.nextInt(4) == 0 ? 2 : 0,
                random.nextInt(4) > 0,
                random.nextInt(2) * random.nextInt(200),
                pick(random, BatchRetry.values()),
                random.nextInt(2) * (1_000 + random.nextInt(3_000)),
                pick(random, List.of(StuckAction.WARN, StuckAction.RETRY, StuckAction.DEAD_LETTER)),
                random.nextInt(3) == 0 ? 40 + random.nextInt(40) : 0,
                random.nextInt(3) == 0 ? 3 + random.nextInt(5) : 0,
                random.nextInt(4) == 0 ? 20 + random.nextInt(200) : 0,
                random.nextInt(2) * random.nextInt(50));
    }

    /** A key's identity for ordering: with partitions ordered as a whole there is one key. */
    boolean ordersPartitions() {
        return ordering == Ordering.PARTITION;
    }

    /** Whether what is given up stays unfinished until a restart. */
    boolean parks() {
        return exhausted == ExhaustedAction.PARK;
    }

    private static <T> T pick(Random random, T[] from) {
        return from[random.nextInt(from.length)];
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
