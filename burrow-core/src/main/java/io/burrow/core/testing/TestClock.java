package io.burrow.core.testing;

import io.burrow.core.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A clock that a test moves. What is scheduled runs within {@link #advance}, on the thread that calls it, in order of
 * its time and then of its scheduling. Not safe for use by several threads. What it implements is internal.
 */
public final class TestClock implements Timekeeper {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
    private long nowNanos;
    private long numbers;

    private record Task(long dueNanos, long number, Runnable action) {}

    /** Makes a clock that stands at zero, on 2026-01-01. */
    public TestClock() {}

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public Instant now() {
        return EPOCH.plusNanos(nowNanos);
    }

    @Override
    public Timeout schedule(long delayNanos, Runnable task) {
        Task added = new Task(nowNanos + Math.max(0, delayNanos), numbers++, task);
        tasks.add(added);
        return () -> tasks.remove(added);
    }

    /**
     * Moves the time and runs what is due on the way, each task at its own time.
     *
     * @param duration how far, not negative
     */
    public void advance(Duration duration) {
        advanceTo(nowNanos + duration.toNanos());
    }

    /** Runs what is due now. */
    public void runDue() {
        advanceTo(nowNanos);
    }

    /**
     * When the next task is due.
     *
     * @return the time from now, zero if it is due already; or null if nothing is scheduled
     */
    public @Nullable Duration untilNext() {
        Task next = tasks.peek();
        return next == null ? null : Duration.ofNanos(Math.max(0, next.dueNanos - nowNanos));
    }

    /**
     * How many tasks wait for their time.
     *
     * @return a number of tasks
     */
    public int scheduled() {
        return tasks.size();
    }

    private void advanceTo(long end) {
        if (end < nowNanos) {
            throw new IllegalArgumentException("duration must not be negative");
        }
        for (Task next = tasks.peek(); next != null && next.dueNanos <= end; next = tasks.peek()) {
            tasks.remove();
            nowNanos = Math.max(nowNanos, next.dueNanos);
            next.action.run();
        }
        nowNanos = Math.max(nowNanos, end); // a task may have moved it further
    }

    /** Does nothing: a test may look at the clock after the end, and one clock can serve several in turn. */
    @Override
    public void close() {}
}
