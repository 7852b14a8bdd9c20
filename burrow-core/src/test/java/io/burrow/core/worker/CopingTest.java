package io.burrow.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Wait;
import io.burrow.core.schedule.Entry;
import io.burrow.core.schedule.ReadyQueue;
import io.burrow.core.schedule.Unit;
import io.burrow.core.schedule.UnitRun;
import io.burrow.core.testing.TestClock;
import io.burrow.core.time.SystemTimekeeper;
import io.burrow.core.time.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopingTest {
    private final TestClock clock = new TestClock();
    private final AtomicInteger looks = new AtomicInteger();
    private final Coping coping = new Coping(clock, looks::incrementAndGet);
    private final Worker worker = new Worker(0);

    /** Of which only the number of units counts that are ready. */
    private static final class Ready implements WorkerTask {
        int count = 100;

        @Override
        public @Nullable Unit take(@Nullable Worker taker) {
            return null;
        }

        @Override
        public boolean hasReady() {
            return count > 0;
        }

        @Override
        public int ready() {
            return count;
        }

        @Override
        public void run(Unit unit, Worker runner) {}
    }

    private final Ready ready = new Ready();

    private void jobs(int count, Duration each) {
        for (int i = 0; i < count; i++) {
            clock.advance(each);
            worker.begin(this, clock.nanos());
        }
    }

    private void becomeBrisk() {
        jobs(64 * 6, Duration.ofNanos(200));
        assertThat(worker.paceNanos()).isEqualTo(200);
    }

    @Test
    void brisk_isWhoseJobsTookNoTime() {
        assertThat(worker.paceNanos()).isZero();
        becomeBrisk();
        jobs(130, Duration.ofNanos(1_500));
        assertThat(worker.paceNanos()).as("jobs of a microsecond and a half").isZero();
        becomeBrisk();
        jobs(2, Duration.ofNanos(40_000));
        assertThat(worker.paceNanos()).as("after two that took their time").isZero();
        becomeBrisk();
        worker.leave();
        assertThat(worker.paceNanos()).as("after a rest").isZero();
    }

    @Test
    void brisk_isNobodyByAClockThatStandsStill() {
        jobs(1_000, Duration.ZERO);
        assertThat(worker.paceNanos()).isZero();
    }

    @Test
    void briskWorker_wakesNobody_andOthersNeitherForAWhile() {
        assertThat(coping.alone(worker, ready)).isFalse();
        assertThat(coping.isUnderWay(ready)).isFalse();
        becomeBrisk();
        assertThat(coping.alone(worker, ready)).isTrue();
        assertThat(coping.isUnderWay(ready)).isTrue();
        assertThat(clock.scheduled()).as("one look for both").isEqualTo(1);

        clock.advance(Duration.ofNanos(200_000));

        assertThat(coping.isUnderWay(ready)).as("it has not said so since").isFalse();
    }

    @Test
    void moreReadyThanOneCanDoInAMillisecond_wakesOthers() {
        becomeBrisk();
        ready.count = 5_001;
        assertThat(coping.alone(worker, ready)).isFalse();
        ready.count = 5_000;
        assertThat(coping.alone(worker, ready)).isTrue();
        ready.count = 5_001;
        assertThat(coping.isUnderWay(ready)).isFalse();

        jobs(64 * 6, Duration.ofNanos(800));
        ready.count = 2_000;
        assertThat(coping.alone(worker, ready)).as("of slower ones").isFalse();
    }

    @Test
    void whoIsNotBriskAnyMore_takesItsWordBack() {
        becomeBrisk();
        assertThat(coping.alone(worker, ready)).isTrue();

        jobs(2, Duration.ofNanos(40_000));

        assertThat(coping.alone(worker, ready)).isFalse();
        assertThat(coping.isUnderWay(ready)).isFalse();
    }

    @Test
    void wordsThatWereStaleTwiceInARow_countForNothingForAWhile() {
        becomeBrisk();
        assertThat(coping.alone(worker, ready)).isTrue();
        clock.advance(Duration.ofNanos(Coping.LOOK_NANOS));
        becomeBrisk();
        assertThat(coping.alone(worker, ready)).as("after one").isTrue();
        clock.advance(Duration.ofNanos(Coping.LOOK_NANOS));
        becomeBrisk();
        assertThat(coping.alone(worker, ready)).as("after two").isFalse();

        clock.advance(Duration.ofNanos(Coping.DISTRUST_NANOS));
        becomeBrisk();
        assertThat(coping.alone(worker, ready)).isTrue();
    }

    @Test
    void whoRests_takesItsWordBack() {
        becomeBrisk();
        assertThat(coping.alone(worker, ready)).isTrue();

        coping.rests();

        assertThat(coping.isUnderWay(ready)).isFalse();
    }

    @Test
    void whoIsLeftAlone_isLookedAfter() {
        becomeBrisk();
        assertThat(coping.alone(worker, ready)).isTrue();
        clock.advance(Duration.ofNanos(Coping.LOOK_NANOS));
        assertThat(looks.get()).isEqualTo(1);

        becomeBrisk();
        assertThat(coping.alone(worker, ready)).isTrue();
        assertThat(coping.isUnderWay(ready)).isTrue();
        clock.advance(Duration.ofNanos(Coping.LOOK_NANOS));
        assertThat(looks.get()).isEqualTo(2);
    }

    @Test
    void nothingReadyAtTheLook_wakesNobody() {
        becomeBrisk();
        assertThat(coping.alone(worker, ready)).isTrue();
        ready.count = 0;

        clock.advance(Duration.ofNanos(Coping.LOOK_NANOS));

        assertThat(looks.get()).isZero();
    }

    /** Without a timer nobody would look; and it is not asked for again and again. */
    @Test
    void noTimerToBeHad_wakesOthers() {
        AtomicInteger refused = new AtomicInteger();
        Coping without = new Coping(new WithoutTimer(clock, refused), looks::incrementAndGet);
        becomeBrisk();
        for (int i = 0; i < 1_000; i++) {
            assertThat(without.alone(worker, ready)).isFalse();
            assertThat(without.isUnderWay(ready)).isFalse();
        }
        assertThat(refused.get()).isEqualTo(1);

        clock.advance(Duration.ofNanos(Coping.WITHOUT_TIMER_NANOS));
        becomeBrisk();
        assertThat(without.alone(worker, ready)).isFalse();
        assertThat(refused.get()).isEqualTo(2);
    }

    private record WithoutTimer(TestClock clock, AtomicInteger refused) implements Timekeeper {
        @Override
        public long nanos() {
            return clock.nanos();
        }

        @Override
        public Instant now() {
            return clock.now();
        }

        @Override
        public Timeout schedule(long delayNanos, Runnable task) {
            refused.incrementAndGet();
            throw new OutOfMemoryError("no native thread");
        }

        @Override
        public void close() {}
    }

    // ---- with threads

    private static final class Piece extends Entry {
        final boolean blocks;

        Piece(boolean blocks) {
            super(null);
            this.blocks = blocks;
        }
    }

    /** Pieces that take no time, but for some that do not end before all others have run. */
    private static final class Pieces implements WorkerTask {
        final ReadyQueue queue = new ReadyQueue();
        final AtomicLong quick = new AtomicLong();
        final AtomicLong ended = new AtomicLong();
        volatile long quickInAll = Long.MAX_VALUE;

        @Override
        public @Nullable Unit take(@Nullable Worker taker) {
            return queue.poll(null);
        }

        @Override
        public boolean hasReady() {
            return !queue.isEmpty();
        }

        @Override
        public int ready() {
            return queue.size();
        }

        @Override
        public void run(Unit unit, Worker runner) {
            runner.begin(unit, System.nanoTime());
            if (((Piece) unit).blocks) {
                Wait.until("what is behind one that blocks has run", () -> quick.get() == quickInAll);
            } else {
                quick.incrementAndGet();
            }
            ended.incrementAndGet();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void handlerThatBlocksAmongQuickOnes_keepsNoneOfThemWaiting(long seed) {
        Random random = new Random(seed);
        SystemTimekeeper time = new SystemTimekeeper("timer");
        Pieces pieces = new Pieces();
        ThreadWorkers workers = new ThreadWorkers("w", VirtualThreads.available() && seed % 2 == 0, time);
        workers.start(pieces, 4);
        long ended = 0;
        long quick = 0;
        for (int round = 0; round < 300; round++) {
            int blocking = random.nextInt(4); // one worker is left, at least
            pieces.quickInAll = Long.MAX_VALUE;
            for (int offers = random.nextInt(1, 30); offers > 0; offers--) {
                Piece[] run = new Piece[random.nextInt(1, 65)];
                for (int i = 0; i < run.length; i++) {
                    boolean blocks = blocking > 0 && random.nextInt(200) == 0;
                    blocking -= blocks ? 1 : 0;
                    quick += blocks ? 0 : 1;
                    run[i] = new Piece(blocks);
                }
                ended += run.length;
                pieces.queue.offer(new UnitRun(run));
                workers.wake();
            }
            pieces.quickInAll = quick;
            long want = ended;
            Wait.until("round " + round + " of seed " + seed, () -> pieces.ended.get() == want);
        }
        assertThat(workers.close(Duration.ofSeconds(5).toNanos())).isEmpty();
        time.close();
    }
}
