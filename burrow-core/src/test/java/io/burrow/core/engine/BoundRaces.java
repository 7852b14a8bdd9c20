package io.burrow.core.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.burrow.api.BurrowConfig;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Counts that bound: no permit too many, and no wake-up too few. */
public final class BoundRaces {
    private static final BurrowConfig SPAN =
            BurrowConfig.builder().concurrency(1).maxSpanRecords(64).build();
    private static final BurrowConfig PARTITION_OF_THREE =
            BurrowConfig.builder().concurrency(1).maxPartitionInFlightRecords(3).build();
    private static final BurrowConfig THREE_IN_FLIGHT =
            BurrowConfig.builder().concurrency(1).maxInFlightRecords(3).build();

    private BoundRaces() {}

    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = ACCEPTABLE)
    @State
    public static class TwoWorkersForOnePermit {
        private final Permits permits = new Permits();

        @Actor
        public void worker(III_Result r) {
            r.r1 = permits.tryAcquire(1) ? 1 : 0;
        }

        @Actor
        public void otherWorker(III_Result r) {
            r.r2 = permits.tryAcquire(1) ? 1 : 0;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = permits.inUse();
        }
    }

    /** The loop is woken by the record that it waits for, once. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE)
    @State
    public static class TwoRecordsOfACountdown {
        private int woken;
        private final Countdown countdown = new Countdown(() -> woken++);

        public TwoRecordsOfACountdown() {
            countdown.set(2);
        }

        @Actor
        public void worker() {
            countdown.count();
        }

        @Actor
        public void otherWorker() {
            countdown.count();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = woken;
            countdown.count();
            r.r2 = woken - r.r1;
        }
    }

    /** The oldest record of a full span ends while the loop stops its partition: the loop goes on, or is woken. */
    @JCStressTest
    @Outcome(id = "0, .*", expect = ACCEPTABLE, desc = "not stopped")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "stopped, and woken")
    @State
    public static class FullSpanAgainstItsOldestRecord {
        private final RaceRig rig = new RaceRig(SPAN);
        private final Intake<String, String> intake = intake(rig);

        public FullSpanAgainstItsOldestRecord() {
            while (rig.assignment.ledger.room() > 0) {
                rig.next();
            }
        }

        @Actor
        public void worker() {
            rig.assignment.complete(rig.delivery);
        }

        @Actor
        public void loop() {
            rig.assignment.advance();
            intake.balance();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = rig.assignment.pausedAtSource ? 1 : 0;
            r.r2 = rig.woken ? 1 : 0;
        }
    }

    /** All records of a full partition end while the loop stops it. */
    @JCStressTest
    @Outcome(id = "0, .*", expect = ACCEPTABLE, desc = "not stopped")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "stopped, and woken")
    @State
    public static class FullPartitionAgainstItsRecords {
        private final RaceRig rig = new RaceRig(PARTITION_OF_THREE);
        private final Intake<String, String> intake = intake(rig);
        private final Delivery second = rig.next();
        private final Delivery third = rig.next();

        @Actor
        public void worker() {
            rig.finisher.processed(rig.delivery, 0);
            rig.finisher.processed(second, 0);
            rig.finisher.processed(third, 0);
        }

        @Actor
        public void loop() {
            intake.balance();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = rig.assignment.pausedAtSource ? 1 : 0;
            r.r2 = rig.woken ? 1 : 0;
        }
    }

    /** All records that may be in flight end while the loop stops everything. */
    @JCStressTest
    @Outcome(id = "0, .*", expect = ACCEPTABLE, desc = "not stopped")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "stopped, and woken")
    @State
    public static class AllInFlightAgainstTheirEnd {
        private final RaceRig rig = new RaceRig(THREE_IN_FLIGHT);
        private final Intake<String, String> intake = intake(rig);
        private final Delivery second = rig.next();
        private final Delivery third = rig.next();

        @Actor
        public void worker() {
            rig.finisher.processed(rig.delivery, 0);
            rig.finisher.processed(second, 0);
            rig.finisher.processed(third, 0);
        }

        @Actor
        public void loop() {
            intake.balance();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = rig.assignment.pausedAtSource ? 1 : 0;
            r.r2 = rig.woken ? 1 : 0;
        }
    }

    private static Intake<String, String> intake(RaceRig rig) {
        return new Intake<>(
                rig.shared,
                rig.assignments,
                new Extensions<>(new QuietSource(), null, null, null, false, null, null, List.of()));
    }
}
