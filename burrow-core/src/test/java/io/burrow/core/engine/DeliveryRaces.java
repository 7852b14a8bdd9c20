package io.burrow.core.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.burrow.api.BurrowConfig;
import io.burrow.api.StuckAction;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.core.host.Demand;
import io.burrow.core.host.Demanding;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Two threads want to say what came of one delivery: exactly one does. */
public final class DeliveryRaces {
    private DeliveryRaces() {}

    @JCStressTest
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE)
    @State
    public static class TwoCompletions {
        private final Delivery delivery = new RaceRig(RaceRig.RETRIES).delivery;
        private final int attempt = delivery.begin();

        @Actor
        public void one(ZZI_Result r) {
            r.r1 = delivery.take(attempt);
        }

        @Actor
        public void other(ZZI_Result r) {
            r.r2 = delivery.take(attempt);
        }

        @Arbiter
        public void end(ZZI_Result r) {
            r.r3 = delivery.running();
        }
    }

    /** Who ends an attempt may begin the next one at once; what completes the first late cannot touch the second. */
    @JCStressTest
    @Outcome(id = "true, false, 2", expect = ACCEPTABLE, desc = "too late")
    @Outcome(id = "false, true, 0", expect = ACCEPTABLE, desc = "in time, so there is no second attempt")
    @State
    public static class LateCompletionAgainstTheNextAttempt {
        private final Delivery delivery = new RaceRig(RaceRig.RETRIES).delivery;
        private final int attempt = delivery.begin();

        @Actor
        public void timeLimit(ZZI_Result r) {
            r.r1 = delivery.take(attempt);
            if (r.r1) {
                delivery.begin();
            }
        }

        @Actor
        public void stage(ZZI_Result r) {
            r.r2 = delivery.take(attempt);
        }

        @Arbiter
        public void end(ZZI_Result r) {
            r.r3 = delivery.running();
        }
    }

    /** A stage is completed in the moment in which it is ended for taking too long: finished, or tried again. */
    @JCStressTest
    @Outcome(id = "1, 0, 0, 0", expect = ACCEPTABLE, desc = "it was completed in time: finished, and its key goes on")
    @Outcome(id = "0, 1, 1, 0", expect = ACCEPTABLE, desc = "it waits for a retry, and holds its key")
    @State
    public static class StageAgainstItsTimeLimit {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);
        private final CompletableFuture<Void> stage = new CompletableFuture<>();
        private final Attempts<String, String> attempts = rig.attempts(message -> stage);

        public StageAgainstItsTimeLimit() {
            rig.shared.permits.tryAcquire(1);
            rig.work(attempts);
        }

        @Actor
        public void otherThread() {
            stage.complete(null);
        }

        @Actor
        public void loop() {
            StuckWatch.Stage seen = rig.assignment.stages.get(rig.delivery);
            if (seen != null) {
                attempts.timeOut(rig.delivery, seen, new StuckException("late", false));
            }
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r1 = rig.finished();
            r.r2 = rig.assignment.retrying.size();
            r.r3 = rig.lane.due();
            r.r4 = rig.assignment.pending.get() + rig.shared.permits.inUse() + rig.assignment.stages.size();
        }
    }

    /**
     * A stage starts the handler, late and on a thread of its own, in the moment in which its attempt is ended for its
     * age: it does not start, or is waited for.
     */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "never at the same time as its retry, which is due at once")
    @State
    public static class LateStartAgainstItsTimeLimit {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);
        private final CompletableFuture<Void> stage = new CompletableFuture<>();
        private final Attempts<String, String> attempts;
        private Demand demand = Demand.current();
        private volatile boolean inside;

        public LateStartAgainstItsTimeLimit() {
            attempts = rig.attempts(new Demanding<>(message -> {
                demand = Demand.current();
                return stage;
            }));
            rig.shared.permits.tryAcquire(1);
            rig.work(attempts);
        }

        @Actor
        public void laterThread(II_Result r) {
            try {
                demand.resume(() -> {
                    inside = true;
                    r.r1 = rig.assignment.retrying.size();
                    inside = false;
                    return null;
                });
                stage.complete(null);
            } catch (CancellationException e) {
                r.r1 = 0; // it was too late to begin
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Actor
        public void loop(II_Result r) {
            StuckWatch.Stage seen = rig.assignment.stages.get(rig.delivery);
            if (seen != null) {
                attempts.timeOut(rig.delivery, seen, new StuckException("too old", false));
                r.r2 = !rig.assignment.retrying.isEmpty() && inside ? 1 : 0;
            }
        }
    }

    /** A handler returns in the moment in which its attempt is taken from it: all that it held is freed, once. */
    @JCStressTest
    @Outcome(id = "1, 0, 0, 0", expect = ACCEPTABLE, desc = "it was faster: finished, and its key goes on")
    @Outcome(id = "0, 1, 0, 0", expect = ACCEPTABLE, desc = "it was taken, or returned before its stage was completed")
    @State
    public static class LateHandlerReturnsAgainstItsTimeLimit {
        private final RaceRig rig = new RaceRig(RaceRig.PARKS);
        private final CompletableFuture<Void> stage = new CompletableFuture<>();
        private final Attempts<String, String> attempts;
        private Demand demand = Demand.current();

        public LateHandlerReturnsAgainstItsTimeLimit() {
            attempts = rig.attempts(new Demanding<>(message -> {
                demand = Demand.current();
                return stage;
            }));
            rig.shared.permits.tryAcquire(1);
            rig.work(attempts);
        }

        @Actor
        public void laterThread() {
            try {
                demand.resume(() -> null);
                stage.complete(null);
            } catch (CancellationException e) {
                // it was too late to begin
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Actor
        public void loop() {
            StuckWatch.Stage seen = rig.assignment.stages.get(rig.delivery);
            for (int look = 0; seen != null && look < 2; look++) { // the first interrupts it, if it is inside
                attempts.timeOut(rig.delivery, seen, new StuckException("too old", true));
            }
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r1 = rig.finished();
            r.r2 = rig.assignment.parked.size(); // without a sink that is where it goes
            r.r3 = rig.assignment.pending.get() + rig.shared.permits.inUse();
            r.r4 = rig.assignment.stages.size() + 1;
            rig.shared.overruns.afterHandler(rig.delivery, () -> r.r4--); // at once, if nothing is waited for
        }
    }

    /** A batch ends in the moment in which its records are taken from it: all of them, or none. */
    @JCStressTest
    @Outcome(id = "2, 0, 0, 1", expect = ACCEPTABLE, desc = "it was faster: both are finished")
    @Outcome(id = "0, 1, 0, 0", expect = ACCEPTABLE, desc = "the first was taken, and the second is run again after it")
    @State
    public static class BatchAgainstItsTimeLimit {
        private static final BurrowConfig CONFIG = BurrowConfig.builder()
                .errorThreshold(0)
                .stuckAfter(Duration.ofNanos(1))
                .onStuck(StuckAction.DEAD_LETTER)
                .build();

        private final RaceRig rig = new RaceRig(CONFIG); // without a sink, they are parked
        private final Delivery second = rig.next();
        private final BatchRun<String, String> run = new BatchRun<>(rig.shared, rig.finisher, rig.failures);
        private final StuckWatch watch = new StuckWatch(
                rig.shared,
                rig.assignments,
                rig.failures,
                new Extensions<>(new QuietSource(), null, null, null, false, null, null, List.of()));

        public BatchAgainstItsTimeLimit() {
            rig.lane.claim();
            run.add(rig.delivery);
            rig.worker.begin(run, -100);
            watch.look(); // interrupts its handler
        }

        @Actor
        public void worker() {
            run.end(this, List.of(io.burrow.api.Outcome.success(), io.burrow.api.Outcome.success()), null, false);
        }

        @Actor
        public void loop() {
            watch.look();
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r1 = rig.finished();
            r.r2 = rig.assignment.parked.size();
            r.r3 = rig.assignment.pending.get();
            r.r4 = second.attempts();
        }
    }

    /**
     * A dead letter is acknowledged in the moment in which its answer is no longer waited for: finished, or a worker's
     * to send again.
     */
    @JCStressTest
    @Outcome(id = "1, 0, 0, 0", expect = ACCEPTABLE)
    @Outcome(id = "0, 1, 1, 0", expect = ACCEPTABLE)
    @State
    public static class AcknowledgementAgainstItsTimeLimit {
        private final CompletableFuture<Void> answer = new CompletableFuture<>();
        private final DeadLetterSink<String, String> sink = letter -> answer;
        private final RaceRig rig = new RaceRig(RaceRig.PARKS, sink);

        public AcknowledgementAgainstItsTimeLimit() {
            rig.failures.failed(rig.delivery, rig.delivery.begin(), new IllegalStateException(), 0);
        }

        @Actor
        public void sink() {
            answer.complete(null);
        }

        @Actor
        public void timer() {
            rig.fire();
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r1 = rig.finished();
            r.r2 = rig.shared.ready.size();
            r.r3 = rig.lane.due();
            r.r4 = rig.assignment.pending.get();
        }
    }

    /** A handler returns while its record is decided without it: what has to wait for that is done once. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE)
    @State
    public static class HandlerReturnsAgainstTheStepThatWaitsForIt {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);
        private final Overruns overruns = rig.shared.overruns;
        private int steps;

        public HandlerReturnsAgainstTheStepThatWaitsForIt() {
            overruns.begin(rig.delivery);
        }

        @Actor
        public void worker() {
            overruns.returned(rig.delivery);
        }

        @Actor
        public void acknowledgement() {
            overruns.afterHandler(rig.delivery, () -> {
                steps++;
                rig.lane.finish();
            });
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = steps;
            r.r2 = rig.lane.due();
            int[] more = new int[1];
            overruns.afterHandler(rig.delivery, () -> more[0]++); // runs at once, if nothing was left behind
            r.r3 = 1 - more[0];
        }
    }
}
