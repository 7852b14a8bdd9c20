package io.burrow.core.worker;

import io.burrow.core.schedule.Unit;
import org.jspecify.annotations.Nullable;

/** What workers do, over and over: take something that is ready, and run it. Any thread. */
public interface WorkerTask {
    /**
     * Takes what may run next.
     *
     * @return a unit, which the caller must run now; or null if nothing is ready or may be started
     */
    @Nullable
    Unit take();

    /**
     * Whether {@link #take} would find something at this moment.
     *
     * @return true if so
     */
    boolean hasReady();

    /**
     * Runs a unit that was taken. Never throws.
     *
     * @param unit the unit
     * @param worker the worker that runs it
     */
    void run(Unit unit, Worker worker);
}
