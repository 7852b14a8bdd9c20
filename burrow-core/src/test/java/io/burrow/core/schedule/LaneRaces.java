package io.burrow.core.schedule;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Who owns a lane: never two, and never nobody while something is due. What a lane runs is noted in plain fields: two
 * owners at once would lose or repeat a digit.
 */
public final class LaneRaces {
    private LaneRaces() {}

    private static final class Item extends Entry {
        final int number;

        Item(Lane lane, int number) {
            super(lane);
            this.number = number;
        }
    }

    /** A key, its lane, and the order in which its records ran. */
    abstract static class Key {
        final LaneTable table = new LaneTable();
        Lane lane = table.lane("key");
        int order;

        void append(int number) {
            lane.append(new Item(lane, number));
        }

        /** What a worker does with a slot. */
        void slot() {
            if (lane.claim()) {
                own();
            }
        }

        /** What an owner does: run what is due. */
        void own() {
            do {
                run();
            } while (lane.finish());
        }

        void run() {
            order = order * 10 + ((Item) lane.current()).number;
        }
    }

    @JCStressTest
    @Outcome(id = "123", expect = ACCEPTABLE, desc = "each once, in order")
    @State
    public static class TwoWorkersAtOneKey extends Key {
        public TwoWorkersAtOneKey() {
            append(1);
            append(2);
            append(3);
        }

        @Actor
        public void worker() {
            slot();
            slot();
        }

        @Actor
        public void otherWorker() {
            slot();
        }

        @Arbiter
        public void end(I_Result r) {
            r.r1 = order;
        }
    }

    /** The last record of a key ends while the next one comes: somebody runs it. */
    @JCStressTest
    @Outcome(id = "12, 0", expect = ACCEPTABLE)
    @State
    public static class LastRecordAgainstTheNext extends Key {
        public LastRecordAgainstTheNext() {
            append(1);
            lane.claim();
        }

        @Actor
        public void owner() {
            own();
        }

        @Actor
        public void loopAndWorker() {
            append(2);
            slot();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = order;
            r.r2 = lane.size() + lane.due();
        }
    }

    /** An owner that may not go on hands the lane on through the ready queue, while others take slots. */
    @JCStressTest
    @Outcome(id = "123", expect = ACCEPTABLE)
    @State
    public static class HandOnAgainstSlots extends Key {
        private final ReadyQueue ready = new ReadyQueue();

        public HandOnAgainstSlots() {
            append(1);
            append(2);
            append(3);
            ready.offer(new UnitRun(lane));
            ready.offer(new UnitRun(lane));
            ready.offer(new UnitRun(lane));
        }

        private void work() {
            Unit unit = ready.poll(null);
            if (unit == null || unit instanceof Lane slot && !slot.claim()) {
                return;
            }
            run();
            if (lane.finish()) {
                ready.offerFirst(lane.current());
            }
        }

        @Actor
        public void worker() {
            work();
            work();
        }

        @Actor
        public void otherWorker() {
            work();
            work();
        }

        @Arbiter
        public void end(I_Result r) {
            while (!ready.isEmpty()) {
                work();
            }
            r.r1 = order;
        }
    }

    /** The loop frees idle lanes and uses them again, while the owner of one ends its last record. */
    @JCStressTest
    @Outcome(id = "12, 0", expect = ACCEPTABLE)
    @State
    public static class SweepAgainstTheLastRecord extends Key {
        private final Lane first = lane;

        public SweepAgainstTheLastRecord() {
            append(1);
            lane.claim();
        }

        @Actor
        public void owner() {
            do {
                order = order * 10 + ((Item) first.current()).number;
            } while (first.finish());
        }

        @Actor
        public void loopAndWorker() {
            table.sweep(16);
            Lane found = table.lane("key");
            found.append(new Item(found, 2));
            lane = found;
            slot();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = order;
            r.r2 = lane.size() + lane.due();
        }
    }

    /** What is due behind the current entry can be reached by its owner, who takes it into its batch. */
    @JCStressTest
    @Outcome(id = "0, 2", expect = ACCEPTABLE)
    @Outcome(id = "2, 2", expect = ACCEPTABLE)
    @State
    public static class BatchAgainstTheNext extends Key {
        public BatchAgainstTheNext() {
            append(1);
            lane.claim();
        }

        @Actor
        public void owner(II_Result r) {
            if (lane.due() > 1) {
                r.r1 = ((Item) lane.after(lane.current())).number;
            }
        }

        @Actor
        public void loopAndWorker() {
            append(2);
            slot();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = lane.due();
        }
    }
}
