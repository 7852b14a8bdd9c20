package io.burrow.core.schedule;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.atomic.MpmcAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What may run now, first in, first out. Any thread.
 *
 * <p>An array of fixed size takes it without allocation; what is too much for that moment goes to a linked queue, so
 * that an offer never fails and never waits: a timer must be able to make a retry ready while everything is full. While
 * something is in the linked queue all that comes goes there too, or it would overtake what waits.
 *
 * <p>What has had its turn and had to wait, for a retry or for its key, does not stand in line a second time: it is
 * older than all that came meanwhile, and the commit point waits for it. It goes {@linkplain #offerFirst first}, but
 * for every other place only, so that those who fail again and again leave room for the rest.
 */
public final class ReadyQueue {
    private final MpmcAtomicArrayQueue<Unit> queue;
    private final Queue<Unit> overflow = new ConcurrentLinkedQueue<>();
    /** How many are in the overflow, or on their way into it. */
    private final AtomicInteger overflowing = new AtomicInteger();

    private final Queue<Unit> first = new ConcurrentLinkedQueue<>();
    /** How many are among the first, or on their way there. */
    private final AtomicInteger firsts = new AtomicInteger();

    /** Whose turn it is, while there is a choice; a count that two takers spoil together is good enough. */
    private int turns;

    /**
     * Makes an empty queue.
     *
     * @param capacity how much the array takes, positive; rounded up to a power of two
     */
    public ReadyQueue(int capacity) {
        queue = new MpmcAtomicArrayQueue<>(Math.max(2, capacity));
    }

    /**
     * Adds a unit.
     *
     * @param unit what may run now
     */
    public void offer(Unit unit) {
        if (overflowing.get() > 0 || !queue.offer(unit)) {
            overflowing.incrementAndGet();
            overflow.add(unit);
        }
    }

    /**
     * Adds a unit whose turn had come before.
     *
     * @param unit what may run now
     */
    public void offerFirst(Unit unit) {
        firsts.incrementAndGet();
        first.add(unit);
    }

    /**
     * Takes a unit: the oldest, or one that goes first.
     *
     * @return the unit, or null if there is none
     */
    public @Nullable Unit poll() {
        if (firsts.get() == 0) {
            return pollOldest();
        }
        Unit unit = (turns++ & 1) == 0 ? pollFirst() : pollOldest();
        if (unit == null) {
            unit = pollFirst();
        }
        return unit != null ? unit : pollOldest();
    }

    private @Nullable Unit pollFirst() {
        Unit unit = first.poll();
        if (unit != null) {
            firsts.decrementAndGet();
        }
        return unit;
    }

    private @Nullable Unit pollOldest() {
        Unit unit = queue.poll();
        if (unit != null || overflowing.get() == 0) {
            return unit;
        }
        unit = queue.poll(); // again: it may have been filled before it spilled
        if (unit == null) {
            unit = overflow.poll();
            if (unit != null) {
                overflowing.decrementAndGet();
            }
        }
        return unit;
    }

    /**
     * How much there is at this moment.
     *
     * @return a number of units
     */
    public int size() {
        return queue.size() + overflowing.get() + firsts.get();
    }

    /**
     * Whether there is nothing at this moment.
     *
     * @return true if there is nothing
     */
    public boolean isEmpty() {
        return queue.isEmpty() && overflow.isEmpty() && first.isEmpty();
    }
}
