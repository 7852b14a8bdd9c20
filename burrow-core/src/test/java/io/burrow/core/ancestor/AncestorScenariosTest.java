package io.burrow.core.ancestor;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.Stats;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.ScriptedSource;
import io.burrow.core.Wait;
import io.burrow.core.engine.EngineRig;
import io.burrow.core.ledger.SlowLedger;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.RecordedCommit;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestMessage;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What its ancestor promised, Burrow keeps. */
class AncestorScenariosTest extends EngineRig {
    private static final Set<Long> BAD = Set.of(0L, 1L, 3L, 4L, 5L);

    private long commitPoint(SteppedBurrow<String, String> burrow) {
        return burrow.burrow().stats().partitions().get(P0).commitPoint();
    }

    @Test
    void gapDetection_withOutOfOrderCompletion() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(5);
        burrow.settle();
        List<Long> points = new ArrayList<>();
        for (long offset : new long[] {0, 2, 4, 1, 3}) {
            complete(burrow, offset);
            points.add(commitPoint(burrow));
        }
        assertThat(points).containsExactly(1L, 1L, 1L, 3L, 5L);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void atLeastOnce_afterAFailure() {
        Map<Long, Integer> handled = new HashMap<>();
        SteppedBurrow<String, String> first = start(base().asyncHandler(this::begin));
        produce(10);
        first.settle();
        complete(first, 0, 1, 2, 5, 6);
        first.advance(Duration.ofSeconds(5));
        complete(first, 3, 8); // not committed any more
        broker.faults().crash(member());
        assertThat(committed()).isEqualTo(3);

        SteppedBurrow<String, String> second = start(handler(m -> handled.merge(m.offset(), 1, Integer::sum)));
        second.settle().advance(Duration.ofSeconds(5));
        assertThat(handled)
                .containsOnlyKeys(3L, 4L, 7L, 8L, 9L); // what was committed, as finished above the gap too, is not
        assertThat(handled.values()).containsOnly(1);
        assertThat(committed()).isEqualTo(10);
    }

    @Test
    void rebalance_withWorkInFlight() {
        List<Long> bySecond = new ArrayList<>();
        SteppedBurrow<String, String> first = start(async().config(c -> c.drainTimeout(Duration.ofSeconds(5))));
        produce(6);
        first.settle();
        // three end while the revoke waits, three do not
        clock.schedule(
                1_000_000_000L,
                () -> LongStream.of(0, 1, 4)
                        .forEach(offset -> stages.get(offset).complete(null)));
        SteppedBurrow<String, String> second = start(handler(m -> bySecond.add(m.offset())));
        broker.faults().move("g-2", P0);
        settle(first, second);
        stages.values().forEach(stage -> stage.complete(null)); // too late
        settle(first, second);
        second.advance(Duration.ofSeconds(5));
        first.advance(Duration.ofSeconds(5));

        assertThat(bySecond).containsExactlyInAnyOrder(2L, 3L, 5L);
        assertThat(committed()).isEqualTo(6);
        assertThat(broker.commits("g")).allMatch(RecordedCommit::owned).noneMatch(RecordedCommit::lowered);
    }

