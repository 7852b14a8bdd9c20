package io.burrow.core.engine;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.RecordOutcome;
import io.burrow.api.RetryAfterException;
import io.burrow.api.TerminalException;
import io.burrow.api.ThresholdAction;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a record that failed: it waits for another attempt, goes to the dead letters, is skipped, stays
 * parked, or stops everything. Nothing here waits on a thread, and nothing that a user's policy does gets out. Any
 * thread that owns the delivery.
 */
final class Failures {
    private static final long LONGEST_DELAY_NANOS = Duration.ofDays(365).toNanos();

    private final Shared shared;
    private final Finisher finisher;
    private final @Nullable DeadLetters deadLetters;

    Failures(Shared shared, Finisher finisher, @Nullable DeadLetterSink<?, ?> sink) {
        this.shared = shared;
        this.finisher = finisher;
        this.deadLetters = sink == null ? null : new DeadLetters(shared, finisher, this, sink);
    }

    /**
     * Takes a failed attempt on.
     *
     * @return true if the delivery is at its end and the next of its lane may go on; false if it keeps its lane
     */
    boolean failed(Delivery delivery, int attempt, Throwable thrown, long startedNanos) {
        return failed(delivery, attempt, thrown, startedNanos, null);
    }

    /** The same, with a group: what is to be tried again is put into it in place of waiting by itself. */
    boolean failed(Delivery delivery, int attempt, Throwable thrown, long startedNanos, @Nullable Group group) {
        try {
            return handle(delivery, attempt, thrown, startedNanos, group);
        } catch (Throwable e) { // a throwable of the user's that throws when it is looked at, or a defect
            String name = thrown.getClass().getName();
            BurrowException error = new BurrowException(
                    ErrorCode.HANDLER_CONTRACT,
                    "a failure of class " + name + " could not be handled: "
                            + e.getClass().getName());
            shared.events.contained(name, error);
            if (delivery.troubles == null) { // what is parked is listed by its failure, and perhaps sent with it
                Failure failure = new Failure(
                        delivery.assignment().partition,
                        delivery.record().offset(),
                        attempt,
                        error,
                        Duration.ZERO,
                        Duration.ZERO);
                delivery.troubles = new Delivery.Troubles(startedNanos, failure);
            }
            return park(delivery, true);
        }
    }

    private boolean handle(Delivery delivery, int attempt, Throwable thrown, long startedNanos, @Nullable Group group) {
        shared.counters.failed.increment();
        if (delivery.assignment().phase == Assignment.DEAD) {
            finisher.abandon(delivery, startedNanos, Worker.UNKNOWN); // it is tried again where its partition is now
            return true;
        }
        Throwable cause = unwrap(thrown);
        long now = shared.time.nanos();
        Delivery.Troubles before = delivery.troubles;
        Failure failure = new Failure(
                delivery.assignment().partition,
                delivery.record().offset(),
                attempt,
                cause,
                Duration.ofNanos(Math.max(0, now - (before == null ? startedNanos : before.firstStartNanos))),
                Duration.ofNanos(before == null ? 0 : before.previousDelayNanos));
        Delivery.Troubles troubles = before == null ? new Delivery.Troubles(startedNanos, failure) : before;
        troubles.last = failure;
        troubles.lastStartNanos = startedNanos;
        troubles.lastEndNanos = now;
        delivery.troubles = troubles;

        if (isFatal(cause)) {
            park(delivery, false);
            shared.halt(new BurrowException(
                    ErrorCode.FATAL_ERROR,
                    "the handler met " + cause.getClass().getName() + " at " + position(failure),
                    cause));
            return false;
        }
        RetryDecision decision = decide(failure);
        Duration delay = Duration.ZERO;
        if (decision == RetryDecision.RETRY) {
            Duration wanted = cause instanceof RetryAfterException retryAfter ? wanted(retryAfter) : null;
            delay = wanted != null ? wanted : backoff(shared.config.backoff(), failure);
        }
        Duration told = Duration.ofNanos(nanos(delay));
        RetryDecision toldDecision = decision;
        shared.events.tell(listener -> listener.attemptFailed(failure, toldDecision, told));
        if (decision == RetryDecision.RETRY) {
            if (group != null) {
                troubles.previousDelayNanos = nanos(delay);
                group.add(delivery);
            } else {
                retryLater(delivery, nanos(delay));
            }
            return false;
        }
        return exhausted(delivery, decision, startedNanos, now);
    }

