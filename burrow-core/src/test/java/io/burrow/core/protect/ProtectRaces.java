package io.burrow.core.protect;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Breaker and budget: never more leave than there is. */
public final class ProtectRaces {
    private ProtectRaces() {}

    /** A breaker that opens at the first failure, for 10 ns, with one probe. */
    private static Breaker opened() {
        Breaker breaker = new Breaker();
        breaker.configure(100, 1, 10, 1);
        breaker.record(true, 0, 0);
        return breaker;
    }

    private static int start(Breaker breaker) {
        return breaker.tryStart() ? 1 : 0;
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE)
    @State
    public static class TwoWorkersForOneProbe {
        private final Breaker breaker = opened();

        public TwoWorkersForOneProbe() {
            breaker.tick(10);
        }

        @Actor
        public void worker(II_Result r) {
            r.r1 = start(breaker);
        }

        @Actor
        public void otherWorker(II_Result r) {
            r.r2 = start(breaker);
        }
    }

    /** A probe that was not used is somebody else's; the time comes for another round at any moment. */
    @JCStressTest
    @Outcome(id = "[01], [01], 1", expect = ACCEPTABLE, desc = "one probe in all, none of them used before")
    @State
    public static class TickAgainstAProbeGivenBack {
        private final Breaker breaker = opened();

        @Actor
        public void timer(III_Result r) {
            breaker.tick(10);
            r.r1 = start(breaker);
        }

        @Actor
        public void worker(III_Result r) {
            r.r2 = start(breaker);
            if (r.r2 == 1) {
                breaker.notStarted();
            }
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = r.r1 + start(breaker) + start(breaker);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE)
    @State
    public static class TwoWorkersForOnePermit {
        private final Budget budget = new Budget();

        public TwoWorkersForOnePermit() {
            budget.configure(1, 1_000_000_000, 1);
        }

        @Actor
        public void worker(II_Result r) {
            r.r1 = budget.tryTake(0) ? 1 : 0;
        }

        @Actor
        public void otherWorker(II_Result r) {
            r.r2 = budget.tryTake(0) ? 1 : 0;
        }
    }

    /** Who must wait for a permit waits for one of its own. */
    @JCStressTest
    @Outcome(
            id = {"0, 1000", "1000, 0"},
            expect = ACCEPTABLE)
    @State
    public static class TwoReservations {
        private final Budget budget = new Budget();

        public TwoReservations() {
            budget.configure(1, 1_000, 1);
        }

        @Actor
        public void worker(II_Result r) {
            r.r1 = (int) budget.reserve(0);
        }

        @Actor
        public void otherWorker(II_Result r) {
            r.r2 = (int) budget.reserve(0);
        }
    }
}
