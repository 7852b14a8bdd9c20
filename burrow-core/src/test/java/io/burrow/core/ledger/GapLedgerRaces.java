package io.burrow.core.ledger;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/** The ledger: workers complete while the loop tracks, advances, and takes a snapshot. */
public final class GapLedgerRaces {
    private static final int CHUNK = GapLedger.CHUNK_SLOTS;

    private GapLedgerRaces() {}

    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "neither completion is lost")
    @State
    public static class TwoCompletionsInOneWord {
        private final GapLedger ledger = filled(2);

        @Actor
        public void worker() {
            ledger.complete(0);
        }

        @Actor
        public void otherWorker() {
            ledger.complete(1);
        }

        @Arbiter
        public void end(J_Result r) {
            ledger.advance();
            r.r1 = ledger.commitPoint();
        }
    }

    /** What the handler did is seen by whoever sees the commit point behind its record. */
    @JCStressTest
    @Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "not finished yet")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "finished, with all that its handler wrote")
    @State
    public static class CompletionAgainstAdvance {
        private final GapLedger ledger = filled(1);
        private int work;

        @Actor
        public void worker() {
            work = 1;
            ledger.complete(0);
        }

        @Actor
        public void loop(II_Result r) {
            ledger.advance();
            r.r1 = ledger.commitPoint() == 0 ? -1 : work;
        }

        @Arbiter
        public void end(II_Result r) {
            ledger.advance();
            r.r2 = (int) ledger.commitPoint();
        }
    }

    /** A snapshot holds what was counted before it, perhaps more, and nothing that is not finished (I1b). */
    @JCStressTest
    @Outcome(id = "0, [012], 0", expect = ACCEPTABLE)
    @Outcome(id = "1, [12], 0", expect = ACCEPTABLE)
    @Outcome(id = "2, 2, 0", expect = ACCEPTABLE)
    @State
    public static class CompletionAgainstSnapshot {
        private final GapLedger ledger = filled(3);
        private final int[] work = new int[3];
        private int told;
        private int untrue;

        @Actor
        public void worker() {
            work[1] = 1;
            ledger.complete(1);
            work[2] = 1;
            ledger.complete(2);
        }

        @Actor
        public void loop(III_Result r) {
            ledger.advance();
            r.r1 = (int) ledger.finishedInSpan();
            ledger.finishedAbove((from, to) -> {
                for (long offset = from; offset < to; offset++) {
                    told++;
                    untrue += 1 - work[(int) offset];
                }
                return true;
            });
            r.r2 = told;
            r.r3 = untrue;
        }
    }

    /** The table of chunks is replaced by a wider one while workers find their chunks through the old one. */
    @JCStressTest
    @Outcome(id = "2, 3", expect = ACCEPTABLE)
    @State
    public static class CompletionAgainstAWiderTable {
        private final GapLedger ledger = filled(2 * CHUNK);

        @Actor
        public void worker() {
            ledger.complete(5);
            ledger.complete(CHUNK + 5);
        }

        @Actor
        public void loop() {
            ledger.track(2 * CHUNK);
        }

        @Arbiter
        public void end(JJ_Result r) {
            r.r1 = ledger.finishedInSpan();
            ledger.complete(2 * CHUNK);
            r.r2 = ledger.finishedInSpan();
        }
    }

    /** The last record of a chunk ends; the chunk is cleared and serves new records, while the next chunk fills up. */
    @JCStressTest
    @Outcome(id = "1025, 1", expect = ACCEPTABLE)
    @State
    public static class CompletionAgainstAReusedChunk {
        private final GapLedger ledger = filled(2 * CHUNK);

        public CompletionAgainstAReusedChunk() {
            for (int sequence = 0; sequence < CHUNK - 1; sequence++) {
                ledger.complete(sequence);
            }
        }

        @Actor
        public void worker() {
            ledger.complete(CHUNK - 1);
            ledger.complete(CHUNK);
        }

        @Actor
        public void loop() {
            ledger.advance();
            ledger.complete(ledger.track(2 * CHUNK));
            ledger.track(2 * CHUNK + 1); // is not finished, whatever its flag was before
            ledger.advance();
        }

        @Arbiter
        public void end(JJ_Result r) {
            ledger.advance();
            r.r1 = ledger.commitPoint();
            r.r2 = ledger.finishedInSpan();
        }
    }

    private static GapLedger filled(int records) {
        GapLedger ledger = new GapLedger(0, 4 * CHUNK);
        for (int offset = 0; offset < records; offset++) {
            ledger.track(offset);
        }
        return ledger;
    }
}
