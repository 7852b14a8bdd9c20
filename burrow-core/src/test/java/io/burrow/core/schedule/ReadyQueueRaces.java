package io.burrow.core.schedule;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The ready queue, with an array so small that it spills: nothing lost, nothing taken twice. */
public final class ReadyQueueRaces {
    private static final int CAPACITY = 2;

    private ReadyQueueRaces() {}

    private static final class Item extends Entry {
        final int number;

        Item(int number) {
            super(null);
            this.number = number;
        }
    }

    /** What one thread offers comes out in the order it went in, through the array and past it. */
    @JCStressTest
    @Outcome(id = "0, 0, 1234", expect = ACCEPTABLE)
    @Outcome(id = "0, 1, 234", expect = ACCEPTABLE)
    @Outcome(id = "1, 0, 234", expect = ACCEPTABLE)
    @Outcome(id = "1, 2, 34", expect = ACCEPTABLE)
    @State
    public static class OffersAgainstTakes {
        private final ReadyQueue queue = new ReadyQueue(CAPACITY);

        @Actor
        public void producer() {
            for (int number = 1; number <= 4; number++) {
                queue.offer(new Item(number));
            }
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

    /** Three are there, one of them past the array, for four takes. */
    @JCStressTest
    @Outcome(id = "\\d+, \\d+, 6", expect = ACCEPTABLE, desc = "1, 2 and 3, each once")
    @State
    public static class TwoTakers {
        private final ReadyQueue queue = new ReadyQueue(CAPACITY);

        public TwoTakers() {
            for (int number = 1; number <= 3; number++) {
                queue.offer(new Item(number));
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
            boolean empty = queue.isEmpty() && queue.size() == 0;
            r.r3 = empty ? r.r1 / 10 + r.r1 % 10 + r.r2 / 10 + r.r2 % 10 : -1;
        }
    }

    /** The loop and a timer offer at once, into an array with room for one. */
    @JCStressTest
    @Outcome(id = "1, 2, 3", expect = ACCEPTABLE)
    @Outcome(id = "1, 3, 2", expect = ACCEPTABLE)
    @State
    public static class TwoProducers {
        private final ReadyQueue queue = new ReadyQueue(CAPACITY);

        public TwoProducers() {
            queue.offer(new Item(1));
        }

        @Actor
        public void loop() {
            queue.offer(new Item(2));
        }

        @Actor
        public void timer() {
            queue.offer(new Item(3));
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = take(queue);
            r.r2 = take(queue);
            r.r3 = drain(queue);
        }
    }

    /** The number of the next item, or 0. */
    private static int take(ReadyQueue queue) {
        Item item = (Item) queue.poll();
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
