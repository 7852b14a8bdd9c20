package io.burrow.core.host;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Whether anybody still waits for an attempt. A stage that puts the start of a handler off asks before it starts it
 * after all: meanwhile a time limit may have ended the attempt, or the partition may be gone, and a handler that is
 * started then would meet its own retry, or come after the next record of its key.
 *
 * <p>The engine makes one for each attempt, and whatever can end an attempt earlier nests another one into it. It goes
 * with the thread, so that it reaches a stage through whatever lies around that: {@link #current()} where the attempt
 * comes in, {@link #resume} where it goes on, on another thread. Any thread.
 */
public abstract class Demand {
    private static final ThreadLocal<@Nullable Demand> CURRENT = new ThreadLocal<>();

    private static final Demand ALWAYS = new Demand(null) {
        @Override
        protected boolean isAsked() {
            return true;
        }
    };

    private final @Nullable Demand outer;

    /**
     * Makes one.
     *
     * @param outer what it is nested in, or null
     */
    protected Demand(@Nullable Demand outer) {
        this.outer = outer;
    }

    /**
     * What the calling thread works for.
     *
     * @return the innermost demand; one that lasts for ever where nobody said anything
     */
    public static Demand current() {
        Demand current = CURRENT.get();
        return current == null ? ALWAYS : current;
    }

    /**
     * Whether it lasts, those around it not considered.
     *
     * @return false once nobody waits any more, and then for good
     */
    protected abstract boolean isAsked();

    /**
     * The calling thread begins to work for it.
     *
     * @return false if it is too late
     */
    protected boolean enter() {
        return true;
    }

    /** The calling thread works for it no more. Follows each {@link #enter} that returned true. */
    protected void leave() {}

    /**
     * Whether anybody still waits.
     *
     * @return false once nobody does, and then for good
     */
    public final boolean isWanted() {
        for (Demand demand = this; demand != null; demand = demand.outer) {
            if (!demand.isAsked()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Ends who works for nothing.
     *
     * @throws CancellationException if nobody waits any more
     */
    public final void check() {
        if (!isWanted()) {
            throw tooLate();
        }
    }

    /**
     * Works for it, on a thread that works for what is around it already.
     *
     * @param work what to do
     * @param <T> the type of the result
     * @return what the work returned
     * @throws Exception what the work threw
     * @throws CancellationException if it is too late to begin
     */
    public final <T> T call(Callable<T> work) throws Exception {
        if (!enter()) {
            throw tooLate();
        }
        Demand before = CURRENT.get();
        CURRENT.set(this);
        try {
            return work.call();
        } finally {
            CURRENT.set(before);
            leave();
        }
    }

    /**
     * Works for it and for all around it, on a thread that comes from elsewhere.
     *
     * @param work what to do
     * @param <T> the type of the result
     * @return what the work returned
     * @throws Exception what the work threw
     * @throws CancellationException if nobody waits any more
     */
    public final <T> T resume(Callable<T> work) throws Exception {
        if (!isAsked()) {
            throw tooLate();
        }
        return outer == null ? call(work) : outer.resume(() -> call(work));
    }

    private static CancellationException tooLate() {
        return new CancellationException("nobody waits for this attempt any more");
    }
}
