package io.burrow.core.worker;

import org.jspecify.annotations.Nullable;

/**
 * One worker: a place that says what is being worked on. Written by the thread that works, read by the loop.
 *
 * <p>{@link #enter} makes the scope visible before anything that the worker reads afterwards. So of a worker that
 * enters a scope and then looks whether it is open, and a loop that closes the scope and then looks who is inside, at
 * least one sees the other; a worker needs no shared counter to be waited for.
 */
public final class Worker {
    private final int index;
    private volatile @Nullable Object scope;

    // of ThreadWorkers
    @Nullable
    Thread thread;

    volatile boolean signalled;
    boolean woken;

    /**
     * Makes a worker.
     *
     * @param index its number, from 0
     */
    public Worker(int index) {
        this.index = index;
    }

    /**
     * Its number.
     *
     * @return a number from 0
     */
    public int index() {
        return index;
    }

    /**
     * Begins to work within a scope, or goes on in it. Worker thread.
     *
     * @param entered the scope
     */
    public void enter(Object entered) {
        if (scope != entered) {
            scope = entered;
        }
    }

    /** Works on nothing any more. Worker thread. */
    public void leave() {
        scope = null;
    }

    /**
     * What it works within. Any thread.
     *
     * @return the scope, or null if it works on nothing
     */
    public @Nullable Object scope() {
        return scope;
    }
}
