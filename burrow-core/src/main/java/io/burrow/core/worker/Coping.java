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
 * <p><b>The idea.</b> A worker that is brisk ({@link Worker#paceNanos}) wakes nobody, and says every now and then that
 * it goes on. While that is fresh, and no more is ready than it can do within a millisecond, others who would wake
 * somebody leave it at that too. Whoever does so sees to it that the queue is looked at again a moment later: if the
 * worker has blocked by then its word is stale, and another one is woken, which is not brisk and calls the next. If
 * that happens twice in a row words count for nothing for a while, so that all are soon up. A worker that is not brisk
 * any more, or rests, takes its word back; who rests looks at the queue once more after that.
 */
final class Coping {
    /** If what is ready takes longer than this, one is not enough. */
    private static final long MOST_NANOS = 1_000_000;

    /** So often a brisk worker says that it goes on. */
    private static final long EACH_NANOS = 20_000;

    private static final long FRESH_NANOS = 200_000;

    /** How much later the queue is looked at again. */
    static final long LOOK_NANOS = 1_000_000;

    /** So long words count for nothing after two that were stale. */
    static final long DISTRUST_NANOS = 5_000_000;

    /** So long no timer is asked for after one could not be had. */
    static final long WITHOUT_TIMER_NANOS = 1_000_000_000;

    private static final long NEVER = Long.MIN_VALUE;

    private final Timekeeper time;
    private final Runnable wake;
    private final AtomicBoolean looks = new AtomicBoolean();

    private volatile long saidNanos = NEVER;
    /** Of who said so last; written before that. */
    private volatile long paceNanos;

    /** How many looks in a row found a word stale; of the looks, of which there is one at a time. */
    private int stale;

    private volatile long distrustedNanos = NEVER;
    private volatile long refusedNanos = NEVER;

    /**
     * Nobody copes yet.
     *
     * @param time the clock that jobs are begun by
     * @param wake wakes somebody; must not throw
     */
    Coping(Timekeeper time, Runnable wake) {
        this.time = time;
        this.wake = wake;
    }

    /** Whether a worker that has taken a unit need not wake another one. Worker thread. */
    boolean alone(Worker worker, WorkerTask task) {
        long pace = worker.paceNanos();
        if (pace == 0) {
            if (worker.gaveWord) {
                worker.gaveWord = false;
                rests();
            }
            return false;
        }
        long said = saidNanos;
        long now = worker.jobStartedNanos();
        if (said != NEVER && now - said < EACH_NANOS) {
            return true;
        }
        if (task.ready() * pace > MOST_NANOS || isWithin(distrustedNanos, DISTRUST_NANOS) || !lookLater(task)) {
            return false;
        }
        paceNanos = pace;
        saidNanos = now;
        worker.gaveWord = true;
        return true;
    }

    /** Whether somebody copes with what is ready, so that nobody need be woken. Any thread. */
    boolean isUnderWay(WorkerTask task) {
        return isWithin(saidNanos, FRESH_NANOS)
                && task.ready() * paceNanos <= MOST_NANOS
                && !isWithin(distrustedNanos, DISTRUST_NANOS)
                && lookLater(task);
    }

    /** A worker rests, or is no more. What was offered before this has to be looked for after it. */
    void rests() {
        if (saidNanos != NEVER) {
            saidNanos = NEVER;
        }
    }

    private boolean isWithin(long sinceNanos, long nanos) {
        return sinceNanos != NEVER && time.nanos() - sinceNanos < nanos;
    }

    private boolean lookLater(WorkerTask task) {
        if (looks.get()) {
            return true;
        }
        if (isWithin(refusedNanos, WITHOUT_TIMER_NANOS)) {
            return false;
        }
        if (!looks.compareAndSet(false, true)) {
            return true;
        }
        try {
            time.schedule(LOOK_NANOS, () -> look(task));
            return true;
        } catch (OutOfMemoryError e) { // no thread for it: all are woken as ever
            refusedNanos = time.nanos();
            looks.set(false);
            return false;
        }
    }

    private void look(WorkerTask task) {
        long said = saidNanos;
        stale = said == NEVER || isWithin(said, FRESH_NANOS) ? 0 : stale + 1;
        if (stale >= 2) {
            distrustedNanos = time.nanos();
        }
        looks.set(false); // who relies on this look has offered before
        if (task.hasReady()) {
            wake.run();
        }
    }
}
