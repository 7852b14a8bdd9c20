package io.burrow.core.worker;

import io.burrow.core.Wait;
import io.burrow.core.schedule.Entry;
import io.burrow.core.schedule.ReadyQueue;
import io.burrow.core.schedule.Unit;
import io.burrow.core.schedule.UnitRun;
import io.burrow.core.time.SystemTimekeeper;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetireTest {
    private static final class Piece extends Entry {
        final int kind;

        Piece(int kind) {
            super(null);
            this.kind = kind;
        }
    }

    /** Kind 0 waits for all of its kind; taking kind 1 waits for the test; kind 2 is what must not be forgotten. */
    private static final class Task implements WorkerTask {
        final ReadyQueue ready = new ReadyQueue();
        final CountDownLatch working = new CountDownLatch(4);
        final CountDownLatch letGo = new CountDownLatch(1);
        final CountDownLatch taken = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final CountDownLatch ran = new CountDownLatch(1);

        @Override
        public @Nullable Unit take(@Nullable Worker worker) {
            Unit unit = ready.poll(null);
            if (unit instanceof Piece piece && piece.kind == 1) {
                taken.countDown();
                await(goOn);
            }
            return unit;
        }

        @Override
        public int ready() {
            return ready.size();
        }

        @Override
        public boolean hasReady() {
            return !ready.isEmpty();
        }

        @Override
        public void run(Unit unit, Worker worker) {
            int kind = ((Piece) unit).kind;
            if (kind == 0) {
                worker.enter(this);
                working.countDown();
                await(letGo);
                worker.leave();
            } else if (kind == 2) {
                ran.countDown();
            }
        }
    }

    @Test
    void workerThatRetires_leavesTheWakeUpThatItSawToAnother() {
        Task task = new Task();
        try (SystemTimekeeper time = new SystemTimekeeper("t")) {
            ThreadWorkers workers = new ThreadWorkers("w", false, time);
            workers.start(task, 4);
            for (int i = 0; i < 4; i++) {
                task.ready.offer(new UnitRun(new Piece(0)));
                workers.wake();
            }
            Wait.until("four work", () -> task.working.getCount() == 0);
            task.letGo.countDown();
            Wait.until("none works", () -> workers.inside(task) == 0);
            task.ready.offer(new UnitRun(new Piece(1)));
            workers.wake();
            Wait.until("one is on its way and has its unit", () -> task.taken.getCount() == 0);
            workers.resize(1); // finds one on its way
            task.ready.offer(new UnitRun(new Piece(2)));
            workers.wake(); // the same
            task.goOn.countDown(); // it runs, then retires; the others are idle
            Wait.until("the other unit ran", () -> task.ran.getCount() == 0);
            workers.close(1_000_000_000L);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
