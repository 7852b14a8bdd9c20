package io.burrow.core.bench;

import io.burrow.api.Ordering;
import io.burrow.api.WorkerThreads;
import io.burrow.core.Burrow;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long a single record takes from where it is there to be polled to its handler, while nothing else is going on:
 * the source is woken, polls, and a worker is woken. The rest at half load is measured on a real broker.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HandOverBenchmark {
    @Param({"PLATFORM", "AUTO"})
    WorkerThreads workers;

    private final SyntheticSource source = new SyntheticSource(1, 1);
    private Burrow<String, String> burrow =
            Burrow.<String, String>builder().source(source).handler(m -> {}).build();
    private final AtomicLong handled = new AtomicLong();

    /** Starts it. */
    @Setup(Level.Trial)
    public void start() {
        burrow = Burrow.<String, String>builder()
                .source(source)
                .config(c -> c.ordering(Ordering.UNORDERED)
                        .workerThreads(workers)
                        .concurrency(8)
                        .pollTimeout(Duration.ofMillis(100)))
                .handler(message -> handled.incrementAndGet())
                .build();
        burrow.start();
    }

    /** Ends it. */
    @TearDown(Level.Trial)
    public void stop() {
        burrow.close(Duration.ofSeconds(10));
    }

    /** One record. */
    @Benchmark
    public long record() {
        long next = handled.get() + 1;
        source.release(1);
        while (handled.get() < next) {
            Thread.onSpinWait();
        }
        return next;
    }
}
