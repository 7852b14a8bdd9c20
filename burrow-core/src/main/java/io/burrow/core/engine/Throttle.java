package io.burrow.core.engine;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.core.protect.Breaker;
import io.burrow.core.protect.Budget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Whether an attempt may start now: the breaker and the rate. Costs one read while neither is in use. Any thread, but
 * for what says otherwise.
 *
 * <p>Whoever is told no has left a timer behind that wakes the workers when it may be yes.
 */
final class Throttle {
    private static final long SECOND_NANOS = 1_000_000_000;

    private final Shared shared;
    private final Breaker breaker = new Breaker();
    private final Budget rate = new Budget();
    private final AtomicBoolean waking = new AtomicBoolean();
    private final AtomicInteger ticks = new AtomicInteger();

    private volatile boolean rated;
    private volatile boolean on;

    Throttle(Shared shared, BurrowConfig config) {
        this.shared = shared;
        configure(config);
    }

    void configure(BurrowConfig config) {
        int perSecond = config.maxRecordsPerSecond();
        rate.configure(perSecond, SECOND_NANOS, Math.max(1, perSecond / 10));
        breaker.configure(
                config.breakerFailurePercent(),
                config.breakerRecords(),
                config.breakerPause().toNanos(),
                config.breakerProbes());
        rated = perSecond > 0;
        refresh();
        if (breaker.state() != Breaker.State.CLOSED) {
            tickIn(breaker.nanosUntilTick(shared.time.nanos())); // the pause may be shorter now
        }
    }

    /** One at a time, or the later of two could write what it read before the earlier. */
    private synchronized void refresh() {
        on = rated || breaker.state() != Breaker.State.CLOSED;
    }

    /** Whether not everything may start at once. */
    boolean isOn() {
        return on;
    }

    /** Whether the breaker lets nothing start. */
    boolean isOpen() {
        return on && breaker.state() == Breaker.State.OPEN;
    }

    /** Takes leave to start one attempt. */
    boolean admit() {
        if (!on) {
            return true;
        }
        long now = shared.time.nanos();
        if (!breaker.tryStart()) {
            return false; // the timer of the opening is running, or a probe that ends decides
        }
        if (!rate.tryTake(now)) {
            breaker.notStarted();
            wakeIn(rate.nanosUntilNext(now));
            return false;
        }
        return true;
    }

    /** Whether {@link #admit} might say yes. */
    boolean mayAdmit() {

        if (!on) {
            return true;
        }
        if (!breaker.mayStart()) {
            return false;
        }
        long wait = rate.nanosUntilNext(shared.time.nanos());
        if (wait > 0) {
            wakeIn(wait);
        }
        return wait == 0;
    }

    /** Gives leave back that was not used for an attempt. */
    void notStarted() {
        if (on) {
            breaker.notStarted();
            rate.giveBack();
        }
    }

    /** Counts an attempt that ended, whatever became of its record. */
    void ended(boolean failed, long startedNanos) {
        if (breaker.isOn()) {
            changed(breaker.record(failed, startedNanos, shared.time.nanos()));
        }
    }

    private void changed(Breaker.@Nullable State to) {
        if (to == null) {
            return;
        }
        refresh();
        if (to == Breaker.State.OPEN) {
            Duration pause = shared.config.breakerPause();
            BurrowException error = new BurrowException(
                    ErrorCode.BREAKER_OPEN,
                    "too many attempts failed: nothing is started for " + pause.toMillis() + " ms");
            shared.events.warn(error, shared.time.nanos());
            tickIn(pause.toNanos());
        } else {
            shared.events.log().info("the breaker is closed again");
            shared.workers.wake();
        }
        shared.wakeLoop.run(); // to stop fetching, or go on
    }

    /** Lets probes through once the pause is over, and again if those never end. The last call counts. */
    private void tickIn(long nanos) {
        int number = ticks.incrementAndGet();
        shared.time.schedule(nanos, () -> {
            if (number != ticks.get()) {
                return;
            }
            if (breaker.tick(shared.time.nanos())) {
                shared.workers.wake();
                shared.wakeLoop.run();
            }
            if (breaker.state() != Breaker.State.CLOSED) {
                long due = breaker.nanosUntilTick(shared.time.nanos());
                tickIn(due > 0 ? due : shared.config.breakerPause().toNanos());
            }
        });
    }

    private void wakeIn(long nanos) {
        if (waking.compareAndSet(false, true)) {
            shared.time.schedule(nanos, () -> {
                waking.set(false);
                shared.workers.wake();
            });
        }
    }
}
