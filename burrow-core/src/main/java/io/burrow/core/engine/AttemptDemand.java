package io.burrow.core.engine;

import io.burrow.core.host.Demand;
import io.burrow.core.host.ThreadsInside;
import org.jspecify.annotations.Nullable;

/**
 * An attempt is waited for until something ended it, or its assignment is over.
 *
 * <p>It knows who is inside of its handler, and so holds a handler that a stage started later, on a thread of its own,
 * to what holds for one on a worker: when it takes too long it is interrupted, once, and its attempt is not over before
 * it has returned, or else its key waits for it. Nobody comes in once the attempt is over. Any thread.
 */
final class AttemptDemand extends Demand {
    private final Delivery delivery;
    private final int attempt;

    private final ThreadsInside inside = new ThreadsInside(); // guarded by this, like what follows
    private boolean over;
    private @Nullable Runnable whenLeft;

    AttemptDemand(Delivery delivery, int attempt) {
        super(null);
        this.delivery = delivery;
        this.attempt = attempt;
    }

    @Override
    protected boolean isAsked() {
        return delivery.running() == attempt && delivery.assignment().phase != Assignment.DEAD;
    }

    @Override
    protected synchronized boolean enter() {
        if (over) {
            return false;
        }
        inside.enter();
        return true;
    }

    @Override
    protected void leave() {
        Runnable left = null;
        synchronized (this) {
            if (inside.leave()) {
                left = whenLeft;
                whenLeft = null;
            }
        }
        if (left != null) {
            left.run();
        }
    }

    /**
     * Ends the attempt because it takes too long.
     *
     * @param fromHandler whether it is taken even from a handler that runs, if that did not heed its interrupt until
     *     this is called again
     * @param overruns where a handler that its attempt was taken from is noted
     * @param left what to do when that handler has returned
     */
    synchronized End end(boolean fromHandler, Overruns overruns, Runnable left) {
        if (inside.isEmpty()) {
            over = true;
            return delivery.take(attempt) ? End.TAKEN : End.LATE;
        }
        if (inside.interrupt() || over || !fromHandler) {
            return End.RUNS;
        }
        overruns.begin(delivery);
        if (delivery.take(attempt)) {
            over = true;
            whenLeft = left;
            return End.OVERRUN;
        }
        overruns.cancel(delivery);
        return End.LATE;
    }

    /** What became of an attempt that was to be ended. */
    enum End {
        /** It is over, and nobody is inside. */
        TAKEN,
        /** Something else ended it before. */
        LATE,
        /** It goes on, since somebody is inside; or it was ended already, and its handler still runs. */
        RUNS,
        /** It is over, and its handler still runs. */
        OVERRUN
    }
}
