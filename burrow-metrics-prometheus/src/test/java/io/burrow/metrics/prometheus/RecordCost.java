package io.burrow.metrics.prometheus;

import io.burrow.api.RecordOutcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What metrics cost a record, part by part, in nanoseconds: a program to run by hand. Prints the least of many rounds,
 * which other processes disturb little. One thread: what threads do to each other shows in {@code ./burrow bench --case
 * noop-metrics}.
 */
final class RecordCost {
    private static final int ROUNDS = 400;
    private static final int RECORDS = 50_000;
    private static final List<Duration> BUCKETS = Arrays.asList(
            Duration.ofMillis(1),
            Duration.ofMillis(10),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));

    /** Keeps the compiler from leaving out what is read. */
    static long sink;

    private RecordCost() {}

    /** Measures, twice: the first time warms up. */
    public static void main(String[] arguments) {
        MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RecordMeters histograms = new RecordMeters(registry, BUCKETS, Tags.empty());
        ThreadSlots slots = new ThreadSlots(1);
        RegistryTimers timers = new RegistryTimers(registry, BUCKETS);
        DurationMeters.DurationMeter process = timers.make("timer.process", "", Tags.empty());
        DurationMeters.DurationMeter wait = timers.make("timer.wait", "", Tags.empty());
        for (int i = 0; i < 2; i++) {
            double clock = least(n -> sink += System.nanoTime());
            double ours = least(n -> histograms.record("orders", RecordOutcome.PROCESSED, 1, n * 7L, n & 1_023));
            double theirs = least(n -> {
                int slot = slots.slot();
                process.record(slot, n & 1_023);
                wait.record(slot, n * 7L);
            });
            System.out.printf(
                    "one reading of the clock %.1f ns, both histograms %.1f ns, two timers of Micrometer %.1f ns%n",
                    clock, ours, theirs);
        }
    }

    private static double least(IntConsumer record) {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < RECORDS; i++) {
                record.accept(i);
            }
            least = Math.min(least, (System.nanoTime() - begin) / (double) RECORDS);
        }
        return least;
    }
}
