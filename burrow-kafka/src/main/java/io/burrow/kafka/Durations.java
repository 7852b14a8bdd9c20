package io.burrow.kafka;

import java.time.Duration;

/** Arithmetic on durations. */
final class Durations {
    /** Longer than any process runs, and still safe to add to a reading of the clock. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private Durations() {}

    static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    static long nanos(Duration time) {
        return min(time, LONGEST).toNanos();
    }
}
