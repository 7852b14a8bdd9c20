package io.burrow.core.worker;

import io.burrow.core.schedule.Unit;
import org.jspecify.annotations.Nullable;

/** What workers do, over and over: take something that is ready, and run it. Any thread. */
public interface WorkerTask {
    /**
     * Takes what may run next.
     *
     * @param worker who takes it and runs it next; null if that is not known yet
     * @return a unit, which the caller must run now; or null if nothing is ready or may be started
     */
    @Nullable
    Unit take(@Nullable Worker worker);

    /**
     * Whether {@link #take} would find something at this moment.
     *
     * @return true if so
     */
    boolean hasReady();

    /**
     * About how many units are ready.
     *
     * @return a number of units
     */
    int ready();

    /**
     * Runs a unit that was taken. Never throws. A worker that has nothing to run next {@linkplain Worker#leave leaves}
     * what it is in; until then it may count as being there.
     *
     * @param unit the unit
     * @param worker the worker that runs it
     */
    void run(Unit unit, Worker worker);
}
