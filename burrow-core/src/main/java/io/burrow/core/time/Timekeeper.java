package io.burrow.core.time;

import java.time.Instant;

/**
 * Tells the time and calls back when some has passed. One for each Burrow. Safe for use by any thread.
 *
 * <p>The real one is {@link SystemTimekeeper}; tests hold a clock of their own and call what is due on the thread that
 * moves it.
 */
public interface Timekeeper extends AutoCloseable {
    /**
     * A time that only moves forward, for measuring durations.
     *
     * @return nanoseconds since an arbitrary origin; compare by difference
     */
    long nanos();

    /**
     * The time of day.
     *
     * @return the wall clock's time
     */
    Instant now();

    /**
     * Calls a task once, when a time has passed. The task must be quick and must not throw.
     *
     * @param delayNanos how long from now, in nanoseconds; zero or less means soon
     * @param task the task; runs on a thread of the timekeeper
     * @return a handle to cancel it by
     */
    Timeout schedule(long delayNanos, Runnable task);

    /** Forgets all tasks and ends the threads. Tasks scheduled later are not called. */
    @Override
    void close();

    /** A task that is scheduled. */
    @FunctionalInterface
    interface Timeout {
        /** Makes sure that the task is not called, unless it is being called already. */
        void cancel();
    }
}
