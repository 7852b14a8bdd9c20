package io.burrow.core.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Units that became ready together, taken one by one: so many places in the ready queue for the price of one. Made by
 * the loop, taken by any thread.
 */
public abstract class Run {
    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(Run.class, "taken", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int size;

    /** How many were taken, or more: who comes too late counts too. */
    private volatile int taken;

    // ---- the ready queue's
    /** How many units were offered before this run; set before it is offered. */
    long before;

    /** The run offered after this one, or null: there is none yet, or this one has been left behind. */
    @Nullable
    volatile Run next;

    /**
     * Makes a run.
     *
     * @param size how many units it has
     */
    protected Run(int size) {
        this.size = size;
    }

    /**
     * A unit of it. Called once for each, by the thread that takes it.
     *
     * @param index which, from 0
     * @param taker who takes it, if it keeps a spare entry, else null
     * @return the unit
     */
    protected abstract Unit unit(int index, @Nullable Taker taker);

    final int size() {
        return size;
    }

    /** Takes the next unit; null if all are taken. */
    final @Nullable Unit take(@Nullable Taker taker) {
        if (taken >= size) { // first, or the count would rise for ever
            return null;
        }
        int index = (int) TAKEN.getAndAdd(this, 1);
        return index < size ? unit(index, taker) : null;
    }

    /** How many are not taken at this moment. */
    final int left() {
        return Math.max(0, size - taken);
    }
}
