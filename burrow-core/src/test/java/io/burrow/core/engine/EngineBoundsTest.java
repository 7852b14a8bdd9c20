package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.Ordering;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How much is held, and that no partition takes it all. */
class EngineBoundsTest extends EngineRig {
    private static final TopicPartition P1 = new TopicPartition("t", 1);
    private static final int SIZE = 100;

    private SteppedBurrow<String, String> sized(UnaryOperator<BurrowConfig.Builder> settings) {
        return start(async().sizer(record -> SIZE).config(settings));
    }

    private void produceTo(int partition, int count) {
        for (int i = 0; i < count; i++) {
            broker.produce("t", partition, "key-" + i, "value");
        }
    }

    private static BlockedReason blocked(SteppedBurrow<String, String> burrow, TopicPartition partition) {
        return burrow.burrow().stats().partitions().get(partition).blocked();
    }

    /** Completes what runs, but not what has been left aside. */
    private void completeAll(SteppedBurrow<String, String> burrow, Set<Long> aside) {
        new HashMap<>(stages).forEach((id, stage) -> {
            if (!aside.contains(id)) {
                stages.remove(id);
                stage.complete(null);
            }
        });
        burrow.settle();
    }

    // ---- marks

    static Stream<Arguments> bounds() {
        return Stream.of(
                Arguments.of(BlockedReason.PARTITION_RECORDS_FULL, (UnaryOperator<BurrowConfig.Builder>)
                        c -> c.maxPartitionInFlightRecords(10)),
                Arguments.of(BlockedReason.PARTITION_BYTES_FULL, (UnaryOperator<BurrowConfig.Builder>)
                        c -> c.maxPartitionInFlightBytes(10 * SIZE)),
                Arguments.of(BlockedReason.RECORDS_FULL, (UnaryOperator<BurrowConfig.Builder>)
                        c -> c.concurrency(10).maxInFlightRecords(10)),
                Arguments.of(BlockedReason.BYTES_FULL, (UnaryOperator<BurrowConfig.Builder>)
                        c -> c.maxInFlightBytes(10 * SIZE)));
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void eachBound_stopsAtItsHighMark_andGoesOnBelowItsLowMark(
            BlockedReason reason, UnaryOperator<BurrowConfig.Builder> bound) {
        broker.createTopic("one", 1);
        SteppedBurrow<String, String> burrow = start(async().source(broker.source("g", List.of("one")))
                .sizer(record -> SIZE)
                .config(bound)
                .config(c -> c.lowWaterPercent(40)));
        TopicPartition partition = new TopicPartition("one", 0);
        for (int i = 0; i < 10; i++) {
            broker.produce("one", 0, "key", "value");
        }
        burrow.settle();
        assertThat(started).hasSize(10);
        assertThat(blocked(burrow, partition)).isEqualTo(reason);
        for (int i = 0; i < 50; i++) {
            broker.produce("one", 0, "key", "value");
        }
        complete(burrow, 0, 1, 2, 3, 4, 5);
        assertThat(started).hasSize(10); // four are held: the low mark, and not below it
        assertThat(blocked(burrow, partition)).isEqualTo(reason);
        complete(burrow, 6);
        assertThat(started).hasSize(17);
        assertThat(blocked(burrow, partition)).isEqualTo(reason);
        for (int i = 0; i < 20 && committedOf("one") < 60; i++) {
            completeAll(burrow, Set.of());
            burrow.advance(Duration.ofSeconds(5));
        }
        assertThat(committedOf("one")).isEqualTo(60);
    }

    private long committedOf(String topic) {
        return broker.committed("g", new TopicPartition(topic, 0)).offset();
    }

    @Test
    void bytesOfOnePartition_stopItAlone() {
        SteppedBurrow<String, String> burrow = sized(c -> c.maxPartitionInFlightBytes(5 * SIZE - 1));
        produceTo(0, 50);
        produceTo(1, 2);
        burrow.settle();
        assertThat(started).hasSize(5 + 2);
        assertThat(blocked(burrow, P0)).isEqualTo(BlockedReason.PARTITION_BYTES_FULL);
        assertThat(blocked(burrow, P1)).isEqualTo(BlockedReason.NONE);
        produceTo(1, 1);
        burrow.settle();
        assertThat(started).hasSize(5 + 3);
    }

    @Test
    void bytesOfAFormerAssignment_countForItsPartition() {
        SteppedBurrow<String, String> burrow =
                sized(c -> c.maxPartitionInFlightBytes(5 * SIZE).drainTimeout(Duration.ofMillis(1)));
        produceTo(0, 50);
        burrow.settle();
        assertThat(started).hasSize(5);
        List<CompletableFuture<Void>> old = List.copyOf(stages.values());
        broker.faults().expire(member());
        burrow.settle();
        assertThat(started).hasSize(5);
        assertThat(burrow.burrow().stats().inFlightBytes()).isEqualTo(5 * SIZE);
        assertThat(blocked(burrow, P0)).isEqualTo(BlockedReason.PARTITION_BYTES_FULL);
        old.forEach(stage -> stage.complete(null));
        burrow.settle();
        assertThat(started).hasSize(10);
    }

    @Test
    void aRecordLargerThanEveryBound_isHandledAlone() {
        SteppedBurrow<String, String> burrow =
                sized(c -> c.maxInFlightBytes(SIZE / 2).maxPartitionInFlightBytes(SIZE / 4));
        produceTo(0, 3);
        for (int i = 0; i < 3; i++) {
            burrow.settle();
            assertThat(started).hasSize(i + 1);
            completeAll(burrow, Set.of());
        }
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3);
    }

