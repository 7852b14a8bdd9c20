package io.burrow.core.schedule;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The ready queue: nothing lost, nothing taken twice, within a run and from one to the next. */
public final class ReadyQueueRaces {
    private ReadyQueueRaces() {}

    private static final class Item extends Entry {
        final int number;

        Item(int number) {
            super(null);
            this.number = number;
        }
    }

    /** A run of consecutive numbers. */
    private static Run run(int from, int to) {
        Item[] items = new Item[to - from + 1];
        for (int i = 0; i < items.length; i++) {
            items[i] = new Item(from + i);
        }
        return new UnitRun(items);
    }

    /** What the loop offers comes out in the order it went in, run after run. */
    @JCStressTest
    @Outcome(id = "0, 0, 1234", expect = ACCEPTABLE)
    @Outcome(id = "0, 1, 234", expect = ACCEPTABLE)
    @Outcome(id = "1, 0, 234", expect = ACCEPTABLE)
    @Outcome(id = "1, 2, 34", expect = ACCEPTABLE)
    @State
    public static class OffersAgainstTakes {
        private final ReadyQueue queue = new ReadyQueue();

        @Actor
        public void loop() {
            queue.offer(run(1, 1));
            queue.offer(run(2, 3));
            queue.offer(run(4, 4));
        }

        @Actor
        public void worker(III_Result r) {
            r.r1 = take(queue);
            r.r2 = take(queue);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = drain(queue);
        }
    }

    /** Three are there in one run, for four takes. */
    @JCStressTest
    @Outcome(id = "\\d+, \\d+, 6", expect = ACCEPTABLE, desc = "1, 2 and 3, each once")
    @State
    public static class TwoTakers {
        private final ReadyQueue queue = new ReadyQueue();

        public TwoTakers() {
            queue.offer(run(1, 3));
        }

        @Actor
        public void worker(III_Result r) {
            r.r1 = take(queue) * 10 + take(queue);
        }

        @Actor
        public void otherWorker(III_Result r) {
            r.r2 = take(queue) * 10 + take(queue);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = sumIfEmpty(queue, r.r1, r.r2);
        }
    }

    /** Each is a run of its own, so that both move the head on. */
    @JCStressTest
    @Outcome(id = "\\d+, \\d+, 10", expect = ACCEPTABLE, desc = "1, 2, 3 and 4, each once")
    @State
    public static class TwoTakersMoveTheHead {
        private final ReadyQueue queue = new ReadyQueue();

        public TwoTakersMoveTheHead() {
            for (int number = 1; number <= 4; number++) {
                queue.offer(run(number, number));
            }
        }

        @Actor
        public void worker(III_Result r) {
            r.r1 = take(queue) * 10 + take(queue);
        }

        @Actor
        public void otherWorker(III_Result r) {
            r.r2 = take(queue) * 10 + take(queue);
        }

        @Arbiter
        public void end(III_Result r) {
            r.r3 = sumIfEmpty(queue, r.r1, r.r2);
        }
    }

    /** The loop offers while a timer lets something go first. */
    @JCStressTest
    @Outcome(id = "3, 1, 2", expect = ACCEPTABLE)
    @State
    public static class LoopAndTimer {
        private final ReadyQueue queue = new ReadyQueue();

        public LoopAndTimer() {
            queue.offer(run(1, 1));
        }

        @Actor
        public void loop() {
            queue.offer(run(2, 2));
        }

        @Actor
        public void timer() {
            queue.offerFirst(new Item(3));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = take(queue);
            r.r2 = take(queue);
            r.r3 = drain(queue);
        }
    }

    private static int sumIfEmpty(ReadyQueue queue, int two, int otherTwo) {
        boolean empty = queue.isEmpty() && queue.size() == 0;
        return empty ? two / 10 + two % 10 + otherTwo / 10 + otherTwo % 10 : -1;
    }

    /** The number of the next item, or 0. */
    private static int take(ReadyQueue queue) {
        Item item = (Item) queue.poll(null);
        return item == null ? 0 : item.number;
    }

    /** The numbers of all items, as digits. */
    private static int drain(ReadyQueue queue) {
        int digits = 0;
        for (int next = take(queue); next != 0; next = take(queue)) {
            digits = digits * 10 + next;
        }
        return digits;
    }
}
