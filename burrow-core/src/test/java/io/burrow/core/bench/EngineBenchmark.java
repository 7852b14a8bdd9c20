package io.burrow.core.bench;

import io.burrow.api.Ordering;
import io.burrow.api.WorkerThreads;
import io.burrow.core.Burrow;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole engine with its threads, over a source that costs next to nothing and a handler that does nothing: the time
 * and memory that Burrow itself takes for a record.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class EngineBenchmark {
    private static final int RECORDS = 1_000_000;

    /** No order, or keys; one key is the hot one. */
    @Param({"UNORDERED", "KEY"})
    Ordering ordering;

    @Param({"1", "10000"})
    int keys;

    @Param({"PLATFORM", "AUTO"})
    WorkerThreads workers;

    @Param({"2", "100"})
    int concurrency;

    private final LongAdder handled = new LongAdder();
    private SyntheticSource source = new SyntheticSource(1, 1);
    private Burrow<String, String> burrow = idle();

    private Burrow<String, String> idle() {
        return Burrow.<String, String>builder().source(source).handler(m -> {}).build();
    }

    /** Starts it. */
    @Setup(Level.Trial)
    public void start() {
        source = new SyntheticSource(8, keys);
        burrow = Burrow.<String, String>builder()
                .source(source)
                .config(c -> c.ordering(ordering)
                        .workerThreads(workers)
                        .concurrency(concurrency)
                        .pollTimeout(Duration.ofMillis(100)))
                .handler(message -> handled.increment())
                .build();
        burrow.start();
    }

    /** Ends it. */
    @TearDown(Level.Trial)
    public void stop() {
        burrow.close(Duration.ofSeconds(10));
    }

    /** A million records, from the first poll until the last is handled. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long records() {
        long end = handled.sum() + RECORDS;
        source.release(RECORDS);
        while (handled.sum() < end) {
            Thread.onSpinWait();
        }
        return end;
    }
}