    // ---- fairness

    @ParameterizedTest
    @CsvSource({"2, 0", "20, 9", "20, 11", "100, 60"})
    void whatStandsBehindAParkedRecord_doesNotStopItsPartition_belowTheBound(int bound, int behind) {
        Set<String> done = new HashSet<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() == 0) {
                        throw new TerminalException("no");
                    }
                    done.add(m.key());
                })
                .config(c -> c.ordering(Ordering.KEY)
                        .concurrency(1)
                        .errorThreshold(0)
                        .maxPartitionInFlightRecords(bound)));
        for (int i = 0; i <= behind; i++) {
            broker.produce("t", 0, "parked", "value");
        }
        for (int i = 0; i < 4 * bound; i++) {
            broker.produce("t", 0, "key-" + i, "value");
        }
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(done).hasSize(4 * bound);
    }

    @Test
    void tenRecords_areNotStarvedByAMillion() {
        List<TopicPartition> handled = new ArrayList<>();
        int bound = 200;
        SteppedBurrow<String, String> burrow = start(handler(m -> handled.add(new TopicPartition("t", m.partition())))
                .config(c -> c.concurrency(4).maxPartitionInFlightRecords(bound).maxInFlightRecords(1_000)));
        produceTo(0, 20_000); // for the test as good as a million: it does not come to the end of them
        burrow.turn();
        burrow.turn();
        produceTo(1, 10);
        int steps = 0;
        while (handled.stream().filter(P1::equals).count() < 10) {
            burrow.turn();
            burrow.workers().step();
            steps++;
        }
        // taking and running are a step each; what was ready before the ten goes first, nothing else
        assertThat(steps).isLessThan(3 * (bound + 10));
        assertThat(handled.size()).isLessThan(bound + 2 * 10);
    }

    static Stream<Arguments> shared() {
        return Stream.of(
                Arguments.of(BlockedReason.RECORDS_FULL, (UnaryOperator<BurrowConfig.Builder>)
                        c -> c.concurrency(75).maxInFlightRecords(100)),
                Arguments.of(BlockedReason.BYTES_FULL, (UnaryOperator<BurrowConfig.Builder>)
                        c -> c.maxInFlightBytes(100 * SIZE)));
    }

    /** Whatever fails in the first partition waits for an hour, and holds what it holds. */
    private SteppedBurrow<String, String> firstPartitionFails(UnaryOperator<BurrowConfig.Builder> settings) {
        return start(handler(m -> {
                    if (m.partition() == 0) {
                        throw new IllegalStateException("down");
                    }
                    started.add(m.offset());
                })
                .sizer(record -> SIZE)
                .config(settings)
                .config(c -> c.retryPolicy(RetryPolicy.forever()).backoff(BackoffStrategy.fixed(Duration.ofHours(1)))));
    }

    @ParameterizedTest
    @MethodSource("shared")
    void aPartitionThatFillsAllItMay_andStays_leavesRoomForTheOther(
            BlockedReason reason, UnaryOperator<BurrowConfig.Builder> bound) {
        SteppedBurrow<String, String> burrow = firstPartitionFails(bound);
        produceTo(0, 5_000);
        burrow.settle();
        assertThat(blocked(burrow, P0)).isEqualTo(reason);
        // a quarter is kept back, and half of that is the other's
        assertThat(burrow.burrow().stats().inFlightBytes()).isEqualTo(88 * SIZE);

        produceTo(1, 1_000);
        burrow.settle();
        assertThat(started).hasSize(1_000);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(broker.committed("g", P1).offset()).isEqualTo(1_000);
        assertThat(burrow.burrow().stats().retrying()).isEqualTo(88);
    }

    @Test
    void aBoundThatIsTheConcurrency_isNotCut_andTheOtherStillGetsItsTurn() {
        SteppedBurrow<String, String> burrow = start(handler(m -> started.add(m.partition() * 1_000_000L + m.offset()))
                .config(c -> c.concurrency(10).maxInFlightRecords(10)));
        produceTo(0, 20_000);
        burrow.turn();
        produceTo(1, 10);
        for (int steps = 0; started.stream().filter(at -> at >= 1_000_000).count() < 10; steps++) {
            burrow.turn();
            burrow.workers().step();
            assertThat(steps).isLessThan(3 * 600); // a poll's worth of the first, and what runs
        }
        assertThat(burrow.burrow().stats().partitions().get(P0).inFlight()).isPositive();
    }

    @Test
    void onePartitionAlone_mayHoldEverything() {
        broker.createTopic("one", 1);
        SteppedBurrow<String, String> burrow = start(async().source(broker.source("g", List.of("one")))
                .config(c -> c.concurrency(60).maxInFlightRecords(100)));
        for (int i = 0; i < 300; i++) {
            broker.produce("one", 0, "key", "value");
        }
        burrow.turn();
        burrow.turn();
        PartitionStats stats = burrow.burrow().stats().partitions().get(new TopicPartition("one", 0));
        assertThat(started).isEmpty();
        assertThat(burrow.settle().burrow().stats().queued()).isGreaterThanOrEqualTo(40);
        assertThat(started).hasSize(60);
        assertThat(stats.blocked()).isEqualTo(BlockedReason.RECORDS_FULL);
    }

    @Test
    void manyPartitions_eachGetItsShare() {
        broker.createTopic("many", 20);
        SteppedBurrow<String, String> burrow = start(base().source(broker.source("g", List.of("many")))
                .handler(m -> {
                    throw new IllegalStateException("down");
                })
                .config(c -> c.concurrency(10)
                        .maxInFlightRecords(400)
                        .retryPolicy(RetryPolicy.forever())
                        .backoff(BackoffStrategy.fixed(Duration.ofHours(1)))));
        for (int partition = 0; partition < 20; partition++) {
            for (int i = 0; i < 400; i++) {
                broker.produce("many", partition, "key", "value");
            }
            burrow.settle();
        }
        Stats stats = burrow.burrow().stats();
        assertThat(stats.retrying()).isEqualTo(400);
        stats.partitions().forEach((partition, of) -> {
            assertThat(of.blocked()).isEqualTo(BlockedReason.RECORDS_FULL);
            assertThat(of.retrying()).isGreaterThanOrEqualTo(400 / 4 / 20);
        });
    }

    // ---- all that is held counts

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    /** Records that were begun and are not done are held, whatever has become of them meanwhile. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bounds_holdWhateverHappens(long seed) {
        Random random = new Random(seed);
        int all = 5 + random.nextInt(40);
        int own = 1 + random.nextInt(40);
        Set<Long> open = new HashSet<>();
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                base().handler(m -> {
                            long id = m.partition() * 1_000_000L + m.offset();
                            open.add(id);
                            if (random.nextInt(3) == 0) {
                                throw new IllegalStateException("no");
                            }
                            open.remove(id);
                        })
                        .sizer(record -> 1 + (int) (record.offset() % SIZE))
                        .config(c -> c.concurrency(5)
                                .maxInFlightRecords(all)
                                .maxPartitionInFlightRecords(own)
                                .maxInFlightBytes(10 * SIZE)
                                .maxPartitionInFlightBytes(6 * SIZE)
                                .errorThreshold(0)
                                .retryPolicy(RetryPolicy.retries(2))
                                .backoff(BackoffStrategy.fullJitter(Duration.ofMillis(10), Duration.ofMinutes(10)))),
                clock,
                seed);
        for (int i = 0; i < 300; i++) {
            switch (random.nextInt(8)) {
                case 0 -> produceTo(random.nextInt(2), random.nextInt(30));
                case 1 -> clock.advance(Duration.ofMillis(random.nextInt(5_000)));
                case 2 -> burrow.burrow().pause(new TopicPartition("t", random.nextInt(2)));
                case 3 -> burrow.burrow().resume(new TopicPartition("t", random.nextInt(2)));
                case 4 ->
                    burrow.burrow().parked().stream()
                            .limit(random.nextInt(2))
                            .forEach(parked -> burrow.burrow().retryParked(parked.partition(), parked.offset()));
                default -> burrow.turn();
            }
            for (int step = random.nextInt(10); step > 0; step--) {
                burrow.workers().step();
            }
            assertThat(open).hasSizeLessThanOrEqualTo(all);
            assertThat(open.stream().filter(id -> id < 1_000_000).count()).isLessThanOrEqualTo(own);
            assertThat(open.stream().filter(id -> id >= 1_000_000).count()).isLessThanOrEqualTo(own);
            assertThat(burrow.burrow().stats().inFlightBytes()).isLessThan(11 * SIZE);
        }
        assertThat(burrow.burrow().stats().processed()).isPositive();
    }
}
