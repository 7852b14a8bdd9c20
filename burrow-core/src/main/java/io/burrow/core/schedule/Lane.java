package io.burrow.core.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The records of one key (or one partition) that are not finished, oldest first. Only the first may run.
 *
 * <p>One atomic count decides who moves the lane. The loop appends: it links the entry, then counts it; if the count
 * was zero nobody has the lane, and the loop makes it ready. Whoever works on the lane (its <em>owner</em>: a worker,
 * or the thread that completes a stage) takes its finished entry off by counting down; if something is left, it still
 * owns the lane and goes on or makes it ready again; if nothing is left, it never touches the lane again, and the loop
 * may use it for another key. A lane is in the ready queue at most once.
 */
public final class Lane extends Unit {
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(Lane.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int count;
    private @Nullable Entry first; // the owner's
    private @Nullable Entry last; // the loop's

    // of the table, on the loop thread
    @Nullable
    Object key;

    int hash;

    @Nullable
    Lane nextInBucket;

    Lane() {}

    /**
     * Appends an entry. Loop thread.
     *
     * @param entry the entry, made for this lane
     * @return true if the lane had none before: the caller now has to make it ready
     */
    public boolean append(Entry entry) {
        Entry before = last;
        last = entry;
        if (before != null) {
            before.next = entry;
        }
        if ((int) COUNT.getAndAdd(this, 1) != 0) {
            return false;
        }
        if (before != null) {
            before.next = null; // it is over, and whoever still knows it shall not keep what follows
        }
        first = entry;
        return true;
    }

    /**
     * The entry that may run. Owner only.
     *
     * @return the oldest entry
     */
    public Entry current() {
        return Objects.requireNonNull(first);
    }

    /**
     * Takes the current entry off. Owner only; the owner loses the lane when this returns false.
     *
     * @return true if there is another entry, which is current now
     */
    public boolean advance() {
        Entry done = current();
        // Read before the count falls: afterwards the lane may belong to somebody else.
        if ((int) COUNT.getAndAdd(this, -1) == 1) {
            return false;
        }
        first = done.next;
        done.next = null;
        return true;
    }

    /**
     * How many entries it has at this moment. Any thread.
     *
     * @return a number of entries
     */
    public int size() {
        return count;
    }

    /**
     * Whether it has no entry. Exact on the loop thread for "true": nobody but the loop can change that.
     *
     * @return true if there is none
     */
    boolean isIdle() {
        return count == 0;
    }

    /** Forgets the last entry, so that an idle lane holds no record. Loop thread, idle only. */
    void clear() {
        first = null;
        last = null;
        key = null;
        nextInBucket = null;
    }
}
