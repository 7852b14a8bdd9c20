package io.burrow.it.broker;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition with a deadline, in the calling thread. */
public final class Await {

    private static final long CHECK_EVERY_NANOS = Duration.ofMillis(10).toNanos();

    private Await() {}

    /** What is waited for. Checked again and again by the waiting thread, so it must be free of side effects. */
    @FunctionalInterface
    public interface Condition {
        /**
         * Says whether the wait is over.
         *
         * @return true once it is
         * @throws Exception to give up the wait at once
         */
        boolean holds() throws Exception;
    }

    /**
     * Returns as soon as the condition holds. It is checked at least once, however short the limit.
     *
     * @param what the awaited state, for the message of a failure
     * @param limit how long to wait at most
     * @param condition what is waited for
     * @throws IllegalStateException if the condition does not hold in time or throws a checked exception, or if the
     *     thread is interrupted (the interrupt status stays set); unchecked exceptions of the condition pass as they
     *     are
     */
    public static void until(String what, Duration limit, Condition condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!holds(what, condition)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while waiting for: " + what);
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new IllegalStateException("not within " + limit + ": " + what);
            }
            LockSupport.parkNanos(CHECK_EVERY_NANOS);
        }
    }

    private static boolean holds(String what, Condition condition) {
        try {
            return condition.holds();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("failed while waiting for: " + what, failure);
        }
    }
}
