package io.burrow.core.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The records of one key (or one partition) that are not finished, oldest first. Only the first may run.
 *
 * <h2>The problem</h2>
 *
 * Records of a key must not overlap, so somebody must own the lane. If the owner goes on with whatever the lane holds,
 * young records of its key run before old ones of other keys, and the commit point stays behind the old ones. If it
 * goes to the end of the ready queue after each record, its next one waits behind all that came later.
 *
 * <h2>The idea</h2>
 *
 * Each record has a slot of its own in the ready queue, which holds the lane. A worker that takes a slot
 * {@linkplain #claim claims}: it counts up what is <em>due</em>. If nothing was due, the lane is its own now, and it
 * runs the current record; if something was, the owner will run one more. When a record is {@linkplain #finish
 * finished}, the owner counts down, and goes on while something is due.
 *
 * <pre>
 *   ready queue   a  b  a  c        worker 1 takes a: due 0 → 1, owns it, runs a1
 *                                   worker 2 takes b and runs b1; then takes a: due 1 → 2, leaves it to worker 1; takes c
 *                                   worker 1 finishes a1: due 2 → 1, goes on with a2 at once
 * </pre>
 *
 * So records start in order of arrival as far as their keys allow, a hot key runs without a hand-off as soon as its
 * turn has come, and nobody needs a limit to be fair. An owner that has to wait (for a stage, a retry) simply keeps
 * what is due uncounted; who ends the wait owns the lane, and hands it on by putting the current entry itself into the
 * ready queue.
 *
 * <p>Refused: one place in the queue for a lane and a fixed number of records in a row (the first form of this class;
 * see the problem).
 */
public final class Lane extends Unit {
    private static final VarHandle DUE;
    private static final VarHandle FINISHED;
    private static final VarHandle APPENDED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            DUE = lookup.findVarHandle(Lane.class, "due", int.class);
            FINISHED = lookup.findVarHandle(Lane.class, "finished", int.class);
            APPENDED = lookup.findVarHandle(Lane.class, "appended", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Slots taken whose records are not finished. Zero: nobody owns the lane. */
    private volatile int due;

    /** How many entries were finished; written by the owner alone. */
    private volatile int finished;

    /** The entry that was finished last: the current one is after it. Null: the first is current. The owner's. */
    private @Nullable Entry done;

    // ---- the loop's
    /** The entry that came into the empty lane. Written before a slot of it is offered. */
    private @Nullable Entry first;

    private @Nullable Entry last;
    private volatile int appended; // read by others for sizes only

    @Nullable
    Object key;

    int hash;

    @Nullable
    Lane nextInBucket;

    Lane() {}

    /**
     * Appends an entry. The caller then offers the lane to the ready queue, once for each entry. Loop thread.
     *
     * <p>Into an idle lane it comes as the first one, so that the last entry of before need not be touched: it was
     * another thread's, and is out of this one's reach by now.
     *
     * @param entry the entry, made for this lane
     */
    public void append(Entry entry) {
        Entry before = last;
        if (before == null || isIdle()) {
            first = entry;
            done = null;
        } else {
            before.next = entry;
        }
        last = entry;
        APPENDED.setOpaque(this, appended + 1); // one writer
    }

    /**
     * Counts a slot that was taken from the ready queue. Any thread, once for each slot.
     *
     * @return true if the lane is the caller's now
     */
    public boolean claim() {
        return claim(1);
    }

    /** The same for several slots that are taken together. */
    boolean claim(int slots) {
        return (int) DUE.getAndAdd(this, slots) == 0;
    }

    /**
     * The entry that may run. Owner only.
     *
     * @return the oldest entry
     */
    public Entry current() {
        Entry before = done;
        return Objects.requireNonNull(before == null ? first : before.next);
    }

    /**
     * The entry behind one that is still in the lane. Owner only, and only while more entries are {@link #due} than lie
     * before it.
     *
     * @param entry an entry of this lane that is not finished
     * @return the next one
     */
    public Entry after(Entry entry) {
        return Objects.requireNonNull(entry.next);
    }

    /**
     * How many entries may be run by the owner, one after the other: the current one included. For the owner it can
     * only rise.
     *
     * @return a number of entries
     */
    public int due() {
        return due;
    }

    /**
     * Takes the current entry off. Owner only.
     *
     * @return true if another entry is due: the lane is still the caller's, and that entry is current. False if not:
     *     the lane is not the caller's any more
     */
    public boolean finish() {
        Entry before = done;
        done = current();
        if (before == null) {
            first = null;
        } else {
            before.next = null; // who still knows it shall not keep what follows
        }
        FINISHED.setRelease(this, finished + 1); // one writer at a time
        return (int) DUE.getAndAdd(this, -1) > 1;
    }

    /**
     * How many entries it has at this moment. Any thread.
     *
     * @return a number of entries
     */
    public int size() {
        return Math.max(0, appended - finished);
    }

    /**
     * Whether it has no entry, and nobody who will touch it again. Loop thread; for "true" nobody but the loop can
     * change that.
     *
     * @return true if so
     */
    boolean isIdle() {
        return appended == finished && due == 0;
    }

    /** Forgets the last entry, so that an idle lane holds no record. Loop thread, idle only. */
    void clear() {
        done = null;
        first = null;
        last = null;
        key = null;
        nextInBucket = null;
    }
}
