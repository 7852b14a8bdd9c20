package io.burrow.metrics.prometheus;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The latest answer to a question that may take long. At most one call is under way however many ask, on a thread of
 * its own; who asks waits no longer than they say and gets what was answered before. So one Burrow that does not answer
 * costs a thread, and nobody's time. Any thread.
 *
 * @param <T> the answer
 */
final class Latest<T> {
    /** A call that takes longer than this is no answer. */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Supplier<T> question;
    private final Executor executor;
    private final LongSupplier nanoTime;

    // guarded by this
    private @Nullable T answer;
    private long answeredNanos;
    private @Nullable RuntimeException failure;
    private boolean running;
    private long startedNanos;
    /** The same by {@link System#nanoTime()}, by which who waits goes. */
    private long askedNanos;

    /**
     * What is known.
     *
     * @param answer the latest answer, or null if there never was one
     * @param ageMillis how old it is; 0 if there is none
     * @param failure why the latest call failed, or null if it did not
     * @param answers whether the latest call succeeded and the one under way does not take long
     */
    record Reading<T>(
            @Nullable T answer, long ageMillis, @Nullable RuntimeException failure, boolean answers) {}

    Latest(Supplier<T> question, Executor executor, LongSupplier nanoTime) {
        this.question = question;
        this.executor = executor;
        this.nanoTime = nanoTime;
    }

    /** Asks, unless a call is under way or the latest answer is not that old. Returns at once. */
    synchronized void refresh(long maxAgeNanos) {
        if (running || isFresh(maxAgeNanos)) {
            return;
        }
        running = true;
        startedNanos = nanoTime.getAsLong();
        askedNanos = System.nanoTime();
        try {
            executor.execute(this::ask);
        } catch (RejectedExecutionException e) {
            running = false; // the server was closed
        }
    }

    private boolean isFresh(long maxAgeNanos) {
        return answer != null && failure == null && nanoTime.getAsLong() - answeredNanos < maxAgeNanos;
    }

    private void ask() {
        T answered = null;
        RuntimeException failed = null;
        try {
            answered = question.get();
        } catch (RuntimeException e) {
            failed = e;
        } catch (Error e) {
            failed = new IllegalStateException(e.getClass().getName(), e);
        }
        synchronized (this) {
            running = false;
            failure = failed;
            if (answered != null) {
                answer = answered;
                answeredNanos = nanoTime.getAsLong();
            }
            notifyAll();
        }
    }

    /**
     * Waits for the call under way, if there is one, until it has taken so long; then tells. So who comes later to a
     * call that takes long does not wait for it again.
     */
    synchronized Reading<T> awaitSinceAsked(long patienceNanos) throws InterruptedException {
        return await(askedNanos + patienceNanos);
    }

    /** Waits for the call under way, if there is one, until a time of {@link System#nanoTime()}; then tells. */
    synchronized Reading<T> await(long deadlineNanos) throws InterruptedException {
        while (running) {
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0) {
                break;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        long now = nanoTime.getAsLong();
        return new Reading<>(
                answer,
                answer == null ? 0 : Math.max(0, now - answeredNanos) / 1_000_000,
                failure,
                failure == null && !(running && now - startedNanos > SLOW_NANOS));
    }
}
