package io.burrow.core.engine;

import io.burrow.api.BatchMessageHandler;
import io.burrow.api.BatchRetry;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Outcome;
import io.burrow.core.jfr.FlightEvents;
import io.burrow.core.jfr.HandlerRunEvent;
import io.burrow.core.schedule.Entry;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.Unit;
import io.burrow.core.worker.Worker;
import io.burrow.core.worker.WorkerTask;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What workers do with a batch handler: take what is ready, up to the size of a batch, and call the handler once. Any
 * worker thread.
 *
 * <p>Lingering holds no thread: while less is ready than a batch may hold, nobody finds anything to take, until the
 * oldest has waited for long enough; a timer wakes a worker then.
 *
 * <p>Several records of a lane may stand in one batch, oldest first. What follows the first of them that failed is run
 * again, whatever its outcome: it was handled too early. See {@link BatchRun}.
 */
final class BatchAttempts<K, V> implements WorkerTask {
    private static final long NOBODY_WAITS = Long.MIN_VALUE;

    private final Shared shared;
    private final BatchMessageHandler<K, V> handler;
    private final Finisher finisher;
    private final Failures failures;
    private final AtomicLong lingerSinceNanos = new AtomicLong(NOBODY_WAITS);

    BatchAttempts(Shared shared, BatchMessageHandler<K, V> handler, Finisher finisher, Failures failures) {
        this.shared = shared;
        this.handler = handler;
        this.finisher = finisher;
        this.failures = failures;
    }

    @Override
    public @Nullable Unit take(@Nullable Worker worker) {
        if (shared.gateClosed || shared.ready.isEmpty() || !isWorthIt()) {
            return null;
        }
        Unit unit = next();
        if (unit != null) {
            lingerSinceNanos.set(NOBODY_WAITS);
        }
        return unit;
    }

    /** Takes another unit, of what is ready already. */
    private @Nullable Unit next() {
        if (shared.gateClosed || !shared.throttle.admit()) {
            return null;
        }
        Unit unit = shared.ready.poll(null);
        if (unit == null) {
            shared.throttle.notStarted();
        }
        return unit;
    }

    @Override
    public int ready() {
        return shared.ready.size();
    }

    @Override
    public boolean hasReady() {
        return !shared.gateClosed && !shared.ready.isEmpty() && isWorthIt() && shared.throttle.mayAdmit();
    }

    /** Whether there is enough for a batch, or what there is has waited for long enough. */
    private boolean isWorthIt() {
        BurrowConfig config = shared.config;
        long linger = config.batchLinger().toNanos();
        // where the bounds allow no more than this there is nothing to wait for
        int bound = Math.min(config.maxInFlightRecords(), config.maxPartitionInFlightRecords());
        if (linger == 0 || shared.ready.size() >= Math.min(config.maxBatchRecords(), bound)) {
            return true;
        }
        long now = shared.time.nanos();
        long since = lingerSinceNanos.get();
        if (since == NOBODY_WAITS) {
            if (lingerSinceNanos.compareAndSet(NOBODY_WAITS, now)) {
                shared.time.schedule(linger, shared.workers::wake);
            }
            return false;
        }
        return now - since >= linger;
    }

    @Override
    public void run(Unit first, Worker worker) {
        worker.enter(this);
        try {
            work(first, worker);
        } catch (Throwable e) { // see Attempts
            shared.halt(new BurrowException(
                    ErrorCode.FATAL_ERROR, "a worker met " + e.getClass().getName(), e));
        } finally {
            worker.leave();
        }
    }

    private void work(Unit first, Worker worker) {
        if (shared.gateClosed || shared.throttle.isOpen()) { // since it was taken
            shared.throttle.notStarted();
            shared.ready.offerFirst(first);
            return;
        }
        BatchRun<K, V> run = new BatchRun<>(shared, finisher, failures);
        worker.begin(run.gathering(), run.startedNanos());
        Unit unit = first;
        while (unit != null) {
            boolean more = add(unit, run);
            unit = more && !run.isFull() ? next() : null;
        }
        run.endUnreadable(); // they need not wait for the handler
        if (!run.isEmpty()) {
            worker.begin(run, shared.time.nanos());
            Thread.interrupted(); // what was meant for a decoder must not reach the handler
            call(run);
        }
    }

    /** Returns whether others may come into the same batch. */
    private boolean add(Unit unit, BatchRun<K, V> run) {
        if (unit instanceof Lane slot) {
            if (slot.claim()) {
                return run.add((Delivery) slot.current());
            }
            shared.throttle.notStarted();
            run.extend(slot); // if it is in this very batch; else who owns it goes on with this one too
            return true;
        }
        Entry entry = (Entry) unit;
        if (entry instanceof Group group) {
            shared.throttle.notStarted();
            if (!run.isEmpty()) {
                shared.ready.offerFirst(group);
                shared.workers.wake();
                return false;
            }
            addAgain(group, run);
            return false;
        }
        return run.add((Delivery) entry);
    }

    /** What stood together before, in its order; of a key only while what stood before it is there too. */
    private void addAgain(Group group, BatchRun<K, V> run) {
        for (Unit unit : group.order()) {
            if (unit instanceof Lane lane) {
                run.extendAgain(lane);
            } else if (unit instanceof Delivery delivery && group.deliveries.contains(delivery)) {
                run.addAgain(delivery);
            }
        }
    }

    private void call(BatchRun<K, V> run) {
        List<Outcome> outcomes = null;
        Throwable thrown = null;
        int size = run.messages().size();
        if (size > 0) {
            HandlerRunEvent event = FlightEvents.handlerRun();
            try {
                outcomes = handler.handle(run.messages());
                if (outcomes == null || outcomes.size() != size) {
                    thrown = new BurrowException(
                            ErrorCode.HANDLER_CONTRACT,
                            "batch handler " + handler.getClass().getName() + " returned "
                                    + (outcomes == null ? "null" : outcomes.size() + " outcomes")
                                    + " for a batch of " + size);
                    shared.events.contained(handler.getClass().getName(), (BurrowException) thrown);
                }
            } catch (Throwable e) {
                thrown = e;
            }
            Thread.interrupted(); // what interrupted one handler must not reach the next
            if (event != null) {
                Delivery first = run.deliveries().get(0);
                event.ended(
                        shared.config.name(),
                        first.assignment().partition,
                        first.record().offset(),
                        first.attempts(),
                        size,
                        thrown);
            }
        }
        run.end(handler, outcomes, thrown, shared.config.batchRetry() == BatchRetry.WHOLE);
    }
}
