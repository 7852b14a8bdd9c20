package io.burrow.core.worker;

import io.burrow.core.time.Timekeeper;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether a worker copes alone, so that no other need be woken.
 *
 * <p><b>The problem.</b> Handlers that take no time are not done sooner by two: workers that share a run write to the
 * same places in memory, drain the queue together, rest, and have to be woken for the next poll, and where processors
 * are few they take them from the loop. But a handler that is quick now may block with the next record, and what is
 * ready behind it must not wait for that.
 *
 * <p><b>The idea.</b> A worker that is {@linkplain Worker#isBrisk brisk} wakes nobody, and says every now and then that
 * it goes on. While that is fresh, and no more is ready than it has done within milliseconds, others who would wake
 * somebody leave it at that too. Whoever does so sees to it that the queue is looked at again a moment later: if the
 * worker has blocked by then its word is stale, and another one is woken, which is not brisk and calls the next. A
 * worker that rests takes its word back first, and then looks at the queue once more.
 */
final class Coping {
    /** With more than so many units ready one is not enough, however brisk it is. */
    private static final int MOST_READY = 4_096;

    /** So often a brisk worker says that it goes on. */
    private static final long EACH_NANOS = 20_000;

    private static final long FRESH_NANOS = 200_000;

    /** How much later the queue is looked at again. */
    static final long LOOK_NANOS = 1_000_000;

    private static final long NEVER = Long.MIN_VALUE;

    private final Timekeeper time;
    private final Runnable look;
    private final AtomicBoolean looks = new AtomicBoolean();
    private volatile long saidNanos = NEVER;

    /**
     * Nobody copes yet.
     *
     * @param time the clock that jobs are begun by
     * @param look looks at the queue, and wakes somebody if something is ready; must not throw
     */
    Coping(Timekeeper time, Runnable look) {
        this.time = time;
        this.look = () -> {
            looks.set(false); // first: who relies on this look has offered before
            look.run();
        };
    }

    /** Whether a worker that has taken a unit need not wake another one. Worker thread. */
    boolean alone(Worker worker, WorkerTask task) {
        if (!worker.isBrisk()) {
            return false;
        }
        long said = saidNanos;
        long now = worker.jobStartedNanos();
        if (said != NEVER && now - said < EACH_NANOS) {
            return true;
        }
        if (task.ready() > MOST_READY || !lookLater()) {
            return false;
        }
        saidNanos = now;
        return true;
    }

    /** Whether somebody copes with what is ready, so that nobody need be woken. Any thread. */
    boolean isUnderWay(WorkerTask task) {
        long said = saidNanos;
        return said != NEVER && time.nanos() - said < FRESH_NANOS && task.ready() <= MOST_READY && lookLater();
    }

    /** A worker rests, or is no more. What was offered before this has to be looked for after it. */
    void rests() {
        if (saidNanos != NEVER) {
            saidNanos = NEVER;
        }
    }

    private boolean lookLater() {
        if (looks.get() || !looks.compareAndSet(false, true)) {
            return true;
        }
        boolean set = false;
        try {
            time.schedule(LOOK_NANOS, look);
            set = true;
        } catch (OutOfMemoryError e) {
            // the timer has no thread: then all are woken as ever
        } finally {
            if (!set) {
                looks.set(false);
            }
        }
        return set;
    }
}
