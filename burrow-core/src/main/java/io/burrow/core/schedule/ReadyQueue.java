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
 */
public final class ReadyQueue {
    private final MpmcAtomicArrayQueue<Unit> queue;
    private final Queue<Unit> overflow = new ConcurrentLinkedQueue<>();
    /** How many are in the overflow, or on their way into it. */
    private final AtomicInteger overflowing = new AtomicInteger();

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
     * Takes the oldest unit.
     *
     * @return the unit, or null if there is none
     */
    public @Nullable Unit poll() {
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
        return queue.size() + overflowing.get();
    }

    /**
     * Whether there is nothing at this moment.
     *
     * @return true if there is nothing
     */
    public boolean isEmpty() {
        return queue.isEmpty() && overflow.isEmpty();
    }
}
