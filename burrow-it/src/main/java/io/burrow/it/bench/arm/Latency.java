package io.burrow.it.bench.arm;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Times of records, to three digits. {@link #add} from any thread, the rest from one. */
public final class Latency {

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Recorder recorder = new Recorder(LONGEST_NANOS, 3);

    void add(long nanos) {
        recorder.recordValue(Math.max(0, Math.min(nanos, LONGEST_NANOS)));
    }

    /** Forgets what there was: warming up does not count. */
    void reset() {
        recorder.reset();
    }

    /** What was added since {@link #reset()}. */
    Histogram read() {
        return recorder.getIntervalHistogram();
    }
}
