package io.burrow.core.engine;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.spi.ConcurrencyLimit;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * How the handlers fare, measured only where a limiter wants to know, and the concurrency that follows from it. Loop
 * thread, but for {@link #ended} and {@link #limit}.
 */
final class Load {
    private static final long WINDOW_NANOS = 200_000_000;
    /** A mean of fewer attempts says little; a slow handler is given more time. */
    private static final long LEAST_ENDED = 10;

    private static final long LONGEST_WINDOW_NANOS = 2_000_000_000;

    private final Shared shared;
    private final LongAdder completed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    private volatile boolean on;
    private volatile int limit;
    private long sinceNanos;
    private int peak;

    Load(Shared shared, BurrowConfig config) {
        this.shared = shared;
        take(config);
    }

    /**
     * Takes other settings on, which are in force. The limit stays where it was found, if it may. Any thread, one at a
     * time.
     */
    synchronized void configure(BurrowConfig config) {
        int before = limit;
        take(config);
        if (limit != before) {
            shared.workers.resize(limit);
        }
    }

    private void take(BurrowConfig config) {
        boolean wasOn = on;
        on = config.concurrencyLimit() != ConcurrencyLimit.fixed();
        limit = on && wasOn
                ? Math.max(config.minConcurrency(), Math.min(config.concurrency(), limit))
                : on ? config.minConcurrency() : config.concurrency();
    }

    /** How many records may be handled at once. Any thread. */
    int limit() {
        return limit;
    }

    boolean isOn() {
        return on;
    }

    /** Counts an attempt that ended. Any thread. */
    void ended(boolean attemptFailed, long startedNanos) {
        if (on) {
            nanos.add(shared.time.nanos() - startedNanos);
            (attemptFailed ? failed : completed).increment();
        }
    }

    /** Moves the limit, if there is something to learn. */
    void look(int running) {
        if (!on) {
            return;
        }
        peak = Math.max(peak, running);
        long now = shared.time.nanos();
        long length = now - sinceNanos;
        long good = completed.sum();
        long bad = failed.sum();
        if (length < WINDOW_NANOS || good + bad < LEAST_ENDED && length < LONGEST_WINDOW_NANOS) {
            return;
        }
        good = completed.sumThenReset();
        bad = failed.sumThenReset();
        long spent = nanos.sumThenReset();
        int seen = Math.max(peak, (int) Math.min(limit, spent / Math.max(1, length))); // by Little's law
        peak = running;
        sinceNanos = now;
        if (good + bad > 0) {
            move(good, bad, spent / (good + bad), seen, length);
        }
    }

    private void move(long good, long bad, long mean, int seen, long length) {
        BurrowConfig config = shared.config;
        int floor = config.minConcurrency();
        int ceiling = config.concurrency();
        int now = Math.max(floor, Math.min(ceiling, limit));
        int next = now;
        ConcurrencyLimit limiter = config.concurrencyLimit();
        try {
            next = limiter.next(
                    new ConcurrencyLimit.Window(now, floor, ceiling, good, bad, mean, seen, Duration.ofNanos(length)));
        } catch (Throwable e) {
            String name = limiter.getClass().getName();
            shared.events.contained(
                    name,
                    new BurrowException(
                            ErrorCode.LIMITER_FAILED,
                            "limiter " + name + " threw " + e.getClass().getName()));
        }
        next = Math.max(floor, Math.min(ceiling, next));
        synchronized (this) { // what other settings made of it meanwhile stays
            if (shared.config == config && next != limit) {
                limit = next;
                shared.workers.resize(next);
            }
        }
    }
}
