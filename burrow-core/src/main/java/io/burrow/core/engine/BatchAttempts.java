package io.burrow.core.engine;

import io.burrow.api.BatchMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.Outcome;
import io.burrow.core.schedule.Entry;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.Unit;
import io.burrow.core.worker.Worker;
import io.burrow.core.worker.WorkerTask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What workers do with a batch handler: take what is ready, up to the size of a batch, and call the handler once. Of a
 * lane only the current record is taken, so a batch never holds two records of which one must wait for the other. Any
 * worker thread.
 */
final class BatchAttempts<K, V> implements WorkerTask {
    private final Shared shared;
    private final BatchMessageHandler<K, V> handler;
    private final Finisher finisher;
    private final Failures failures;

    BatchAttempts(Shared shared, BatchMessageHandler<K, V> handler, Finisher finisher, Failures failures) {
        this.shared = shared;
        this.handler = handler;
        this.finisher = finisher;
        this.failures = failures;
    }

    @Override
    public @Nullable Unit take() {
        return shared.gateClosed ? null : shared.ready.poll();
    }

    @Override
    public boolean hasReady() {
        return !shared.gateClosed && !shared.ready.isEmpty();
    }

    @Override
    public void run(Unit first, Worker worker) {
        worker.enter(this);
        try {
            work(first);
        } catch (Throwable e) { // see Attempts
            shared.halt(new BurrowException(
                    ErrorCode.FATAL_ERROR, "a worker met " + e.getClass().getName(), e));
        } finally {
            worker.leave();
        }
    }

    private void work(Unit first) {
        if (shared.gateClosed) { // since it was taken
            shared.ready.offer(first);
            return;
        }
        long started = shared.time.nanos();
        int most = shared.config.maxBatchRecords();
        List<Delivery> deliveries = new ArrayList<>();
        List<Message<K, V>> messages = new ArrayList<>();
        Unit unit = first;
        while (unit != null) {
            add(unit, deliveries, messages, started);
            unit = deliveries.size() < most ? take() : null;
        }
        if (!deliveries.isEmpty()) {
            call(deliveries, messages, started);
        }
    }

    @SuppressWarnings("unchecked") // records come from the source that the handler was configured with
    private void add(Unit unit, List<Delivery> deliveries, List<Message<K, V>> messages, long started) {
        Delivery delivery;
        if (unit instanceof Lane slot) {
            if (!slot.claim()) {
                return; // who owns it goes on with this one too
            }
            delivery = (Delivery) slot.current();
        } else {
            delivery = (Delivery) (Entry) unit;
        }
        Assignment assignment = delivery.assignment();
        assignment.pending.incrementAndGet(); // before the phase is looked at, see Worker
        if (assignment.phase != Assignment.LIVE) {
            assignment.pending.decrementAndGet();
            finisher.abandon(delivery);
            shared.moveOn(delivery);
            return;
        }
        if (delivery.isGivenUp()) {
            failures.sendAgain(delivery);
            assignment.pending.decrementAndGet();
            return;
        }
        int attempt = delivery.begin();
        try {
            Message<K, V> message = (Message<K, V>) delivery.record().decode();
            if (message != null && attempt > 1) {
                message = message.withAttempt(attempt);
            }
            if (message == null) {
                throw new BurrowException(ErrorCode.SOURCE_CONTRACT, "the record decoded to null");
            }
            messages.add(message);
            deliveries.add(delivery);
        } catch (Throwable e) {
            end(delivery, e, started);
        }
    }

    private void call(List<Delivery> deliveries, List<Message<K, V>> messages, long started) {
        List<Outcome> outcomes = null;
        Throwable thrown = null;
        try {
            outcomes = handler.handle(Collections.unmodifiableList(messages));
            if (outcomes == null || outcomes.size() != deliveries.size()) {
                thrown = new BurrowException(
                        ErrorCode.HANDLER_CONTRACT,
                        "the batch handler returned "
                                + (outcomes == null ? "null" : outcomes.size() + " outcomes")
                                + " for a batch of " + deliveries.size());
            }
        } catch (Throwable e) {
            thrown = e;
        }
        Thread.interrupted(); // what interrupted one handler must not reach the next
        for (int i = 0; i < deliveries.size(); i++) {
            Throwable failure = thrown;
            if (failure == null && outcomes != null) {
                failure = failure(outcomes, i);
            }
            end(deliveries.get(i), failure, started);
        }
    }

    private static @Nullable Throwable failure(List<Outcome> outcomes, int index) {
        try {
            Outcome outcome = outcomes.get(index);
            if (outcome == null) {
                return new BurrowException(ErrorCode.HANDLER_CONTRACT, "the batch handler returned a null outcome");
            }
            return outcome instanceof Outcome.Failed failed ? failed.cause() : null;
        } catch (RuntimeException e) {
            return e; // the list is the user's
        }
    }

    private void end(Delivery delivery, @Nullable Throwable failure, long started) {
        int attempt = delivery.attempts();
        if (!delivery.take(attempt)) {
            return;
        }
        boolean next = true;
        if (failure == null) {
            finisher.processed(delivery, started);
        } else {
            next = failures.failed(delivery, attempt, failure, started);
        }
        delivery.assignment().pending.decrementAndGet();
        if (next) {
            shared.moveOn(delivery);
        }
    }
}
