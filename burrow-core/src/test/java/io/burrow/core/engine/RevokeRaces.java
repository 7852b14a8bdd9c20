package io.burrow.core.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.core.schedule.Unit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;

/** A partition is taken away while its record is handled, waits, or is parked. */
public final class RevokeRaces {
    private RevokeRaces() {}

    /** What is handled while a partition is revoked is waited for and committed; or it was not started. */
    @JCStressTest
    @Outcome(id = "1, 1, 0, 0", expect = ACCEPTABLE, desc = "handled and committed")
    @Outcome(id = "0, 0, 1, 0", expect = ACCEPTABLE, desc = "not started, so only where it began is committed")
    @State
    public static class RevokeAgainstAHandler {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);
        private int handled;
        private final Attempts<String, String> attempts = rig.attempts(message -> {
            handled++;
            return AsyncMessageHandler.done();
        });

        @Actor
        public void worker() {
            rig.shared.permits.tryAcquire(1);
            rig.work(attempts);
        }

        @Actor
        public void loop() {
            rig.rebalancer.revoked(List.of(RaceRig.PARTITION));
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r1 = handled;
            r.r2 = (int) rig.committed;
            r.r3 = rig.assignment.abandoned.get();
            r.r4 = rig.lane.due() + rig.shared.permits.inUse() + (int) rig.assignment.remaining();
        }
    }

    /** A stage that is under way is waited for: what it completes is committed. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "completed and committed")
    @State
    public static class RevokeAgainstAStage {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);
        private final CompletableFuture<Void> stage = new CompletableFuture<>();
        private final Attempts<String, String> attempts = rig.attempts(message -> stage);

        public RevokeAgainstAStage() {
            rig.shared.permits.tryAcquire(1);
            rig.work(attempts);
        }

        @Actor
        public void otherThread() {
            stage.complete(null);
        }

        @Actor
        public void loop() {
            rig.rebalancer.revoked(List.of(RaceRig.PARTITION));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = (int) rig.committed;
            r.r2 = rig.assignment.abandoned.get();
            r.r3 = rig.lane.due() + rig.shared.permits.inUse() + rig.assignment.pending.get();
        }
    }

    /** A worker leaves a stage behind: it is seen inside, or the stage is seen pending, or both are over. */
    @JCStressTest
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "handled and committed")
    @Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "not started, so only where it began is committed")
    @State
    public static class RevokeAgainstAWorkerThatLeavesAStage {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);
        private final CompletableFuture<Void> stage = new CompletableFuture<>();
        private int handled;
        private final Attempts<String, String> attempts = rig.attempts(message -> {
            handled++;
            return stage;
        });

        @Actor
        public void workerThenStage() {
            rig.shared.permits.tryAcquire(1);
            rig.work(attempts);
            stage.complete(null);
        }

        @Actor
        public void loop() {
            rig.rebalancer.revoked(List.of(RaceRig.PARTITION));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = handled;
            r.r2 = (int) rig.committed;
            r.r3 = rig.assignment.abandoned.get();
        }
    }

    /** A partition is lost, and nothing is waited for: its record counts as finished or as abandoned, not as both. */
    @JCStressTest
    @Outcome(id = "1, 0, 0, 0", expect = ACCEPTABLE)
    @Outcome(id = "0, 1, 0, 0", expect = ACCEPTABLE)
    @State
    public static class LossAgainstACompletion {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);

        @Actor
        public void worker() {
            rig.finisher.processed(rig.delivery, 0);
            rig.shared.moveOn(rig.delivery);
        }

        @Actor
        public void loop() {
            rig.rebalancer.lost(List.of(RaceRig.PARTITION));
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r1 = rig.finished();
            r.r2 = rig.assignment.abandoned.get();
            r.r3 = (int) rig.assignment.remaining();
            r.r4 = rig.lane.due();
        }
    }

    /** The time of a retry comes while its partition is lost: it goes on, or is let go together with its key. */
    @JCStressTest
    @Outcome(id = "1, 0, 1, 0", expect = ACCEPTABLE, desc = "ready, and the owner of its key")
    @Outcome(id = "0, 1, 0, 0", expect = ACCEPTABLE, desc = "abandoned, and its key is free")
    @State
    public static class LossAgainstARetryThatIsDue {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);

        public LossAgainstARetryThatIsDue() {
            rig.failures.retryLater(rig.delivery, 1);
        }

        @Actor
        public void timer() {
            rig.fire();
        }

        @Actor
        public void loop() {
            rig.rebalancer.lost(List.of(RaceRig.PARTITION));
        }

        @Arbiter
        public void end(IIII_Result r) {
            r.r1 = rig.ready();
            r.r2 = rig.assignment.abandoned.get();
            r.r3 = rig.lane.due();
            r.r4 = rig.assignment.retrying.size();
        }
    }

    /** A record begins to wait while its partition is lost: it is let go, whoever sees the other. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE)
    @State
    public static class LossAgainstARetryThatBegins {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);

        @Actor
        public void worker() {
            rig.failures.retryLater(rig.delivery, 1);
        }

        @Actor
        public void loop() {
            rig.rebalancer.lost(List.of(RaceRig.PARTITION));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = rig.assignment.abandoned.get();
            r.r2 = rig.lane.due();
            r.r3 = rig.assignment.retrying.size() + (rig.fire() ? 1 : 0);
        }
    }

    /** A record is parked while its partition is lost. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE)
    @State
    public static class LossAgainstARecordThatIsParked {
        private final RaceRig rig = new RaceRig(RaceRig.PARKS);
        private final int attempt = rig.delivery.begin();

        @Actor
        public void worker() {
            if (rig.delivery.take(attempt)
                    && rig.failures.failed(rig.delivery, attempt, new IllegalStateException(), 0)) {
                rig.shared.moveOn(rig.delivery);
            }
        }

        @Actor
        public void loop() {
            rig.rebalancer.lost(List.of(RaceRig.PARTITION));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = rig.assignment.abandoned.get();
            r.r2 = rig.lane.due();
            r.r3 = rig.assignment.parked.size();
        }
    }

    /** Records that are to be tried again together, while their partition is lost: each goes on or is let go. */
    @JCStressTest
    @Outcome(id = "2, 0, 0", expect = ACCEPTABLE)
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE)
    @Outcome(id = "0, 2, 0", expect = ACCEPTABLE)
    @State
    public static class LossAgainstABatchThatIsTriedAgain {
        private final RaceRig rig = new RaceRig(RaceRig.RETRIES);

        public LossAgainstABatchThatIsTriedAgain() {
            Group group = new Group();
            Delivery second = rig.next().outOfLane();
            for (Delivery delivery : List.of(rig.delivery, second)) {
                delivery.begin();
                rig.failures.failed(delivery, 1, new IllegalStateException(), 0, group);
            }
            rig.failures.retryTogether(group);
        }

        @Actor
        public void timer() {
            rig.fire();
        }

        @Actor
        public void loop() {
            rig.rebalancer.lost(List.of(RaceRig.PARTITION));
        }

        @Arbiter
        public void end(III_Result r) {
            for (Unit unit = rig.shared.ready.poll(null); unit != null; unit = rig.shared.ready.poll(null)) {
                r.r1 += unit instanceof Group group ? group.deliveries.size() : 100;
            }
            r.r2 = rig.assignment.abandoned.get();
            r.r3 = rig.assignment.retrying.size();
        }
    }
}
