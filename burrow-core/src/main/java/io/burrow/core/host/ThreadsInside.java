package io.burrow.core.host;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The threads that work for one attempt: mostly one, the worker, later perhaps the one that a stage started the handler
 * on. Guarded by the lock of who has it.
 *
 * <p>An interrupt is sent under that lock and only to threads that are inside, and cleared by the thread itself on its
 * way out, under the lock too: so none gets to what the thread does next.
 */
public final class ThreadsInside {
    private @Nullable Thread first;
    private @Nullable List<Thread> others;
    private boolean interrupted;

    /** Makes one with no thread inside. */
    public ThreadsInside() {}

    /** The calling thread comes in. */
    public void enter() {
        if (first == null) {
            first = Thread.currentThread();
            return;
        }
        if (others == null) {
            others = new ArrayList<>(1);
        }
        others.add(Thread.currentThread());
    }

    /**
     * The calling thread goes out, once for each time it came in.
     *
     * @return whether nobody is inside any more
     */
    public boolean leave() {
        if (first == Thread.currentThread()) {
            first = null;
        } else if (others != null) {
            others.remove(Thread.currentThread());
        }
        if (interrupted) {
            Thread.interrupted();
        }
        return isEmpty();
    }

    /**
     * Whether nobody is inside.
     *
     * @return true if so
     */
    public boolean isEmpty() {
        return first == null && (others == null || others.isEmpty());
    }

    /**
     * Interrupts who is inside, for the first who asks.
     *
     * @return false if that was done before
     */
    public boolean interrupt() {
        if (interrupted) {
            return false;
        }
        interrupted = true;
        if (first != null) {
            first.interrupt();
        }
        if (others != null) {
            others.forEach(Thread::interrupt);
        }
        return true;
    }
}
