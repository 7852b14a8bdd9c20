package io.burrow.core.time;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to let a record wait for its retry, while others wait. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TimerBenchmark {
    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

    /** How many others wait. */
    @Param({"10", "10000", "1000000"})
    int waiting;

    private final SystemTimekeeper time = new SystemTimekeeper("timer");
    private final Random random = new Random(1);

    /** Lets the others wait, each for an hour or two. */
    @Setup
    public void fill() {
        for (int i = 0; i < waiting; i++) {
            time.schedule(delay(), () -> {});
        }
    }

    private long delay() {
        return HOUR_NANOS + (long) (random.nextDouble() * HOUR_NANOS);
    }

    /** Ends the thread. */
    @TearDown
    public void end() {
        time.close();
    }

    /** One more waits, and is taken back, as a dead letter's limit is. */
    @Benchmark
    public void scheduleAndCancel() {
        time.schedule(delay(), () -> {}).cancel();
    }
}
