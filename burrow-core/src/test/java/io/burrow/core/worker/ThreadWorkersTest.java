package io.burrow.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.core.Wait;
import io.burrow.core.schedule.Entry;
import io.burrow.core.schedule.ReadyQueue;
import io.burrow.core.schedule.Unit;
import io.burrow.core.schedule.UnitRun;
import io.burrow.core.testing.TestClock;
import io.burrow.core.time.SystemTimekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ThreadWorkersTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final class Piece extends Entry {
        Piece() {
            super(null);
        }
    }

    private static class Task implements WorkerTask {
        final ReadyQueue ready = new ReadyQueue();
        final Consumer<Worker> body;

        Task(Consumer<Worker> body) {
            this.body = body;
        }

        @Override
        public @Nullable Unit take(@Nullable Worker worker) {
            return ready.poll(null);
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
            worker.enter(this);
            body.accept(worker);
            worker.leave();
        }
    }

    private final SystemTimekeeper time = new SystemTimekeeper("timer");

    @AfterEach
    void closeTime() {
        time.close();
    }

    static List<Boolean> kinds() {
        return VirtualThreads.available() ? List.of(false, true) : List.of(false);
    }

    @ParameterizedTest(name = "virtual {0}")
    @MethodSource("kinds")
    void everyOffer_isRun_howeverOffersAndIdlingInterleave(boolean virtual) {
        AtomicLong ran = new AtomicLong();
        Task task = new Task(worker -> ran.incrementAndGet());
        ThreadWorkers workers = new ThreadWorkers("w", virtual, time);
        workers.start(task, 8);
        long offered = 0;
        for (int round = 0; round < 30_000; round++) {
            for (int n = round % 3; n >= 0; n--) {
                task.ready.offer(new UnitRun(new Piece()));
                offered++;
            }
            workers.wake();
            if (round % 7 == 0) { // lets them all fall idle: the next wake must not be lost
                long want = offered;
                Wait.until("all of " + want + " ran", () -> ran.get() == want);
            }
        }
        long want = offered;
        Wait.until("all ran", () -> ran.get() == want);
        assertThat(workers.close(5 * SECOND)).isEmpty();
    }

    @ParameterizedTest(name = "virtual {0}")
    @MethodSource("kinds")
    void threadsThatCannotBeHad_areDoneWithout_andAskedForAgainLater(boolean virtual) {
        TestClock clock = new TestClock();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicBoolean none = new AtomicBoolean(true);
        CountDownLatch gate = new CountDownLatch(1);
        Task task = new Task(worker -> {
            inside.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts it", e);
            }
        });
        ThreadWorkers workers = new ThreadWorkers("w", virtual, clock);
        workers.starter = thread -> {
            if (inside.get() > 0 && none.get()) {
                refused.incrementAndGet();
                throw new OutOfMemoryError("no native thread");
            }
            thread.start();
        };
        workers.start(task, 4);
        try {
            task.ready.offer(new UnitRun(new Piece()));
            workers.wake();
            Wait.until("one works", () -> inside.get() == 1);
            task.ready.offer(new UnitRun(new Piece(), new Piece(), new Piece()));
            for (int i = 0; i < 5; i++) {
                workers.wake();
            }
            Wait.until("no other can be had", () -> refused.get() > 0);
            assertThat(inside.get()).isOne();
            none.set(false);
            clock.advance(Duration.ofSeconds(1));
            Wait.until("all work", () -> inside.get() == 4);
        } finally {
            gate.countDown();
        }
        assertThat(workers.close(5 * SECOND)).isEmpty();
    }

    @ParameterizedTest(name = "virtual {0}")
    @MethodSource("kinds")
    void asManyWorkAtOnceAsAllowed_andNoMore(boolean virtual) {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        Task task = new Task(worker -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            inside.decrementAndGet();
        });
        ThreadWorkers workers = new ThreadWorkers("w", virtual, time);
        workers.start(task, 50);
        for (int i = 0; i < 500; i++) {
            task.ready.offer(new UnitRun(new Piece()));
        }
        workers.wake();
        Wait.until("all work", () -> inside.get() == 50);
        assertThat(workers.inside(task)).isEqualTo(50);
        workers.resize(80);
        Wait.until("more work", () -> inside.get() == 80);
        assertThat(most.get()).isEqualTo(80);
        gate.countDown();
        Wait.until("all done", () -> task.ready.isEmpty() && inside.get() == 0);
        assertThat(workers.inside(null)).isZero();
        assertThat(workers.close(5 * SECOND)).isEmpty();
    }

    @ParameterizedTest(name = "virtual {0}")
    @MethodSource("kinds")
    void resize_downwards_leavesOnlyAsManyAndLosesNothing(boolean virtual) {
        AtomicLong ran = new AtomicLong();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Task task = new Task(worker -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            ran.incrementAndGet();
            Thread.yield();
            inside.decrementAndGet();
        });
        ThreadWorkers workers = new ThreadWorkers("w", virtual, time);
        workers.start(task, 40);
        long offered = 0;
        for (int round = 0; round < 300; round++) {
            workers.resize(1 + round * 7 % 40);
            for (int n = 0; n < 50; n++) {
                task.ready.offer(new UnitRun(new Piece()));
                offered++;
                workers.wake();
            }
        }
        workers.resize(1);
        long want = offered;
        Wait.until("all ran", () -> ran.get() == want && inside.get() == 0);
        most.set(0);
        for (int n = 0; n < 500; n++) {
            task.ready.offer(new UnitRun(new Piece()));
            workers.wake();
        }
        Wait.until("all ran", () -> ran.get() == want + 500 && inside.get() == 0);
        assertThat(most.get()).isLessThanOrEqualTo(1);
        assertThat(workers.close(5 * SECOND)).isEmpty();
    }

    @ParameterizedTest(name = "virtual {0}")
    @MethodSource("kinds")
    void close_namesThreadsThatAreStillInUserCode(boolean virtual) {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch in = new CountDownLatch(1);
        Task task = new Task(worker -> {
            in.countDown();
            boolean interrupted = true;
            while (interrupted) {
                try {
                    gate.await();
                    interrupted = false;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        });
        ThreadWorkers workers = new ThreadWorkers("stuck", virtual, time);
        workers.start(task, 3);
        task.ready.offer(new UnitRun(new Piece()));
        workers.wake();
        Wait.until("it runs", () -> in.getCount() == 0);
        assertThat(workers.close(50_000_000)).containsExactly("stuck-0");
        gate.countDown();
    }

    @ParameterizedTest(name = "virtual {0}")
    @MethodSource("kinds")
    void close_withoutTimeToWait_namesNoIdleWorker(boolean virtual) throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(20);
        AtomicInteger done = new AtomicInteger();
        Task task = new Task(worker -> {
            boolean stays = worker.index() == 7;
            all.countDown();
            try {
                all.await();
                if (stays) {
                    gate.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            done.incrementAndGet();
        });
        ThreadWorkers workers = new ThreadWorkers("left", virtual, time);
        workers.start(task, 20);
        for (int i = 0; i < 20; i++) {
            task.ready.offer(new UnitRun(new Piece()));
        }
        workers.wake();
        Wait.until("all but one are idle", () -> done.get() == 19 && workers.inside(null) == 1);
        assertThat(workers.close(0)).containsExactly("left-7");
        gate.countDown();
    }

    @ParameterizedTest(name = "virtual {0}")
    @MethodSource("kinds")
    void jobs_runOnThreadsOfTheirOwn_andCloseWaitsForThem_andNamesThoseThatStay(boolean virtual) {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger in = new AtomicInteger();
        ThreadWorkers workers = new ThreadWorkers("jobs", virtual, time);
        workers.start(new Task(worker -> {}), 1);
        for (int i = 0; i < 20; i++) {
            workers.execute(() -> {
                in.incrementAndGet();
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                in.decrementAndGet();
            });
        }
        Wait.until("all run at once", () -> in.get() == 20);
        List<String> left = workers.close(1_000_000);
        assertThat(left).hasSize(20).allMatch(name -> name.startsWith("jobs-later-"));
        assertThatThrownBy(() -> workers.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        gate.countDown();
        Wait.until("all ended", () -> workers.close(0).isEmpty());
        assertThat(in.get()).isZero();
    }

    static Stream<Arguments> seedsOfKinds() {
        return kinds().stream()
                .flatMap(virtual -> IntStream.range(0, 60).mapToObj(seed -> Arguments.of(seed, virtual)));
    }

    /** Several offer, one resizes, workers fall idle at any moment: a lost wake-up would leave something unrun. */
    @ParameterizedTest(name = "seed {0}, virtual {1}")
    @MethodSource("seedsOfKinds")
    void offersByManyThreads_areAllRun_whileTheNumberOfWorkersChanges(int seed, boolean virtual) throws Exception {
        AtomicLong ran = new AtomicLong();
        Task task = new Task(worker -> ran.incrementAndGet());
        ThreadWorkers workers = new ThreadWorkers("w", virtual, time);
        workers.start(task, 4);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            boolean loop = t == 0;
            Random random = new Random(seed * 10L + t);
            threads.add(new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    if (loop) {
                        task.ready.offer(new UnitRun(new Piece()));
                    } else {
                        task.ready.offerFirst(new Piece());
                    }
                    workers.wake();
                    spin(random.nextInt(2_000));
                }
            }));
        }
        Random random = new Random(seed * 10L + 9);
        threads.add(new Thread(() -> {
            for (int i = 0; i < 50; i++) {
                workers.resize(1 + random.nextInt(6));
                spin(random.nextInt(8_000));
            }
        }));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        Wait.until("all ran", () -> ran.get() == 600);
        assertThat(workers.close(5 * SECOND)).isEmpty();
    }

    /** Closed in the middle of it all: what was taken is run, the rest stays, and no worker is left. */
    @ParameterizedTest(name = "seed {0}, virtual {1}")
    @MethodSource("seedsOfKinds")
    void close_againstOffersAndResizes_runsWhatWasTaken_andLeavesNobody(int seed, boolean virtual) throws Exception {
        AtomicLong ran = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        Task task = new Task(worker -> ran.incrementAndGet()) {
            @Override
            public @Nullable Unit take(@Nullable Worker worker) {
                Unit unit = super.take(worker);
                if (unit != null) {
                    taken.incrementAndGet();
                }
                return unit;
            }
        };
        ThreadWorkers workers = new ThreadWorkers("closing-" + seed, virtual, time);
        workers.start(task, 4);
        AtomicLong offered = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        Random random = new Random(seed);
        Thread busy = new Thread(() -> {
            while (!over.get()) {
                task.ready.offer(new UnitRun(new Piece()));
                offered.incrementAndGet();
                workers.wake();
                if (random.nextInt(20) == 0) {
                    workers.resize(1 + random.nextInt(6));
                }
            }
        });
        busy.start();
        int enough = random.nextInt(500);
        Wait.until("some ran", () -> ran.get() >= enough);
        assertThat(workers.close(20 * SECOND)).isEmpty();
        over.set(true);
        busy.join();
        Wait.until(
                "no thread is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("closing-" + seed + "-")));
        long left = 0;
        while (task.ready.poll(null) != null) {
            left++;
        }
        assertThat(ran.get()).isEqualTo(taken.get()).isEqualTo(offered.get() - left);
        assertThat(workers.inside(null)).isZero();
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
