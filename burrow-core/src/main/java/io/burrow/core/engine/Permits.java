package io.burrow.core.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what is running against the concurrency, where workers alone cannot: a stage that is not completed runs
 * without a worker. Any thread.
 */
final class Permits {
    private final AtomicInteger inUse = new AtomicInteger();

    /** Takes a permit if fewer than the limit are in use. */
    boolean tryAcquire(int limit) {
        int used = inUse.get();
        while (used < limit) {
            if (inUse.compareAndSet(used, used + 1)) {
                return true;
            }
            used = inUse.get();
        }
        return false;
    }

    void release() {
        inUse.decrementAndGet();
    }

    int inUse() {
        return inUse.get();
    }
}
