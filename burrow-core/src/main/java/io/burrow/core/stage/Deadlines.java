package io.burrow.core.stage;

import io.burrow.core.time.Timekeeper;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Finds the attempts of one time limit whose time is up. A timer for each attempt would cost more than most attempts
 * do, and nearly all would be cancelled. Since all have the same limit, a later one is never due sooner: one timer, set
 * for the oldest when it was set, is enough. While nothing runs none is set, but for one that was set before. Any
 * thread.
 */
final class Deadlines {
    private final Timekeeper time;
    private final long limitNanos;
    private final Set<TimedAttempt> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean timed = new AtomicBoolean();

    Deadlines(Timekeeper time, long limitNanos) {
        this.time = time;
        this.limitNanos = limitNanos;
    }

    /** When the time is up of what begins now. */
    long fromNow() {
        return time.nanos() + limitNanos;
    }

    /** How many are watched. */
    int size() {
        return running.size();
    }

    void watch(TimedAttempt attempt) {
        running.add(attempt);
        setTimer(); // after it was added: a timer that ends looks again
    }

    void forget(TimedAttempt attempt) {
        running.remove(attempt);
    }

    private void setTimer() {
        if (!timed.get() && timed.compareAndSet(false, true)) {
            time.schedule(limitNanos, this::look);
        }
    }

    /** Timer thread. */
    private void look() {
        long now = time.nanos();
        long soonest = Long.MAX_VALUE;
        for (TimedAttempt attempt : running) {
            long left = attempt.deadlineNanos() - now;
            if (left > 0) {
                soonest = Math.min(soonest, left);
            } else if (running.remove(attempt)) {
                attempt.expire();
            }
        }
        if (soonest != Long.MAX_VALUE) {
            time.schedule(soonest, this::look);
            return;
        }
        timed.set(false);
        if (!running.isEmpty()) {
            setTimer();
        }
    }
}
