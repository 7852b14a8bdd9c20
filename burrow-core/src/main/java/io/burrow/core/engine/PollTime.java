package io.burrow.core.engine;

import io.burrow.core.time.Timekeeper;
import java.time.Duration;

/**
 * How much of the time between two polls is used up. Loop thread.
 *
 * <p>Half of the source's poll interval is for whatever the loop waits for from the beginning of one poll to that of
 * the next: a drain and its commit within a rebalance, commits after it. Each has a limit of its own, and what the
 * others left.
 */
final class PollTime {
    private final Timekeeper time;
    private long halfNanos = Duration.ofHours(12).toNanos();
    private long startedNanos;

    PollTime(Timekeeper time) {
        this.time = time;
        this.startedNanos = time.nanos();
    }

    void interval(Duration maxPollInterval) {
        halfNanos = maxPollInterval.toNanos() / 2;
    }

    void pollStarts(long nowNanos) {
        startedNanos = nowNanos;
    }

    /** Half of the poll interval, in nanoseconds. */
    long halfNanos() {
        return halfNanos;
    }

    /** What is left of the half since the last poll began, in nanoseconds, never below zero. */
    long leftNanos() {
        return Math.max(0, halfNanos - (time.nanos() - startedNanos));
    }
}