    private RetryDecision decide(Failure failure) {
        Throwable cause = failure.cause();
        if (cause instanceof RetryAfterException) {
            return RetryDecision.RETRY;
        }
        if (cause instanceof TerminalException) {
            return RetryDecision.GIVE_UP;
        }
        if (cause instanceof StuckException stuck && stuck.isLast()) {
            return RetryDecision.DEAD_LETTER;
        }
        RetryPolicy policy = shared.config.retryPolicy();
        String what;
        try {
            RetryDecision decision = policy.decide(failure);
            if (decision != null) {
                return decision;
            }
            what = "returned null";
        } catch (Throwable e) {
            what = "threw " + e.getClass().getName();
        }
        String name = policy.getClass().getName();
        shared.events.contained(
                name, new BurrowException(ErrorCode.RETRY_POLICY_INVALID, "retry policy " + name + " " + what));
        return RetryDecision.GIVE_UP;
    }

    /** How long a handler wants to wait, or null if what it threw cannot say so; that is reported. */
    private @Nullable Duration wanted(RetryAfterException thrown) {
        String what;
        try {
            @Nullable Duration delay = thrown.delay();
            if (delay != null && !delay.isNegative()) {
                return delay;
            }
            what = "returned " + delay;
        } catch (Throwable e) {
            what = "threw " + e.getClass().getName();
        }
        String name = thrown.getClass().getName();
        shared.events.contained(
                name,
                new BurrowException(ErrorCode.HANDLER_CONTRACT, "exception " + name + " " + what + " as its delay"));
        return null;
    }

    /** Asks a strategy; what it does wrong is reported and the default strategy used. */
    Duration backoff(BackoffStrategy strategy, Failure failure) {
        String what;
        try {
            Duration delay = strategy.delay(failure, shared.random.get());
            if (delay != null && !delay.isNegative()) {
                return delay;
            }
            what = "returned " + delay + " after attempt " + failure.attempt();
        } catch (Throwable e) {
            what = "threw " + e.getClass().getName() + " after attempt " + failure.attempt();
        }
        String name = strategy.getClass().getName();
        shared.events.contained(
                name, new BurrowException(ErrorCode.BACKOFF_INVALID, "backoff strategy " + name + " " + what));
        return Fallback.BACKOFF.delay(failure, shared.random.get());
    }

    /** Gives a delivery back to the ready queue after a time, unless its assignment ends before. */
    void retryLater(Delivery delivery, long delayNanos) {
        Delivery.Troubles troubles = delivery.troubles;
        if (troubles != null) {
            troubles.previousDelayNanos = delayNanos;
        }
        waitThen(delivery, delayNanos, () -> {
            shared.counters.retried.increment();
            shared.makeReady(delivery);
        });
    }

    /** Gives deliveries back together, when the longest of their delays is over. */
    void retryTogether(Group group) {
        long delay = 0;
        for (Delivery delivery : group.deliveries) {
            delay = Math.max(delay, Objects.requireNonNull(delivery.troubles).previousDelayNanos);
        }
        Waiting waiting = new Waiting(shared.time.nanos() + delay); // never cancelled: it is for all of them
        for (Delivery delivery : group.deliveries) {
            Assignment assignment = delivery.assignment();
            assignment.retrying.put(delivery, waiting);
            if (assignment.phase == Assignment.DEAD) {
                abandonWaiting(assignment, delivery);
            }
        }
        shared.time.schedule(delay, () -> {
            group.deliveries.removeIf(
                    delivery -> !delivery.assignment().retrying.remove(delivery, waiting));
            if (!group.deliveries.isEmpty()) {
                shared.counters.retried.add(group.deliveries.size());
                shared.ready.offerFirst(group);
                shared.workers.wake();
            }
        });
    }

    /** Lets a delivery wait among the retrying ones of its assignment, and goes on with it if it is still there. */
    void waitThen(Delivery delivery, long delayNanos, Runnable then) {
        waitThen(delivery, new Waiting(shared.time.nanos() + delayNanos), delayNanos, then);
    }

    /** Lets a delivery wait for the budget of dead letters, in the same way. */
    void waitForBudget(Delivery delivery, long delayNanos) {
        Waiting waiting = new Waiting(shared.time.nanos() + delayNanos, true);
        waitThen(delivery, waiting, delayNanos, () -> shared.makeReady(delivery));
    }

