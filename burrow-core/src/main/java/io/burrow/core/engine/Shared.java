package io.burrow.core.engine;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.core.protect.Budget;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.ReadyQueue;
import io.burrow.core.time.Timekeeper;
import io.burrow.core.worker.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the loop, the workers and the timers of one engine share. Any thread. */
final class Shared {
    private static final long NEVER = Long.MAX_VALUE;

    final Timekeeper time;
    final Workers workers;
    final ReadyQueue ready;
    final Events events;
    final Supplier<RandomGenerator> random;
    final Runnable wakeLoop;
    final Counters counters = new Counters();
    final Permits permits = new Permits();
    final Overruns overruns = new Overruns();
    final Throttle throttle;
    final Load load;
    final Budget deadLetterBudget = new Budget();
    final Countdown inFlightCountdown;
    final AtomicInteger exhaustedInARow = new AtomicInteger();

    /** How much of the concurrency was with stuck records at the last look. Written by the loop. */
    volatile int stuckPlaces;

    volatile BurrowConfig config;
    /** While closed, workers take nothing from the ready queue. */
    volatile boolean gateClosed;

    /** Until when running handlers are waited for, whoever waits, once it stops; {@link #NEVER} before. */
    private final AtomicLong stopByNanos = new AtomicLong(NEVER);

    private final AtomicReference<@Nullable BurrowException> halt = new AtomicReference<>();
    private final AtomicReference<@Nullable BurrowException> freeze = new AtomicReference<>();

    Shared(
            BurrowConfig config,
            Timekeeper time,
            Workers workers,
            ReadyQueue ready,
            Events events,
            Supplier<RandomGenerator> random,
            Runnable wakeLoop) {
        this.config = config;
        this.time = time;
        this.workers = workers;
        this.ready = ready;
        this.events = events;
        this.random = random;
        this.wakeLoop = wakeLoop;
        this.inFlightCountdown = new Countdown(wakeLoop);
        this.throttle = new Throttle(this, config);
        this.load = new Load(this, config);
        budget(config);
    }

    /** Puts other settings in force. Any thread. */
    void configure(BurrowConfig next) {
        config = next;
        throttle.configure(next);
        budget(next);
        load.configure(next);
        workers.wake();
    }

    private void budget(BurrowConfig of) {
        deadLetterBudget.configure(
                of.deadLetterBudget(), of.deadLetterBudgetInterval().toNanos(), Math.max(1, of.deadLetterBudget()));
    }

    /** Says until when running handlers may be waited for at the longest. An earlier time counts. Any thread. */
    void stopBy(long deadlineNanos) {
        stopByNanos.accumulateAndGet(
                deadlineNanos, (known, other) -> known == NEVER || other - known < 0 ? other : known);
    }

    /** How long running handlers may still be waited for because it stops; {@link Long#MAX_VALUE} if it does not. */
    long nanosUntilStop() {
        long by = stopByNanos.get();
        return by == NEVER ? Long.MAX_VALUE : Math.max(0, by - time.nanos());
    }

    /** Counts an attempt that ended, for who watches the load. Any thread. */
    void attemptEnded(boolean failed, long startedNanos) {
        throttle.ended(failed, startedNanos);
        load.ended(failed, startedNanos);
    }

    /** Asks the loop to stop everything. Nothing starts from now on. The first cause counts. */
    void halt(BurrowException cause) {
        gateClosed = true;
        halt.compareAndSet(null, cause);
        wakeLoop.run();
    }

    @Nullable
    BurrowException haltCause() {
        return halt.get();
    }

    /** Asks the loop to stop fetching; nothing starts until {@link #thaw}. */
    void freeze(BurrowException cause) {
        gateClosed = true;
        freeze.compareAndSet(null, cause);
        wakeLoop.run();
    }

    @Nullable
    BurrowException freezeCause() {
        return freeze.get();
    }

    /** Goes on after a freeze. Loop thread. */
    void thaw() {
        exhaustedInARow.set(0);
        freeze.set(null);
        gateClosed = halt.get() != null;
    }

    /**
     * A delivery that waited may run (again). The caller owns it and its lane; who takes it from the queue owns both.
     */
    void makeReady(Delivery delivery) {
        if (delivery.isDeadLetter()) {
            offer(delivery); // only to be sent: its handler, if it still runs, is not in the way
        } else {
            overruns.afterHandler(delivery, () -> offer(delivery));
        }
    }

    private void offer(Delivery delivery) {
        ready.offerFirst(delivery);
        workers.wake();
    }

    /**
     * The current delivery of its lane is done with: the next may run, if it is due. The caller owns it and its lane.
     */
    void moveOn(Delivery delivery) {
        Lane lane = delivery.lane();
        if (lane == null) {
            overruns.forget(delivery);
        } else {
            overruns.afterHandler(delivery, () -> {
                if (lane.finish()) {
                    ready.offerFirst(lane.current());
                    workers.wake();
                }
            });
        }
    }

    /** Counts a finished record towards what the loop waits for. */
    void recordFinished() {
        inFlightCountdown.count();
    }
}
