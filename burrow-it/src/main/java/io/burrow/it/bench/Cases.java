package io.burrow.it.bench;

import static io.burrow.it.bench.arm.ArmKind.BARE;
import static io.burrow.it.bench.arm.ArmKind.BURROW;
import static io.burrow.it.bench.arm.ArmKind.BURROW_TWICE;
import static io.burrow.it.bench.arm.ArmKind.BURROW_WITH_METRICS;
import static io.burrow.it.bench.arm.ArmKind.PARALLEL;
import static io.burrow.it.bench.arm.ArmKind.PARALLEL_TUNED;
import static io.burrow.it.bench.arm.ArmKind.SHARE;
import static io.burrow.it.bench.arm.ArmKind.VIRTUAL;

import io.burrow.it.bench.arm.ArmKind;
import io.burrow.it.bench.arm.Consumption;
import io.burrow.it.bench.arm.Consumption.Order;
import io.burrow.it.bench.arm.Consumption.Threads;
import io.burrow.it.bench.arm.Work;
import io.burrow.it.bench.arm.Work.Kind;
import java.util.Arrays;
import java.util.List;

/** All there is to measure. */
final class Cases {

    static final String UNORDERED = "noop-unordered";
    static final String KEYS_10K = "noop-10k-keys";
    static final String ONE_KEY = "noop-one-key";
    static final String SLEEP_100 = "sleep-100x50ms";
    static final String SLEEP_5000 = "sleep-5000x50ms";
    static final String SLEEP_1000 = "sleep-1000x5ms";
    static final String SLEEP_1000_PLATFORM = "sleep-1000x5ms-platform";
    static final String BUFFERED_1K = "buffered-1k-keys";
    static final String BUFFERED_100K = "buffered-100k-keys";
    static final String FAILING = "failing-1-percent";
    static final String HEAP = "heap-queued";
    static final String METRICS = "noop-metrics";
    static final String HALF_LOAD = "half-load";
    static final String KILLED = "killed";

    /** The first million records of a process run at a third of the speed of later ones. */
    private static final long MANY = 10_000_000;

    private static final Consumption NOOP = Consumption.noop(Order.UNORDERED);
    private static final Consumption NOOP_BY_KEY = Consumption.noop(Order.KEY);
    private static final Work MILLIS_5 = new Work(Kind.SLEEP, 5_000);
    private static final Work MILLIS_50 = new Work(Kind.SLEEP, 50_000);

    private static final ArmKind[] SIDE_BY_SIDE = {BARE, BURROW, PARALLEL, PARALLEL_TUNED};
    private static final ArmKind[] CONCURRENT = {BURROW, PARALLEL, PARALLEL_TUNED};

