package io.burrow.core.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.burrow.api.spi.DeadLetterSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
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
            attempts.run(rig.delivery, rig.worker);
        }

        @Actor
        public void otherThread() {
            stage.complete(null);
        }

        @Actor
        public void loop() {
            StuckWatch.Stage seen = rig.assignment.stages.get(rig.delivery);
            if (seen != null) {
                attempts.timeOut(rig.delivery, seen, new TimeoutException());
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

    /** A dead letter is acknowledged in the moment in which it is given up: finished, or a worker's to send again. */
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
