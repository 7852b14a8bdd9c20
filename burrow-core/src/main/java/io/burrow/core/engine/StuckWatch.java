package io.burrow.core.engine;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.StuckAction;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.jfr.FlightEvents;
import io.burrow.core.jfr.StallEvent;
import io.burrow.core.worker.Worker;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds records that are handled for too long, by the age from the start of their processing, and does to them what the
 * settings say. Costs the workers two plain writes a record; the loop looks at what they handle a few times within the
 * limit. Loop thread.
 */
final class StuckWatch {
    private static final long LONGEST_PERIOD_NANOS = 1_000_000_000;

    private final Shared shared;
    private final Assignments assignments;
    private final Failures failures;
    private final @Nullable String handlerName;
    private final @Nullable String sinkName;
    private @Nullable Attempts<?, ?> attempts;

    private Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
    private Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private long nextNanos;
    private int places;

    StuckWatch(Shared shared, Assignments assignments, Failures failures, Extensions<?, ?> extensions) {
        this.shared = shared;
        this.assignments = assignments;
        this.failures = failures;
        this.handlerName = extensions.handlerName();
        this.sinkName = extensions.sinkName();
        this.nextNanos = shared.time.nanos();
    }

    /** Gives it who runs stages; without, there are only synchronous handlers. */
    void attempts(Attempts<?, ?> those) {
        attempts = those;
    }

    /** Looks, if it is time to. */
    void look() {
        long limit = shared.config.stuckAfter().toNanos();
        long now = shared.time.nanos();
        if (limit == 0) {
            shared.stuckPlaces = 0;
            if (!known.isEmpty()) {
                known.clear();
                assignments.all().forEach(assignment -> assignment.stuckSequence = -1);
            }
            return;
        }
        if (now - nextNanos < 0) {
            return;
        }
        nextNanos = now + Math.min(LONGEST_PERIOD_NANOS, limit / 4);
        assignments.all().forEach(assignment -> assignment.stuckSequence = -1);
        places = 0;
        seen.clear();
        shared.workers.forEach(worker -> {
            Object job = worker.job();
            if (job != null) {
                lookAt(worker, job, now - worker.jobStartedNanos(), limit);
            }
        });
        assignments.all().forEach(assignment -> lookAtStages(assignment, now, limit));
        // those of an assignment that is over hold their key, and what the bounds allow
        List.copyOf(assignments.ending()).forEach(assignment -> lookAtStages(assignment, now, limit));
        shared.stuckPlaces = places;
        Set<Object> before = known;
        known = seen;
        seen = before;
    }

    private void lookAtStages(Assignment assignment, long now, long limit) {
        assignment.stages.forEach((delivery, stage) -> {
            long age = now - stage.startedNanos();
            if (age >= limit) {
                stageIsStuck(delivery, stage, age);
            }
        });
    }

    private void lookAt(Worker worker, Object job, long age, long limit) {
        if (age < limit) {
            return;
        }
        if (job instanceof Gathering gathering) {
            lookAtGathering(worker, gathering, age);
            return;
        }
        int running = job instanceof Delivery delivery ? delivery.running() : 0; // one that begins later is young
        if (job instanceof Delivery delivery
                && (!delivery.pin() || worker.job() != job || shared.time.nanos() - worker.jobStartedNanos() < limit)) {
            return; // it has just ended, and perhaps another began
        }
        places++;
        List<Delivery> deliveries = deliveries(job);
        boolean first = isNew(job);
        for (Delivery delivery : deliveries) {
            mark(delivery);
        }
        StuckAction action = shared.config.onStuck();
        if (first) {
            report(deliveries, age, worker);
            interrupt(worker, job, action);
        } else if (action == StuckAction.DEAD_LETTER) { // it had a while to heed the interrupt
            if (job instanceof BatchRun<?, ?> batch) {
                batch.forEachLeading((delivery, attempt) -> takeFromHandler(worker, job, delivery, attempt, age));
            } else {
                takeFromHandler(worker, job, deliveries.get(0), running, age);
            }
        }
    }

    /**
     * A batch that takes long to be put together may be a large one: stuck is a record at which it was the last time,
     * too. It is not taken from its decoder, or what stands behind it in the batch would have to be looked at.
     */
    private void lookAtGathering(Worker worker, Gathering gathering, long age) {
        Delivery delivery = gathering.current();
        if (delivery == null || isNew(delivery)) {
            return;
        }
        places++;
        mark(delivery);
        gathering.forEach(this::mark); // they wait for it
        if (gathering.isNews(delivery)) {
            report(List.of(delivery), age, worker);
            interrupt(worker, gathering, shared.config.onStuck());
        }
    }