    /** Lets those that wait for the budget ask anew, in their order: it is another one now. Loop thread. */
    void askForBudgetAgain(Collection<Assignment> assignments) {
        List<Delivery> all = takeThoseForBudget(assignments);
        shared.deadLetterBudget.forgetReserved(shared.time.nanos());
        all.forEach(shared::makeReady);
    }

    /** The same, since others gave up their shares: each has the share that it had without them. Loop thread. */
    void moveUpForBudget(Collection<Assignment> assignments) {
        List<Delivery> all = takeThoseForBudget(assignments);
        all.forEach(each -> shared.deadLetterBudget.giveBack());
        all.forEach(shared::makeReady);
    }

    private List<Delivery> takeThoseForBudget(Collection<Assignment> assignments) {
        List<Map.Entry<Delivery, Waiting>> all = new ArrayList<>();
        for (Assignment assignment : assignments) {
            for (Map.Entry<Delivery, Waiting> each : assignment.retrying.entrySet()) {
                if (each.getValue().forBudget) {
                    all.add(each);
                }
            }
        }
        all.sort(Comparator.comparingLong(each -> each.getValue().dueNanos));
        List<Delivery> taken = new ArrayList<>();
        for (Map.Entry<Delivery, Waiting> each : all) {
            Delivery delivery = each.getKey();
            if (delivery.assignment().retrying.remove(delivery, each.getValue())) {
                each.getValue().cancel();
                Objects.requireNonNull(delivery.troubles).budgeted = false;
                taken.add(delivery);
            }
        }
        return taken;
    }

    private void waitThen(Delivery delivery, Waiting waiting, long delayNanos, Runnable then) {
        Assignment assignment = delivery.assignment();
        assignment.retrying.put(delivery, waiting);
        waiting.timeout(shared.time.schedule(delayNanos, () -> {
            if (assignment.retrying.remove(delivery, waiting)) {
                then.run();
            }
        }));
        if (assignment.phase == Assignment.DEAD) {
            abandonWaiting(assignment, delivery);
        }
    }

    /** Sends a dead letter that could not be sent before. A worker inside of the assignment. */
    void sendAgain(Delivery delivery) {
        Objects.requireNonNull(deadLetters).send(delivery);
    }

    /** Ends a delivery that waits, if it still does. The assignment is dead. */
    private void abandonWaiting(Assignment assignment, Delivery delivery) {
        Waiting waiting = assignment.retrying.remove(delivery);
        if (waiting != null) {
            waiting.cancel();
            if (waiting.forBudget) {
                shared.deadLetterBudget.giveBack();
            }
            finisher.abandon(delivery);
            shared.moveOn(delivery);
        }
    }

    /** Whether something waits for its share of the dead-letter budget. Any thread. */
    boolean isForBudget(Assignment assignment) {
        return assignment.retrying.values().stream().anyMatch(waiting -> waiting.forBudget);
    }

    /** Ends all deliveries of a dead assignment that wait or are parked, so that their lanes go on. Loop thread. */
    void abandonAll(Assignment assignment) {
        for (Delivery delivery : assignment.retrying.keySet()) {
            abandonWaiting(assignment, delivery);
        }
        for (Delivery delivery : assignment.parked) {
            letGo(assignment, delivery);
        }
    }

    /**
     * Lets the parked record at an offset go on. Loop thread.
     *
     * @return whether there was one
     */
    boolean unpark(Assignment assignment, long offset, boolean deadLetter) {
        if (deadLetter && deadLetters == null) {
            throw new BurrowException(
                    ErrorCode.DEAD_LETTER_SINK_MISSING, "a dead letter was asked for and there is no sink");
        }
        for (Delivery delivery : assignment.parked) {
            if (delivery.record().offset() == offset && assignment.parked.remove(delivery)) {
                // one that released its key is ordered no more: it must not end its lane's current record
                Delivery again = shared.config.parkedReleasesKey() ? delivery.outOfLane() : delivery;
                if (deadLetter) {
                    again.makeDeadLetter();
                } else {
                    shared.counters.retried.increment();
                }
                shared.makeReady(again);
                return true;
            }
        }
        return false;
    }

    private void letGo(Assignment assignment, Delivery delivery) {
        if (assignment.parked.remove(delivery)) {
            finisher.abandon(delivery);
            if (!shared.config.parkedReleasesKey()) {
                shared.moveOn(delivery);
            }
        }
    }