    private static final List<BenchCase> ALL = List.of(
            BenchCase.of(UNORDERED, "no-op, no order", Data.of(MANY), NOOP, ArmKind.values()),
            BenchCase.of(METRICS, "no-op, no order, with metrics", Data.of(MANY), NOOP, BURROW, BURROW_WITH_METRICS),
            BenchCase.of(KEYS_10K, "no-op, 10 k keys", keyed(Keys.of(10_000)), NOOP_BY_KEY, SIDE_BY_SIDE),
            BenchCase.of(ONE_KEY, "no-op, one key", keyed(Keys.of(1)), NOOP_BY_KEY, SIDE_BY_SIDE),
            BenchCase.of(
                    SLEEP_100,
                    "50 ms, 100 workers",
                    Data.of(60_000),
                    NOOP.doing(MILLIS_50).on(100, Threads.AUTO),
                    CONCURRENT),
            BenchCase.of(
                    SLEEP_5000,
                    "50 ms, 5 000 workers",
                    Data.of(2_500_000),
                    NOOP.doing(MILLIS_50).on(5_000, Threads.VIRTUAL),
                    CONCURRENT),
            BenchCase.of(
                    SLEEP_1000,
                    "5 ms, 1 000 workers",
                    Data.of(5_000_000),
                    NOOP.doing(MILLIS_5).on(1_000, Threads.VIRTUAL),
                    CONCURRENT),
            BenchCase.of(
                    SLEEP_1000_PLATFORM,
                    "5 ms, 1 000 platform threads",
                    Data.of(5_000_000),
                    NOOP.doing(MILLIS_5).on(1_000, Threads.PLATFORM),
                    BURROW),
            BenchCase.of("noop-10-keys", "no-op, 10 keys", keyed(Keys.of(10)), NOOP_BY_KEY, SIDE_BY_SIDE),
            BenchCase.of("noop-100k-keys", "no-op, 100 k keys", keyed(Keys.of(100_000)), NOOP_BY_KEY, SIDE_BY_SIDE),
            BenchCase.of("noop-zipf", "no-op, 10 k keys, few hot", keyed(Keys.zipf(10_000)), NOOP_BY_KEY, SIDE_BY_SIDE),
            BenchCase.of("noop-1kb", "no-op, 1 KB", Data.of(3_000_000).sized(1_000), NOOP, SIDE_BY_SIDE),
            BenchCase.of("noop-1-partition", "no-op, 1 partition", Data.of(MANY).in(1), NOOP, SIDE_BY_SIDE),
            BenchCase.of(
                    "spin-100us",
                    "100 µs of processor",
                    Data.of(500_000),
                    NOOP.doing(new Work(Kind.SPIN, 100)),
                    BARE,
                    VIRTUAL,
                    BURROW,
                    PARALLEL,
                    PARALLEL_TUNED,
                    SHARE),
            BenchCase.of(
                    FAILING,
                    "1 % failing, tried again after 100 ms",
                    Data.of(3_000_000),
                    NOOP.doing(new Work(Kind.FAIL, 0)),
                    CONCURRENT),
            BenchCase.of(
                    "stuck-record",
                    "one record stuck",
                    Data.of(5_000_000),
                    NOOP.doing(new Work(Kind.STUCK, 0)),
                    CONCURRENT),
            BenchCase.of(
                    "commit-100ms",
                    "no-op, commits every 100 ms",
                    Data.of(MANY),
                    NOOP.committingEvery(100),
                    SIDE_BY_SIDE),
            BenchCase.of(BUFFERED_1K, "1 ms, 1 k keys buffered", buffered(1_000), buffering(), BURROW),
            BenchCase.of(BUFFERED_100K, "1 ms, 100 k keys buffered", buffered(100_000), buffering(), BURROW),
            BenchCase.of(
                    HEAP,
                    "heap of a record that waits",
                    Data.of(300_000),
                    NOOP.doing(new Work(Kind.HOLD, 0)).buffering(100_000),
                    SIDE_BY_SIDE),
            BenchCase.of(
                    HALF_LOAD,
                    "5 ms, 100 workers, half load",
                    Data.of(1_000_000).paced(10_000),
                    NOOP.doing(MILLIS_5).withTimes(),
                    CONCURRENT),
            BenchCase.of(
                    "noop-100-partitions",
                    "no-op, 100 partitions",
                    Data.of(MANY).in(100),
                    NOOP,
                    BARE,
                    BURROW),
            BenchCase.of("noop-1m-keys", "no-op, 1 M keys", keyed(Keys.of(1_000_000)), NOOP_BY_KEY, BARE, BURROW),
            BenchCase.of("noop-1-worker", "no-op, 1 worker", Data.of(MANY), NOOP.on(1, Threads.AUTO), BARE, BURROW),
            BenchCase.of(
                    "noop-10k-workers",
                    "no-op, 10 000 workers",
                    Data.of(MANY),
                    NOOP.on(10_000, Threads.VIRTUAL),
                    BARE,
                    BURROW),
            BenchCase.of(
                    "two-loops-10k-keys",
                    "no-op, 10 k keys, two loops",
                    keyed(Keys.of(10_000)),
                    NOOP_BY_KEY,
                    BURROW,
                    BURROW_TWICE),
            BenchCase.of(
                    KILLED,
                    "killed with kill -9",
                    Data.of(200_000),
                    NOOP.doing(new Work(Kind.TAIL, 5_000)).committingEvery(500),
                    CONCURRENT));

    private static final List<String> QUICK =
            List.of(UNORDERED, KEYS_10K, ONE_KEY, SLEEP_100, SLEEP_5000, SLEEP_1000, SLEEP_1000_PLATFORM);

    private Cases() {}

    /** The cases of a full run. */
    static List<BenchCase> all() {
        return ALL;
    }

    /** The cases of a quick run: fewer, with fewer ways. */
    static List<BenchCase> quick() {
        return ALL.stream()
                .filter(each -> QUICK.contains(each.name()))
                .map(each ->
                        each.only(each.name().startsWith("noop") ? List.of(BARE, BURROW, PARALLEL) : List.of(BURROW)))
                .toList();
    }

    private static Data keyed(Keys keys) {
        return Data.of(MANY).keyed(keys);
    }

    private static Data buffered(int keys) {
        return Data.of(2_000_000).keyed(Keys.of(keys));
    }

    private static Consumption buffering() {
        return NOOP_BY_KEY.doing(new Work(Kind.SLEEP, 1_000)).buffering(200_000);
    }

    /** Whether a case can be measured here. */
    static boolean runsOn(BenchCase benchCase, int javaFeature) {
        return javaFeature >= 21 || benchCase.consumption().threads() != Threads.VIRTUAL;
    }

    /** The ways that can be measured here. */
    static List<ArmKind> armsOn(BenchCase benchCase, int javaFeature) {
        return Arrays.stream(ArmKind.values())
                .filter(benchCase.arms()::contains)
                .filter(each -> javaFeature >= 21 || each != VIRTUAL)
                .toList();
    }
}
