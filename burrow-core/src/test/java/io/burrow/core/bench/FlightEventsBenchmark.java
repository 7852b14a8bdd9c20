package io.burrow.core.bench;

import io.burrow.api.TopicPartition;
import io.burrow.core.jfr.FlightEvents;
import io.burrow.core.jfr.HandlerRunEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.infra.Blackhole;

/** What an event of a handler run costs: not at all there, off, off while others are recorded, below its threshold. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FlightEventsBenchmark {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    /** No recorder; a recording without the event; a recording with it, in which no run is long enough. */
    @Param({"off", "others", "belowThreshold"})
    String recording;

    private @Nullable Recording running;

    /** Starts the recording. */
    @Setup
    public void start() {
        if (!recording.equals("off")) {
            Recording started = new Recording();
            if (recording.equals("others")) {
                started.disable(HandlerRunEvent.class);
            } else {
                started.enable(HandlerRunEvent.class).withThreshold(Duration.ofHours(1));
            }
            started.start();
            running = started;
        }
    }

    /** Ends it. */
    @TearDown
    public void stop() {
        if (running != null) {
            running.close();
        }
    }

    /** A run without any event. */
    @Benchmark
    public void without(Blackhole hole) {
        hole.consume(PARTITION);
    }

    /** The same with it. */
    @Benchmark
    public void run(Blackhole hole) {
        HandlerRunEvent event = FlightEvents.handlerRun();
        hole.consume(PARTITION);
        if (event != null) {
            event.ended("bench", PARTITION, 1, 1, 1, null);
        }
    }
}
