package io.burrow.it.demo;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Keeps a screen up to date while the demo's own thread waits for something. */
final class Frames {

    private static final long CHECK_NANOS = Duration.ofMillis(20).toNanos();
    private static final long DRAW_NANOS = Duration.ofMillis(250).toNanos();

    private final Screen screen;
    private final Supplier<View> views;
    private long drawnAt = System.nanoTime() - DRAW_NANOS;

    /**
     * Makes them.
     *
     * @param screen where to
     * @param views takes a view; called a few times a second
     */
    Frames(Screen screen, Supplier<View> views) {
        this.screen = screen;
        this.views = views;
    }

    /** Waits for a time. */
    void during(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        long left = time.toNanos();
        while (left > 0) {
            pause(Math.min(left, CHECK_NANOS));
            left = end - System.nanoTime();
        }
    }

    /**
     * Waits until something holds.
     *
     * @param what is waited for, for the message of a failure
     * @param limit how long at most
     * @param over whether it holds
     * @throws DemoException if it does not in time
     */
    void until(String what, Duration limit, BooleanSupplier over) {
        long end = System.nanoTime() + limit.toNanos();
        while (!over.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new DemoException("waited " + limit.toSeconds() + " s in vain for " + what);
            }
            pause(CHECK_NANOS);
        }
    }

    /** Draws once more and leaves the drawing in its place. */
    void settle() {
        screen.show(views.get());
        screen.settle();
    }

    private void pause(long nanos) {
        if (Thread.currentThread().isInterrupted()) {
            throw new DemoException("interrupted");
        }
        long now = System.nanoTime();
        if (now - drawnAt >= DRAW_NANOS) {
            drawnAt = now;
            screen.show(views.get());
        }
        LockSupport.parkNanos(nanos);
    }
}
