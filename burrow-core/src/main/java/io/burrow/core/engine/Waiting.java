package io.burrow.core.engine;

import io.burrow.core.time.Timekeeper.Timeout;
import org.jspecify.annotations.Nullable;

/** One wait of a delivery for its time; another wait of the same delivery is another object. Any thread. */
final class Waiting {
    final long dueNanos;
    /** Whether it is the budget of dead letters that it waits for. */
    final boolean forBudget;

    private volatile @Nullable Timeout timeout;
    private volatile boolean cancelled;

    Waiting(long dueNanos) {
        this(dueNanos, false);
    }

    Waiting(long dueNanos, boolean forBudget) {
        this.dueNanos = dueNanos;
        this.forBudget = forBudget;
    }

    void timeout(Timeout scheduled) {
        timeout = scheduled;
        if (cancelled) { // before there was something to cancel
            scheduled.cancel();
        }
    }

    void cancel() {
        cancelled = true;
        Timeout known = timeout;
        if (known != null) {
            known.cancel();
        }
    }
}
