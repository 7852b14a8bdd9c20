package io.burrow.it.bench;

import static io.burrow.it.bench.arm.ArmKind.BARE;
import static io.burrow.it.bench.arm.ArmKind.BURROW;
import static io.burrow.it.bench.arm.ArmKind.BURROW_WITH_METRICS;
import static io.burrow.it.bench.arm.ArmKind.PARALLEL;
import static io.burrow.it.bench.arm.ArmKind.PARALLEL_TUNED;

import io.burrow.it.bench.arm.ArmKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What Burrow is held against. Pure. */
final class Budget {

    private static final List<Goal> GOALS = List.of(
            atMost(
                    "ledger: track, complete and advance, ns a record",
                    20,
                    report -> report.ledger().nanosPerRecord()),
            atMost(
                    "ledger: allocated, B a record",
                    0,
                    report -> tenths(report.ledger().bytesPerRecord())),
            atMost(
                    "commit point and snapshot over 1 M records, ms",
                    1,
                    report -> report.ledger().commitMillis()),
            atLeast("no-op, no order: Burrow ÷ bare poll loop", 0.85, versus(Cases.UNORDERED, BARE)),
            atLeast("no-op, no order: Burrow ÷ Parallel Consumer", 16, versus(Cases.UNORDERED, PARALLEL)),
            atLeast("no-op, no order: Burrow ÷ Parallel Consumer, tuned", 10, versus(Cases.UNORDERED, PARALLEL_TUNED)),
            atLeast(
                    "no-op, no order: Burrow with metrics ÷ Burrow",
                    0.95,
                    report -> report.rate(Cases.METRICS, BURROW_WITH_METRICS) / report.rate(Cases.METRICS, BURROW)),
            atLeast("no-op, 10 k keys: Burrow ÷ bare poll loop", 0.6, versus(Cases.KEYS_10K, BARE)),
            atLeast("no-op, 10 k keys: Burrow ÷ Parallel Consumer", 40, versus(Cases.KEYS_10K, PARALLEL)),
            atLeast("no-op, one key: Burrow ÷ bare poll loop", 0.6, versus(Cases.ONE_KEY, BARE)),
            atLeast("100 × 50 ms: share of the ideal", 0.99, ofIdeal(Cases.SLEEP_100, 2_000)),
            atLeast("5 000 × 50 ms, virtual: share of the ideal", 0.98, ofIdeal(Cases.SLEEP_5000, 100_000)),
            atLeast("1 000 × 5 ms, virtual: share of the ideal", 0.97, ofIdeal(Cases.SLEEP_1000, 200_000)),
            atLeast(
                    "1 000 × 5 ms, platform threads: share of the ideal",
                    0.7,
                    ofIdeal(Cases.SLEEP_1000_PLATFORM, 200_000)),
            atMost(
                    "processor time a record, 100 k buffered keys ÷ 1 k",
                    1.2,
                    report -> report.value(Cases.BUFFERED_100K, BURROW, Measurement::cpuMicrosPerRecord)
                            / report.value(Cases.BUFFERED_1K, BURROW, Measurement::cpuMicrosPerRecord)),
            atMost("allocation above the bare poll loop, no order, B a record", 45, above(Cases.UNORDERED)),
            atMost("allocation above the bare poll loop, 10 k keys, B a record", 130, above(Cases.KEYS_10K)),
            atMost(
                    "hand-over at half load, p99, µs",
                    500,
                    report -> report.value(Cases.HALF_LOAD, BURROW, Measurement::p99Micros)),
            atMost(
                    "hand-over at half load, p50, µs",
                    50,
                    report -> report.value(Cases.HALF_LOAD, BURROW, Measurement::p50Micros)),
            atMost(
                    "retry later than due, loaded, p99, ms",
                    10,
                    report -> report.value(Cases.FAILING, BURROW, Measurement::p99Micros) / 1_000));

    private Budget() {}

    /**
     * A row of the budget.
     *
     * @param row what it is about, with its unit
     * @param limit the value to reach, or not to pass
     * @param atLeast whether more is better
     * @param value what a run says, NaN if it did not measure that
     */
    private record Goal(String row, double limit, boolean atLeast, ToDoubleFunction<BenchReport> value) {}

    /**
     * A row that was measured.
     *
     * @param row what it is about, with its unit
     * @param value what came out
     * @param goal the value to reach, or not to pass
     * @param atLeast whether more is better
     */
    record Row(String row, double value, double goal, boolean atLeast) {
        boolean met() {
            return atLeast ? value >= goal : value <= goal;
        }
    }

    /** The rows that a run measured. */
    static List<Row> of(BenchReport report) {
        List<Row> rows = new ArrayList<>();
        for (Goal each : GOALS) {
            double value = each.value().applyAsDouble(report);
            if (Double.isFinite(value)) {
                rows.add(new Row(each.row(), value, each.limit(), each.atLeast()));
            }
        }
        return rows;
    }

    private static Goal atLeast(String row, double goal, ToDoubleFunction<BenchReport> value) {
        return new Goal(row, goal, true, value);
    }

    private static Goal atMost(String row, double goal, ToDoubleFunction<BenchReport> value) {
        return new Goal(row, goal, false, value);
    }

    private static ToDoubleFunction<BenchReport> versus(String name, ArmKind other) {
        return report -> report.rate(name, BURROW) / report.rate(name, other);
    }

    private static ToDoubleFunction<BenchReport> ofIdeal(String name, double ideal) {
        return report -> report.rate(name, BURROW) / ideal;
    }

    private static ToDoubleFunction<BenchReport> above(String name) {
        return report -> report.value(name, BURROW, Measurement::bytesPerRecord)
                - report.value(name, BARE, Measurement::bytesPerRecord);
    }

    /** What a profiler says of no allocation at all is a little more than nothing. */
    private static double tenths(double value) {
        return Double.isNaN(value) ? value : Math.round(value * 10) / 10.0;
    }
}