    private boolean exhausted(Delivery delivery, RetryDecision decision, long startedNanos, long now) {
        ExhaustedAction action = switch (decision) {
            case DEAD_LETTER -> ExhaustedAction.DEAD_LETTER;
            case SKIP -> ExhaustedAction.SKIP;
            case PARK -> ExhaustedAction.PARK;
            case HALT -> ExhaustedAction.HALT;
            default -> shared.config.onExhausted();
        };
        if (action == ExhaustedAction.AUTO) {
            action = deadLetters == null ? ExhaustedAction.PARK : ExhaustedAction.DEAD_LETTER;
        }
        boolean comesBack = action == ExhaustedAction.DEAD_LETTER
                && deadLetters != null
                && deadLetters.isRetried(lastFailure(delivery));
        if (!comesBack) {
            shared.events.exhausted(lastFailure(delivery), now);
            countExhausted(delivery);
        }
        switch (action) {
            case DEAD_LETTER -> {
                if (deadLetters != null) {
                    deadLetters.send(delivery);
                    return false;
                }
                shared.events.contained(
                        "sink",
                        new BurrowException(
                                ErrorCode.DEAD_LETTER_SINK_MISSING,
                                "the retry policy wants a dead letter of a record, which was parked instead"));
                return park(delivery, true);
            }
            case SKIP -> {
                shared.counters.skipped.increment();
                finisher.finish(delivery, RecordOutcome.SKIPPED, startedNanos, now);
                return true;
            }
            case HALT -> {
                park(delivery, false);
                Failure failure = lastFailure(delivery);
                shared.halt(new BurrowException(
                        ErrorCode.RECORD_HALTED,
                        "the record at " + position(failure) + " failed with "
                                + failure.cause().getClass().getName() + " at attempt " + failure.attempt(),
                        failure.cause()));
                return false;
            }
            default -> {
                return park(delivery, true);
            }
        }
    }

    /** Keeps a delivery unfinished. Returns whether the next of its lane may go on. */
    boolean park(Delivery delivery, boolean mayRelease) {
        Assignment assignment = delivery.assignment();
        boolean releases = mayRelease && shared.config.parkedReleasesKey();
        finisher.parked(delivery);
        assignment.parked.add(delivery);
        if (assignment.phase == Assignment.DEAD && assignment.parked.remove(delivery)) {
            finisher.abandon(delivery);
            return true;
        }
        return releases;
    }

    private void countExhausted(Delivery delivery) {
        int threshold = shared.config.errorThreshold();
        int inARow = shared.exhaustedInARow.incrementAndGet();
        if (threshold == 0 || inARow < threshold) {
            return;
        }
        Failure failure = lastFailure(delivery);
        BurrowException cause = new BurrowException(
                ErrorCode.ERROR_THRESHOLD,
                inARow + " records in a row were exhausted, the last at " + position(failure) + " with "
                        + failure.cause().getClass().getName(),
                failure.cause());
        if (shared.config.onErrorThreshold() == ThresholdAction.FREEZE) {
            shared.freeze(cause);
        } else {
            shared.halt(cause);
        }
    }

    static Failure lastFailure(Delivery delivery) {
        Delivery.Troubles troubles = delivery.troubles;
        if (troubles == null) {
            throw new IllegalStateException("no failure at " + delivery.record().offset());
        }
        return troubles.last;
    }

    static String position(Failure failure) {
        return failure.partition() + "@" + failure.offset();
    }

    static long nanos(Duration delay) {
        return delay.getSeconds() >= Duration.ofDays(365).getSeconds() ? LONGEST_DELAY_NANOS : delay.toNanos();
    }

    /** Errors after which the virtual machine cannot be trusted. An overflown stack is the handler's own fault. */
    private static boolean isFatal(Throwable cause) {
        return cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError);
    }

    static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; depth < 16; depth++) {
            Throwable inner = cause.getCause();
            if (inner == null || !(cause instanceof CompletionException || cause instanceof ExecutionException)) {
                return cause;
            }
            cause = inner;
        }
        return cause;
    }

    /** Holds the strategy that stands in for one that misbehaves: the default one. */
    private static final class Fallback {
        static final BackoffStrategy BACKOFF = BurrowConfig.defaults().backoff();
    }
}
