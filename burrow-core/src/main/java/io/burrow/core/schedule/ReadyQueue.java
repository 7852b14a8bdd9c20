package io.burrow.core.schedule;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jctools.queues.atomic.MpmcAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What may run now, first in, first out. Any thread.
 *
 * <p>An array of fixed size takes it without allocation; what is too much for that moment goes to a linked queue, so
 * that an offer never fails and never waits: a timer must be able to make a retry ready while everything is full. Until
 * the linked queue is empty again all goes there, so that nothing younger passes what it holds.
 */
public final class ReadyQueue {
    private final MpmcAtomicArrayQueue<Unit> queue;
    private final Queue<Unit> overflow = new ConcurrentLinkedQueue<>();

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
        if (!overflow.isEmpty() || !queue.offer(unit)) {
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
        return unit != null || overflow.isEmpty() ? unit : overflow.poll();
    }

    /**
     * How much there is at this moment, at least: what does not fit the array is not counted.
     *
     * @return a number of units
     */
    public int size() {
        return queue.size();
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
