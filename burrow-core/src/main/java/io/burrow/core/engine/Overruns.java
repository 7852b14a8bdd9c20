package io.burrow.core.engine;

import io.burrow.core.schedule.Lane;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

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

    /** How many records of an assignment stand behind one that is done with, in a lane that its handler still holds. */
    long behind(Assignment assignment) {
        long behind = 0;
        for (Map.Entry<Delivery, AtomicReference<Runnable>> each : running.entrySet()) {
            Lane lane = laneHeld(each);
            if (lane != null && each.getKey().assignment() == assignment) {
                behind += Math.max(0, lane.size() - 1);
            }
        }
        return behind;
    }

    /** Whether handlers of former assignments of a partition still hold lanes, though their records are done with. */
    boolean holdsFormer(Assignment assignment) {
        return running.entrySet().stream().anyMatch(each -> {
            Assignment its = laneHeld(each) == null ? null : each.getKey().assignment();
            return its != null && its != assignment && its.partition.equals(assignment.partition);
        });
    }

    private static @Nullable Lane laneHeld(Map.Entry<Delivery, AtomicReference<Runnable>> each) {
        Runnable step = each.getValue().get();
        return step == RUNNING || step == RETURNED ? null : each.getKey().lane();
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