    private static void interrupt(Worker worker, Object job, StuckAction action) {
        if (action != StuckAction.WARN && action != StuckAction.HALT) {
            worker.interrupt(job);
        }
    }

    private static List<Delivery> deliveries(Object job) {
        return job instanceof BatchRun<?, ?> batch ? batch.deliveries() : List.of((Delivery) job);
    }

    private boolean isNew(Object job) {
        seen.add(job);
        return !known.contains(job);
    }

    /**
     * Notes which records are stuck: of each partition the oldest that is not done with, be its attempt given up or
     * not.
     */
    private void mark(Delivery delivery) {
        Assignment assignment = delivery.assignment();
        long sequence = delivery.sequence();
        boolean passed = sequence < assignment.ledger.headSequence();
        if (!passed && (assignment.stuckSequence < 0 || sequence < assignment.stuckSequence)) {
            assignment.stuckSequence = sequence;
        }
    }

    private void stageIsStuck(Delivery delivery, Stage stage, long age) {
        places++;
        mark(delivery);
        if (isNew(delivery)) {
            report(List.of(delivery), age, null);
        }
        StuckAction action = shared.config.onStuck();
        Attempts<?, ?> those = attempts;
        if (those != null && (action == StuckAction.RETRY || action == StuckAction.DEAD_LETTER)) {
            those.timeOut(delivery, stage, failure(age, action == StuckAction.DEAD_LETTER));
        }
    }

    private void takeFromHandler(Worker worker, Object job, Delivery delivery, int attempt, long age) {
        long startedNanos = worker.jobStartedNanos();
        if (attempt == 0 || delivery.running() != attempt || worker.job() != job) {
            return; // it is taken already; or may be another worker's, which has just begun
        }
        delivery.assignment().pending.incrementAndGet();
        shared.overruns.begin(delivery);
        if (delivery.take(attempt)) {
            shared.attemptEnded(true, startedNanos);
            if (failures.failed(delivery, attempt, failure(age, true), startedNanos)) {
                shared.moveOn(delivery);
            }
        } else {
            shared.overruns.cancel(delivery);
        }
        delivery.assignment().pending.decrementAndGet();
    }

    private static StuckException failure(long age, boolean last) {
        return new StuckException("not done after " + age / 1_000_000 + " ms", last);
    }

    private void report(List<Delivery> deliveries, long age, @Nullable Worker worker) {
        Delivery delivery = deliveries.get(0);
        int records = deliveries.size();
        SourceRecord<?, ?> record = delivery.recordIfKept();
        if (record == null) {
            return; // it has just ended
        }
        String who = who(deliveries, worker);
        BurrowException error = new BurrowException(
                ErrorCode.RECORD_STUCK,
                "the record at " + delivery.assignment().partition + "@"
                        + record.offset() + (records > 1 ? " and " + (records - 1) + " others" : "")
                        + " is handled for " + age / 1_000_000 + " ms" + (who == null ? "" : " by " + who));
        shared.events.warn(error, shared.time.nanos());
        StallEvent event = FlightEvents.stall();
        if (event != null) {
            event.seen(shared.config.name(), delivery.assignment().partition, record.offset(), records, age, who);
        }
        if (shared.config.onStuck() == StuckAction.HALT) {
            shared.halt(error);
        }
    }

    /**
     * The class of what a job is inside of: the sink; the handler while its attempts run, or the record while it is
     * decoded; and afterwards the policy or listener that is told of it. Null where that cannot be seen.
     */
    private @Nullable String who(List<Delivery> deliveries, @Nullable Worker worker) {
        if (deliveries.stream().anyMatch(Delivery::isBeingSent)) {
            return sinkName;
        }
        StackTraceElement[] stack = worker == null ? new StackTraceElement[0] : worker.stack();
        int called = Calls.called(stack);
        boolean running = deliveries.get(0).running() > 0;
        if (called >= 0 && (!running || Calls.isDecoding(stack))) {
            return stack[called].getClassName();
        }
        return running ? handlerName : null;
    }

    /**
     * A stage that is not completed.
     *
     * @param attempt the attempt that it belongs to
     * @param startedNanos when the attempt began
     * @param demand who is inside of its handler, where stages may start that later; else null
     */
    record Stage(int attempt, long startedNanos, @Nullable AttemptDemand demand) {}
}
