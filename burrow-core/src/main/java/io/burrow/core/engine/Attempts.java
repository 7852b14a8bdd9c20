package io.burrow.core.engine;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.core.host.Demanding;
import io.burrow.core.jfr.FlightEvents;
import io.burrow.core.jfr.HandlerRunEvent;
import io.burrow.core.schedule.Entry;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.Slots;
import io.burrow.core.schedule.Unit;
import io.burrow.core.worker.Worker;
import io.burrow.core.worker.WorkerTask;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What workers do: take what is ready, decode it, call the handler, and see to what came of it. Whatever is thrown, a
 * delivery that was taken reaches the {@link Finisher} or {@link Failures}, exactly once. Any worker thread.
 *
 * <p>A worker that finished a record of a key goes on with the next one that is due, without the ready queue; see
 * {@link Lane}.
 */
final class Attempts<K, V> implements WorkerTask {
    private final Shared shared;
    private final AsyncMessageHandler<K, V> handler;
    private final boolean async;
    private final boolean demanding;
    private final Finisher finisher;
    private final Failures failures;

    Attempts(Shared shared, AsyncMessageHandler<K, V> handler, boolean async, Finisher finisher, Failures failures) {
        this.shared = shared;
        this.handler = handler;
        this.async = async;
        this.demanding = handler instanceof Demanding;
        this.finisher = finisher;
        this.failures = failures;
    }

    @Override
    public @Nullable Unit take(@Nullable Worker worker) {
        if (shared.gateClosed || async && !shared.permits.tryAcquire(shared.load.limit())) {
            return null;
        }
        Unit unit = null;
        if (!shared.ready.isEmpty() && shared.throttle.admit()) {
            try {
                unit = shared.ready.poll(worker);
            } catch (Throwable e) { // no memory for a delivery: its record is in nobody's hands, and that must be seen
                shared.halt(new BurrowException(
                        ErrorCode.FATAL_ERROR, "a worker met " + e.getClass().getName(), e));
            }
            if (unit == null) {
                shared.throttle.notStarted();
            }
        }
        if (async && unit == null) {
            shared.permits.release();
        }
        return unit;
    }

    @Override
    public int ready() {
        return shared.ready.size();
    }

    @Override
    public boolean hasReady() {
        return !shared.gateClosed
                && !shared.ready.isEmpty()
                && shared.throttle.mayAdmit()
                && (!async || shared.permits.inUse() < shared.load.limit());
    }

    @Override
    public void run(Unit unit, Worker worker) {
        boolean stageTookPermit = false;
        try {
            stageTookPermit = work(unit, worker);
        } catch (Throwable e) {
            // Nothing of the user's gets here; what does leaves a record unfinished, and that may not stay unseen.
            shared.halt(new BurrowException(
                    ErrorCode.FATAL_ERROR, "a worker met " + e.getClass().getName(), e));
        } finally {
            worker.end();
            if (async && !stageTookPermit) {
                shared.permits.release();
            }
        }
    }

    /** Returns whether a stage holds the permit. */
    private boolean work(Unit unit, Worker worker) {
        if (shared.gateClosed || shared.throttle.isOpen()) { // since it was taken
            shared.throttle.notStarted();
            shared.ready.offerFirst(unit);
            return false;
        }
        Delivery delivery;
        if (unit instanceof Lane slot) {
            if (!slot.claim()) {
                shared.throttle.notStarted();
                return false; // who owns it goes on with this one too
            }
            delivery = (Delivery) slot.current();
        } else if (unit instanceof Slots slots) {
            if (!slots.claim()) {
                shared.throttle.notStarted();
                return false;
            }
            delivery = (Delivery) slots.lane().current();
        } else {
            delivery = (Delivery) (Entry) unit;
        }
        Lane lane = delivery.lane();
        while (true) {
            int came = attempt(delivery, worker);
            if (came == DONE) {
                if (lane != null) {
                    delivery.dropRecord();
                } else if (!demanding) { // who asks for an attempt may go on asking
                    delivery.spare(worker);
                }
            }
            if (came != DONE && came != NEXT || lane == null || !lane.finish()) {
                return came == STAGE;
            }
            delivery = (Delivery) lane.current();
            if (shared.gateClosed || !shared.throttle.admit()) {
                shared.ready.offerFirst(delivery);
                return false;
            }
        }
    }

