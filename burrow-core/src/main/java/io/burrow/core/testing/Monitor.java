package io.burrow.core.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one lock of a broker, and a count of what happened under it for those who wait. Never held while a listener, a
 * receiver or any other code of a user runs.
 */
final class Monitor {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long changes;

    void run(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    <T extends @Nullable Object> T call(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Something happened that may end a wait. The lock is held. */
    void changed() {
        changes++;
        changed.signalAll();
    }

    /** How much happened so far. */
    long changes() {
        return call(() -> changes);
    }

    /**
     * Waits until more happened than a count, at most some time. Real time: nothing else could wake a thread that
     * waits.
     */
    void awaitMoreThan(long count, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (changes == count && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    static long nanos(Duration time) {
        return TimeUnit.NANOSECONDS.convert(time);
    }
}
