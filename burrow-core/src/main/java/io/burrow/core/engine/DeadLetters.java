package io.burrow.core.engine;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.time.Timekeeper.Timeout;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters and waits, without a thread, for their acknowledgement: only that completes the record. What fails
 * or is not answered in time is sent again later, for ever: nothing is lost because the sink is down.
 */
final class DeadLetters {
    private final Shared shared;
    private final Finisher finisher;
    private final Failures failures;
    private final DeadLetterSink<Object, Object> sink;

    @SuppressWarnings("unchecked") // the sink takes the records of the source it was configured with
    DeadLetters(Shared shared, Finisher finisher, Failures failures, DeadLetterSink<?, ?> sink) {
        this.shared = shared;
        this.finisher = finisher;
        this.failures = failures;
        this.sink = (DeadLetterSink<Object, Object>) sink;
    }

    /**
     * Sends a delivery's record. The delivery keeps its lane until it is acknowledged. Called while its assignment
     * cannot end unseen: by a worker inside of it, or with {@code pending} raised.
     */
    void send(Delivery delivery) {
        if (Failures.lastFailure(delivery).cause() instanceof StuckException && !delivery.isDeadLetter()) {
            delivery.makeDeadLetter(); // by a worker: a sink may block, and it is the loop that finds what is stuck
            shared.makeReady(delivery);
            return;
        }
        if (mustWait(delivery)) {
            return;
        }
        Assignment assignment = delivery.assignment();
        Failure failure = Failures.lastFailure(delivery);
        Delivery.Troubles troubles = delivery.troubles;
        if (troubles != null && troubles.unanswered) {
            troubles.unanswered = false;
            failed(delivery, failure, new TimeoutException("no acknowledgement in time"));
            return;
        }
        if (troubles != null && troubles.sending) {
            sendLater(delivery, failure); // a sink that blocks has one worker for it, and gets no other
            return;
        }
        assignment.pending.incrementAndGet();
        AtomicBoolean answered = new AtomicBoolean();
        Timeout timeout =
                shared.time.schedule(shared.config.deadLetterTimeout().toNanos(), () -> unanswered(delivery, answered));
        CompletionStage<?> stage;
        try {
            stage = call(delivery, failure);
            if (stage == null) {
                throw new NullPointerException("the sink returned null instead of a stage");
            }
            stage.whenComplete((value, error) -> {
                timeout.cancel();
                answer(delivery, answered, error);
            });
        } catch (Throwable e) {
            timeout.cancel();
            answer(delivery, answered, e);
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable CompletionStage<?> call(Delivery delivery, Failure failure) throws Exception {
        Delivery.Troubles troubles = Objects.requireNonNull(delivery.troubles);
        troubles.sending = true;
        try {
            return sink.send(
                    new DeadLetter<>((SourceRecord<Object, Object>) delivery.record(), failure, shared.time.now()));
        } finally {
            troubles.sending = false;
        }
    }

    /** The wait for an acknowledgement is over. A worker sees to it: the timer calls nothing of the user's. */
    private void unanswered(Delivery delivery, AtomicBoolean answered) {
        if (answered.compareAndSet(false, true)) {
            Objects.requireNonNull(delivery.troubles).unanswered = true;
            delivery.assignment().pending.decrementAndGet();
            shared.makeReady(delivery);
        }
    }

    /** Whether its record would come back to be handled again from where the sink puts it. */
    boolean isRetried(Failure failure) {
        try {
            return sink.isRetried(failure);
        } catch (Throwable e) {
            String name = sink.getClass().getName();
            shared.events.contained(
                    name,
                    new BurrowException(
                            ErrorCode.DEAD_LETTER_FAILED,
                            "sink " + name + " threw " + e.getClass().getName() + " when it was asked about a failure",
                            e));
            return false;
        }
    }

    /** Whether the budget is used up. Then the delivery waits for the share that is its own. */
    private boolean mustWait(Delivery delivery) {
        Delivery.Troubles troubles = delivery.troubles;
        if (troubles == null || troubles.budgeted) {
            return false;
        }
        if (isRetried(troubles.last)) {
            troubles.budgeted = true;
            return false;
        }
        long wait = shared.deadLetterBudget.reserve(shared.time.nanos());
        troubles.budgeted = true; // those that could not be sent have had theirs
        if (wait == 0) {
            return false;
        }
        delivery.makeDeadLetter();
        shared.events.contained(
                "budget",
                new BurrowException(
                        ErrorCode.DEAD_LETTER_BUDGET,
                        "more than " + shared.config.deadLetterBudget() + " records in "
                                + shared.config.deadLetterBudgetInterval().toMillis()
                                + " ms are to be dead letters; the others wait"));
        failures.waitForBudget(delivery, wait);
        return true;
    }

    private void answer(Delivery delivery, AtomicBoolean answered, @Nullable Throwable error) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        try {
            take(delivery, error);
        } catch (Throwable e) { // as in Attempts: it may not stay unseen, nor keep a drain waiting
            shared.halt(new BurrowException(
                    ErrorCode.FATAL_ERROR,
                    "the end of a dead letter met " + e.getClass().getName(),
                    e));
        } finally {
            delivery.assignment().pending.decrementAndGet();
        }
    }

    private void take(Delivery delivery, @Nullable Throwable error) {
        Assignment assignment = delivery.assignment();
        Failure failure = Failures.lastFailure(delivery);
        if (error == null) {
            shared.events.tell(listener -> listener.deadLetter(failure, null));
            if (assignment.phase != Assignment.DEAD) {
                shared.counters.deadLettered.increment();
            }
            Delivery.Troubles troubles = Objects.requireNonNull(delivery.troubles);
            finisher.finish(delivery, RecordOutcome.DEAD_LETTERED, troubles.lastStartNanos, troubles.lastEndNanos);
            shared.moveOn(delivery);
        } else {
            failed(delivery, failure, error);
        }
    }

    private void failed(Delivery delivery, Failure failure, Throwable error) {
        shared.events.tell(listener -> listener.deadLetter(failure, error));
        shared.counters.deadLetterFailures.increment();
        String name = sink.getClass().getName();
        shared.events.contained(
                name,
                new BurrowException(
                        ErrorCode.DEAD_LETTER_FAILED,
                        "sink " + name + " failed with " + what(error) + " for the record at "
                                + Failures.position(failure),
                        error));
        Throwable cause = Failures.unwrap(error);
        if (cause instanceof BurrowException refusal && refusal.code() == ErrorCode.DEAD_LETTER_REFUSED) {
            park(delivery, false);
            shared.halt(refusal);
        } else if (cause instanceof TerminalException) {
            park(delivery, true);
        } else {
            sendLater(delivery, failure);
        }
    }

    /** Keeps a record that the sink will not take; if it is tried again by call, its handler is. */
    private void park(Delivery delivery, boolean mayRelease) {
        Delivery.Troubles troubles = Objects.requireNonNull(delivery.troubles);
        troubles.deadLetterSends = 0;
        troubles.budgeted = false;
        if (failures.park(delivery, mayRelease)) {
            shared.moveOn(delivery);
        }
    }

    /** A Burrow's own exception says it without contents of a record; of others only the class is told. */
    private static String what(Throwable error) {
        return error instanceof BurrowException
                ? String.valueOf(error.getMessage())
                : error.getClass().getName();
    }

    private void sendLater(Delivery delivery, Failure failure) {
        Delivery.Troubles troubles = delivery.troubles;
        int sends = troubles == null ? 1 : ++troubles.deadLetterSends;
        Failure ofSend = new Failure(
                failure.partition(),
                failure.offset(),
                sends,
                failure.cause(),
                failure.elapsed(),
                failure.previousDelay());
        long delay = Failures.nanos(failures.backoff(shared.config.deadLetterBackoff(), ofSend));
        // By a worker: a sink may block, and the timer must not.
        failures.waitThen(delivery, delay, () -> shared.makeReady(delivery));
    }
}