    /** The record was handled, and nobody needs the delivery any more: the next of its lane may go on. */
    private static final int DONE = 3;
    /** The next of its lane may go on, whatever became of the delivery: it may be parked, for instance. */
    private static final int NEXT = 0;
    /** The delivery keeps its lane, and this worker has nothing to do with it any more. */
    private static final int HELD = 1;
    /** The same, and a stage that is not completed holds the permit. */
    private static final int STAGE = 2;

    private int attempt(Delivery delivery, Worker worker) {
        Assignment assignment = delivery.assignment();
        long ended = worker.takeEnd();
        worker.enter(assignment);
        if (assignment.phase != Assignment.LIVE) {
            shared.throttle.notStarted();
            finisher.abandon(delivery);
            return NEXT;
        }
        if (delivery.isDeadLetter()) {
            shared.throttle.notStarted();
            worker.begin(delivery, shared.time.nanos()); // a sink may block, which has to be seen
            failures.sendAgain(delivery);
            Thread.interrupted();
            return HELD;
        }
        long started = started(ended, delivery);
        worker.begin(delivery, started); // first: who sees the attempt run sees when it began
        int attempt = delivery.begin();

        CompletionStage<?> stage;
        AttemptDemand demand = demanding ? new AttemptDemand(delivery, attempt) : null;
        try {
            stage = call(delivery, attempt, demand);
            if (stage == null) {
                throw new BurrowException(
                        ErrorCode.HANDLER_CONTRACT,
                        "handler " + handler.getClass().getName() + " returned null instead of a stage");
            }
        } catch (Throwable e) {
            Thread.interrupted(); // what interrupted one handler must not reach the next
            shared.events.broken(e);
            return ended(delivery, attempt, e, started, worker) ? NEXT : HELD;
        }
        Thread.interrupted(); // likewise; a handler that succeeded has succeeded
        if (stage == AsyncMessageHandler.done()) {
            return ended(delivery, attempt, null, started, worker) ? DONE : HELD;
        }
        return watch(delivery, attempt, stage, started, demand);
    }

    /**
     * When an attempt begins: when the worker's last one ended, if it goes on at once. But never before the record
     * came, nor before the throttle let it through, which measures by this.
     */
    private long started(long ended, Delivery delivery) {
        if (ended == Worker.UNKNOWN || shared.throttle.isOn()) {
            return shared.time.nanos();
        }
        long fetched = delivery.fetchedNanos();
        return ended - fetched < 0 ? fetched : ended;
    }

    private CompletionStage<?> call(Delivery delivery, int attempt, @Nullable AttemptDemand demand) throws Exception {
        HandlerRunEvent event = FlightEvents.handlerRun();
        return event == null ? handle(delivery, attempt, demand) : record(event, delivery, attempt, demand);
    }

    /** Calls the handler while somebody records how long that takes. */
    private CompletionStage<?> record(
            HandlerRunEvent event, Delivery delivery, int attempt, @Nullable AttemptDemand demand) throws Exception {
        TopicPartition partition = delivery.assignment().partition;
        long offset = delivery.record().offset(); // now: it may be dropped before the stage tells this
        Consumer<@Nullable Throwable> over =
                thrown -> event.ended(shared.config.name(), partition, offset, attempt, 1, thrown);
        CompletionStage<?> stage;
        try {
            stage = handle(delivery, attempt, demand);
        } catch (Throwable e) {
            over.accept(e);
            throw e;
        }
        if (stage == null || stage == AsyncMessageHandler.done()) {
            over.accept(null);
            return stage;
        }
        try {
            stage.whenComplete((value, error) -> over.accept(error));
        } catch (Throwable e) {
            over.accept(e); // it takes no callbacks, which is reported where it is watched
        }
        return stage;
    }

    private CompletionStage<?> handle(Delivery delivery, int attempt, @Nullable AttemptDemand demand) throws Exception {
        Message<K, V> message = decode(delivery, attempt);
        return demand == null ? handler.handle(message) : demand.call(() -> handler.handle(message));
    }

    @SuppressWarnings("unchecked") // records come from the source that the handler was configured with
    private Message<K, V> decode(Delivery delivery, int attempt) throws Exception {
        return (Message<K, V>) delivery.message(attempt);
    }

    /** Sees to an attempt that is over. Returns whether the next of the lane may go on. */
    private boolean ended(Delivery delivery, int attempt, @Nullable Throwable thrown, long started, Worker worker) {
        if (!delivery.take(attempt)) {
            shared.overruns.returned(delivery);
            return false;
        }
        shared.attemptEnded(thrown != null, started);
        if (thrown == null) {
            worker.keepEnd(finisher.processed(delivery, started));
            return true;
        }
        return failures.failed(delivery, attempt, thrown, started);
    }

