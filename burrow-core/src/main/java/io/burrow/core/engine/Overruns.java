package io.burrow.core.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Deliveries whose fate was decided while their synchronous handler still runs: a stuck record that goes to the dead
 * letters. The record is done with as soon as it is acknowledged; its key is not, before the handler has returned,
 * since records of a key never overlap. What has to wait for that is kept here. Any thread.
 */
final class Overruns {
    private static final Runnable RUNNING = () -> {};
    private static final Runnable RETURNED = () -> {};

    private final Map<Delivery, AtomicReference<Runnable>> running = new ConcurrentHashMap<>();

    /** Notes a delivery whose attempt is about to be taken from its handler. Loop thread. */
    void begin(Delivery delivery) {
        running.put(delivery, new AtomicReference<>(RUNNING));
    }

    /** The attempt could not be taken: its handler was faster, and what it left behind may wait here already. */
    void cancel(Delivery delivery) {
        returned(delivery);
        running.remove(delivery);
    }

    /** Does a step now, or when the handler of the delivery has returned, if it has not. */
    void afterHandler(Delivery delivery, Runnable step) {
        AtomicReference<Runnable> waiting = running.isEmpty() ? null : running.get(delivery);
        if (waiting == null || !waiting.compareAndSet(RUNNING, step)) {
            running.remove(delivery);
            step.run();
        }
    }

    /** Nothing will wait for the handler of a delivery. */
    void forget(Delivery delivery) {
        if (!running.isEmpty()) {
            running.remove(delivery);
        }
    }

    /** The handler of a delivery returned and found its attempt taken. Worker thread. */
    void returned(Delivery delivery) {
        AtomicReference<Runnable> waiting = running.get(delivery);
        if (waiting != null) {
            Runnable step = waiting.getAndSet(RETURNED);
            if (step != RUNNING) {
                running.remove(delivery);
                step.run();
            }
        }
    }
}
