package io.burrow.core.engine;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes the loop when as many records have finished as it waits for. Off most of the time, when it costs one read for
 * each record; the shared count is written only while something is held back.
 */
final class Countdown {
    private final Runnable wake;
    private final AtomicInteger left = new AtomicInteger();

    Countdown(Runnable wake) {
        this.wake = wake;
    }

    /** Waits for a number of records from now; 0 switches it off. Loop thread. */
    void set(long records) {
        left.set((int) Math.min(Integer.MAX_VALUE, Math.max(0, records)));
        if (records > 0) {
            VarHandle.fullFence(); // before the caller looks at the ledger for what ended meanwhile
        }
    }

    /** Takes records off that finished after they were counted and before this was set. Loop thread. */
    void less(long records) {
        if (records > 0 && left.addAndGet((int) -Math.min(Integer.MAX_VALUE / 2, records)) <= 0) {
            wake.run();
        }
    }

    /** Wakes the loop at once. Any thread. */
    void wakeNow() {
        wake.run();
    }

    /** A record finished. Any thread. */
    void count() {
        if (left.get() > 0 && left.getAndDecrement() == 1) {
            wake.run();
        }
    }
}
