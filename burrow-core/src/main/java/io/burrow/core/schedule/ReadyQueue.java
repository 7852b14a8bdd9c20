package io.burrow.core.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What may run now, first in, first out. One thread, the loop, {@linkplain #offer offers}; any thread takes.
 *
 * <h2>The idea</h2>
 *
 * A queue that hands over record by record costs each record a slot that the loop writes and a worker reads, and two
 * counts that all of them share. Records come in polls, though. So what came together is offered together, as a
 * {@link Run}, and workers take from the oldest one by counting up within it. Runs are linked; who finds the oldest
 * exhausted moves the head on to the next.
 *
 * <pre>
 *   head ─► run (64 of 64 taken) ─► run (17 of 64 taken) ─► run (0 of 12 taken) ◄─ last
 * </pre>
 *
 * An offer never fails and never waits. How much there can be is bounded by who offers.
 *
 * <p>What has had its turn and had to wait, for a retry or for its key, does not stand in line a second time: it is
 * older than all that came meanwhile, and the commit point waits for it. It goes {@linkplain #offerFirst first}, but
 * for every other place only, so that those who fail again and again leave room for the rest. Any thread may offer it:
 * a timer must be able to make a retry ready.
 */
public final class ReadyQueue {
    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(ReadyQueue.class, "head", Run.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The oldest run that may have something left. */
    private volatile Run head = new UnitRun();

    // ---- the loop's
    private Run last = head;
    private volatile long offered; // read by others for sizes only

    private final Queue<Unit> first = new ConcurrentLinkedQueue<>();
    /** How many are among the first, or on their way there. */
    private final AtomicInteger firsts = new AtomicInteger();

    /** Whose turn it is, while there is a choice; a count that two takers spoil together is good enough. */
    private int turns;

    /** Makes an empty queue. */
    public ReadyQueue() {}

    /**
     * Adds units. Loop thread.
     *
     * @param run what may run now, never offered before
     */
    public void offer(Run run) {
        run.before = offered;
        offered = run.before + run.size();
        Run previous = last;
        last = run;
        previous.next = run;
    }

    /**
     * Adds a unit whose turn had come before. Any thread.
     *
     * @param unit what may run now
     */
    public void offerFirst(Unit unit) {
        firsts.incrementAndGet();
        first.add(unit);
    }

    /**
     * Takes a unit: the oldest, or one that goes first. Any thread.
     *
     * @param taker who takes it, if it keeps a spare entry, else null
     * @return the unit, or null if there is none
     */
    public @Nullable Unit poll(@Nullable Taker taker) {
        if (firsts.get() == 0) {
            return pollOldest(taker);
        }
        Unit unit = (turns++ & 1) == 0 ? pollFirst() : pollOldest(taker);
        if (unit == null) {
            unit = pollFirst();
        }
        return unit != null ? unit : pollOldest(taker);
    }

    private @Nullable Unit pollFirst() {
        Unit unit = first.poll();
        if (unit != null) {
            firsts.decrementAndGet();
        }
        return unit;
    }

    private @Nullable Unit pollOldest(@Nullable Taker taker) {
        while (true) {
            Run run = head;
            Unit unit = run.take(taker);
            if (unit != null) {
                return unit;
            }
            Run next = run.next;
            if (next == null) {
                if (run == head) {
                    return null;
                }
            } else if (HEAD.compareAndSet(this, run, next)) {
                run.next = null; // an old run shall not keep all that came after it from being collected
            }
        }
    }

    /**
     * How much there is at this moment. Any thread.
     *
     * @return a number of units
     */
    public int size() {
        Run run = head;
        long taken = run.before + run.size() - run.left();
        return (int) Math.max(0, offered - taken) + firsts.get();
    }

    /**
     * Whether there is nothing at this moment. Any thread.
     *
     * @return true if there is nothing
     */
    public boolean isEmpty() {
        if (!first.isEmpty()) {
            return false;
        }
        while (true) {
            Run run = head;
            if (run.left() > 0) {
                return false;
            }
            Run next = run.next;
            if (next != null) {
                return false; // no run is empty
            }
            if (run == head) {
                return true;
            }
        }
    }
}
