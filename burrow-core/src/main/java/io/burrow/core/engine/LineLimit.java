package io.burrow.core.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Lets a line that repeats into the log once a second, and counts the others. Any thread. */
final class LineLimit {
    private static final long LOG_NANOS = 1_000_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong lastNanos = new AtomicLong(NEVER);
    private final LongAdder others = new LongAdder();

    /** Whether the line may be logged; if not, it counts as one of the others. */
    boolean allows(long nowNanos) {
        long last = lastNanos.get();
        if (last != NEVER && nowNanos - last < LOG_NANOS || !lastNanos.compareAndSet(last, nowNanos)) {
            others.increment();
            return false;
        }
        return true;
    }

    /** How many were not allowed since this was asked last. */
    long others() {
        return others.sumThenReset();
    }
}
