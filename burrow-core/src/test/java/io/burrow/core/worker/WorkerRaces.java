package io.burrow.core.worker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What a worker says of itself, and what the loop sees of it. */
public final class WorkerRaces {
    private WorkerRaces() {}

    /** A worker enters and looks whether it may; the loop closes and looks who is inside: one sees the other. */
    @JCStressTest
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "it works, and is seen")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "it does not work, and is seen")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "it does not work")
    @State
    public static class EnterAgainstClosing {
        private final Worker worker = new Worker(0);
        private volatile boolean closed;

        @Actor
        public void worker(ZZ_Result r) {
            worker.enter(this);
            r.r1 = !closed;
        }

        @Actor
        public void loop(ZZ_Result r) {
            closed = true;
            r.r2 = worker.scope() == this;
        }
    }

    /** A job that is seen began when it says, or later. */
    @JCStressTest
    @Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "no job")
    @Outcome(id = "5, 1", expect = ACCEPTABLE)
    @Outcome(id = "9, 1", expect = ACCEPTABLE, desc = "the next one has begun already")
    @Outcome(id = "9, 2", expect = ACCEPTABLE)
    @State
    public static class BeginAgainstTheWatch {
        private final Worker worker = new Worker(0);

        @Actor
        public void worker() {
            worker.begin(1, 5);
            worker.begin(2, 9);
        }

        @Actor
        public void loop(JI_Result r) {
            Object job = worker.job();
            r.r1 = job == null ? -1 : worker.jobStartedNanos();
            r.r2 = job == null ? 0 : (int) job;
        }
    }
}