    /** Fail, fail, success, fail, fail, fail: only the last three are in a row. */
    @Test
    void errorThreshold_halts() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    started.add(m.offset());
                    if (BAD.contains(m.offset())) {
                        throw new IllegalStateException("no");
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.never()).concurrency(1).errorThreshold(3)));
        produce(10);
        burrow.settle();
        assertThat(started).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause().code()).isEqualTo(ErrorCode.ERROR_THRESHOLD);
        assertThat(committed()).isZero();
        assertThat(broker.members("g")).isEmpty();
    }

    @Test
    void hundredWorkers_thousandMessages() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch hundred = new CountDownLatch(100);
        AtomicLong calls = new AtomicLong();
        try (Burrow<String, String> burrow = base().config(c -> c.concurrency(100))
                .handler(m -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    hundred.countDown();
                    hundred.await();
                    inside.decrementAndGet();
                    calls.incrementAndGet();
                })
                .build()) {
            burrow.start();
            produce(1_000);
            Wait.until("all handled", () -> calls.get() == 1_000);
            assertThat(most.get()).isEqualTo(100);
        }
        assertThat(broker.lag("g")).isZero();
    }

    /** Messages that nothing but Burrow refers to, and what of them is still there. */
    private static final class Tracked {
        private final List<WeakReference<Object>> all = new ArrayList<>();

        SourceRecord<String, byte[]> record(long offset) {
            String key = new String("key-" + offset); // its own object: a key that stays shows a lane that stays
            TestMessage<String, byte[]> message = TestMessage.builder(key, new byte[100])
                    .at(P0.topic(), P0.partition(), offset)
                    .build();
            all.add(new WeakReference<>(key));
            all.add(new WeakReference<>(message));
            return SourceRecord.of(message, 100);
        }

        void feed(ScriptedSource<String, byte[]> source, int from, int count) {
            source.then((partitions, receiver) -> receiver.receive(
                    P0,
                    LongStream.range(from, from + count).mapToObj(this::record).iterator(),
                    from + count));
        }

        long left() {
            System.gc();
            return all.stream().filter(each -> each.get() != null).count();
        }
    }

    private static void failAtTimes(Message<String, byte[]> message) {
        if (message.offset() % 10 == 3 && message.attempt() == 1) {
            throw new IllegalStateException("once");
        }
    }

    @ParameterizedTest
    @EnumSource(Ordering.class)
    void tenThousandMessages_withoutALeak(Ordering ordering) {
        Tracked tracked = new Tracked();
        ScriptedSource<String, byte[]> source = new ScriptedSource<>();
        BurrowBuilder<String, byte[]> builder = Burrow.<String, byte[]>builder()
                .source(source)
                .config(c -> c.ordering(ordering))
                .handler(AncestorScenariosTest::failAtTimes);
        SteppedBurrow<String, byte[]> burrow = SteppedBurrow.start(builder, clock, 1);
        source.assign(P0, 0);
        for (int from = 0; from < 10_000; from += 500) {
            tracked.feed(source, from, 500);
            burrow.settle().advance(Duration.ofSeconds(1));
        }
        burrow.advance(Duration.ofMinutes(10));
        Stats stats = burrow.burrow().stats();
        assertThat(stats.processed()).isEqualTo(10_000);
        assertThat(stats.retried()).isEqualTo(1_000);
        assertThat(source.committed.get(P0).offset()).isEqualTo(10_000);
        assertThat(stats.inFlight()).isZero();
        assertThat(stats.inFlightBytes()).isZero();
        assertThat(clock.scheduled()).isZero();
        for (int i = 0; i < 100; i++) {
            burrow.turn();
        }
        Wait.until("nothing is kept", () -> tracked.left() == 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = WorkerThreads.class,
            names = {"AUTO", "PLATFORM"})
    void tenThousandMessages_withoutALeak_onThreads(WorkerThreads kind) {
        Tracked tracked = new Tracked();
        AtomicInteger handled = new AtomicInteger();
        ScriptedSource<String, byte[]> source = new ScriptedSource<>();
        try (Burrow<String, byte[]> burrow = Burrow.<String, byte[]>builder()
                .source(source)
                .config(c -> c.workerThreads(kind)
                        .commitInterval(Duration.ofMillis(200))
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(20))))
                .handler(m -> {
                    failAtTimes(m);
                    handled.incrementAndGet();
                })
                .build()) {
            burrow.start();
            source.assign(P0, 0);
            for (int from = 0; from < 10_000; from += 500) {
                tracked.feed(source, from, 500);
            }
            Wait.until("all handled", () -> handled.get() == 10_000);
            Wait.until("all committed", () -> source.committed.get(P0).offset() == 10_000);
            Wait.until("nothing is kept", () -> tracked.left() == 0);
            assertThat(burrow.stats().inFlight()).isZero();
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomGaps(long seed) {
        Random random = new Random(seed);
        SlowLedger oracle = new SlowLedger(0);
        List<Long> delivered = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.concurrency(10_000)));
        for (int event = 0; event < 60; event++) {
            if (random.nextInt(3) == 0) {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    if (random.nextInt(5) == 0) {
                        broker.skipOffsets("t", 0, 1 + random.nextInt(100));
                    }
                    long offset = broker.produce("t", 0, "k", "v");
                    oracle.track(offset);
                    open.add(delivered.size());
                    delivered.add(offset);
                }
            } else if (!open.isEmpty()) {
                int index = open.remove(random.nextInt(open.size()));
                oracle.complete(index);
                stages.get(delivered.get(index)).complete(null);
            }
            burrow.settle();
            oracle.endPosition(broker.endOffset("t", 0));
            assertThat(commitPoint(burrow)).as("seed %s, event %s", seed, event).isEqualTo(oracle.commitPoint());
        }
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committedOr(0)).isEqualTo(oracle.commitPoint());
        open.forEach(index -> stages.get(delivered.get(index)).complete(null));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(broker.lag("g")).isZero();
    }

    /** Produce, handle, fail, retry, dead-letter, commit, restart. */
    @Test
    void fullFlow() {
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        Map<Long, List<Integer>> attempts = new HashMap<>();
        BurrowBuilder<String, String> builder = handler(m -> {
                    attempts.computeIfAbsent(m.offset(), offset -> new ArrayList<>())
                            .add(m.attempt());
                    if (m.offset() == 4 || m.offset() == 2 && m.attempt() < 3) {
                        throw new IllegalStateException("no");
                    }
                })
                .deadLetters(letters)
                .config(c ->
                        c.retryPolicy(RetryPolicy.retries(2)).backoff(BackoffStrategy.fixed(Duration.ofSeconds(1))));
        SteppedBurrow<String, String> first = start(builder);
        produce(8);
        first.settle().advance(Duration.ofSeconds(10));
        assertThat(attempts.get(0L)).containsExactly(1);
        assertThat(attempts.get(2L)).containsExactly(1, 2, 3);
        assertThat(attempts.get(4L)).containsExactly(1, 2, 3);
        assertThat(letters.letters()).singleElement().satisfies(letter -> {
            assertThat(letter.record().offset()).isEqualTo(4);
            assertThat(letter.failure().attempt()).isEqualTo(3);
        });
        Stats stats = first.burrow().stats();
        assertThat(stats.processed()).isEqualTo(7);
        assertThat(stats.failed()).isEqualTo(5);
        assertThat(stats.retried()).isEqualTo(4);
        assertThat(stats.deadLettered()).isOne();
        assertThat(committed()).isEqualTo(8);
        assertThat(first.close(Duration.ofSeconds(1)).clean()).isTrue();

        produce(2);
        Set<Long> second = new HashSet<>();
        SteppedBurrow<String, String> next = start(handler(m -> second.add(m.offset())));
        next.settle();
        next.close();
        assertThat(second).containsExactlyInAnyOrder(8L, 9L);
        assertThat(broker.lag("g")).isZero();
    }

    /** At every step that there is, one run each. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void cancellation_ofTheIntakeAtAFullBound(long seed) {
        int steps = FullIntake.steps(seed);
        assertThat(steps).isGreaterThan(100);
        for (int step = 1; step <= steps; step++) {
            try {
                FullIntake.closedAt(seed, step);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("closed at step " + step + " of " + steps + ": " + e.getMessage(), e);
            }
        }
    }
}