    private int watch(
            Delivery delivery, int attempt, CompletionStage<?> stage, long started, @Nullable AttemptDemand demand) {
        Assignment assignment = delivery.assignment();

        // watched also while nothing counts as stuck: that can change, and be changing
        assignment.pending.incrementAndGet();
        StuckWatch.Stage watched = new StuckWatch.Stage(attempt, started, demand);
        assignment.stages.put(delivery, watched);
        if (delivery.running() != attempt) { // it was taken from the handler before that returned
            boolean ours = assignment.stages.remove(delivery, watched);
            if (ours) {
                assignment.pending.decrementAndGet();
            }
            shared.overruns.returned(delivery);
            return async && !ours ? STAGE : HELD;
        }
        try {
            stage.whenComplete((value, error) -> completed(delivery, attempt, error, started, watched));
        } catch (Throwable e) {
            // A stage that cannot be watched: unless it called back all the same, the attempt failed.
            String name = stage.getClass().getName();
            shared.events.contained(
                    name,
                    new BurrowException(
                            ErrorCode.HANDLER_CONTRACT,
                            "stage " + name + " threw " + e.getClass().getName() + " when it was to be watched"));
            completed(delivery, attempt, e, started, watched);
        }
        return async ? STAGE : HELD;
    }

    /**
     * Ends an attempt whose stage takes too long, unless its handler runs and is to be waited for. What completes the
     * stage later finds it ended. Loop thread.
     */
    void timeOut(Delivery delivery, StuckWatch.Stage stage, StuckException failure) {
        AttemptDemand demand = stage.demand();
        if (demand == null) {
            completed(delivery, stage.attempt(), failure, stage.startedNanos(), stage);
            return;
        }
        switch (demand.end(failure.isLast(), shared.overruns, () -> left(delivery, stage))) {
            case TAKEN -> settle(delivery, stage.attempt(), failure, stage.startedNanos(), frees(delivery, stage));
            case LATE -> late(delivery, frees(delivery, stage));
            case OVERRUN -> settle(delivery, stage.attempt(), failure, stage.startedNanos(), false);
            default -> {} // it is looked at again
        }
    }

    /** A handler that its attempt was taken from has returned: until then it counted as running. */
    private void left(Delivery delivery, StuckWatch.Stage stage) {
        late(delivery, frees(delivery, stage));
    }

    private void completed(
            Delivery delivery, int attempt, @Nullable Throwable error, long started, StuckWatch.Stage watched) {
        boolean first = delivery.take(attempt);
        boolean frees = frees(delivery, watched);
        if (first) {
            settle(delivery, attempt, error, started, frees);
        } else { // a second completion, or one that comes too late
            late(delivery, frees);
        }
    }

    /**
     * Whether the caller frees what a stage holds. The attempt may have been taken from the handler in the moment in
     * which that returned: so it is whoever takes the stage out of the watched ones.
     */
    private static boolean frees(Delivery delivery, StuckWatch.Stage watched) {
        return delivery.assignment().stages.remove(delivery, watched);
    }

    private void late(Delivery delivery, boolean frees) {
        if (frees) {
            shared.overruns.returned(delivery);
            free(delivery, false);
        }
    }

    /** Sees to an attempt that the caller took. */
    private void settle(Delivery delivery, int attempt, @Nullable Throwable error, long started, boolean frees) {
        shared.attemptEnded(error != null, started);
        boolean next = false;
        try {
            if (error == null) {
                finisher.processed(delivery, started);
                next = true;
            } else {
                next = failures.failed(delivery, attempt, error, started);
            }
        } catch (Throwable e) {
            shared.halt(new BurrowException(
                    ErrorCode.FATAL_ERROR,
                    "the end of a stage met " + e.getClass().getName(),
                    e));
        } finally {
            if (next && error == null && delivery.lane() != null) {
                delivery.dropRecord();
            }
            if (frees) {
                free(delivery, next);
            } else if (next) {
                shared.moveOn(delivery);
            }
        }
    }

    /** A stage does not count as running any more; the next of its lane may go on, if it is said. */
    private void free(Delivery delivery, boolean next) {
        delivery.assignment().pending.decrementAndGet();
        if (next) {
            shared.moveOn(delivery);
        }
        if (async) {
            shared.permits.release();
            if (!shared.ready.isEmpty()) {
                shared.workers.wake();
            }
        }
    }
}
