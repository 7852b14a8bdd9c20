package io.burrow.metrics.prometheus;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread does. */
final class Eventually {
    private static final long LIMIT_NANOS = Duration.ofSeconds(30).toNanos();

    private Eventually() {}

    static void until(String what, Callable<Boolean> condition) throws Exception {
        long from = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - from > LIMIT_NANOS) {
                throw new AssertionError("waited in vain for: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
