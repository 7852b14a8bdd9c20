package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.Ordering;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The engine step by step, without a thread: what is committed, what is run, and when; bounds, steering, the end. */
class EngineTest extends EngineRig {
    @Test
    void outOfOrder_commitsUpToTheFirstGap() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(5);
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L);
        complete(burrow, 2, 4, 1, 3);
        burrow.advance(Duration.ofSeconds(10));
        assertThat(committed()).isZero();
        complete(burrow, 0);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void firstAssignment_commitsTheStartingPosition() {
        start(async()).settle();
        assertThat(committed()).isZero();
    }

    @Test
    void commitsByCount_butNotSoonerThanTheShortestInterval() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}).config(c -> c.commitRecords(10)));
        burrow.settle();
        produce(25);
        burrow.settle();
        assertThat(committed()).isZero();
        burrow.advance(Duration.ofMillis(100));
        assertThat(committed()).isEqualTo(25);
    }

    @Test
    void trailingHole_doesNotHoldTheCommitPoint() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        produce(3);
        broker.skipOffsets("t", 0, 4);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(7);
    }

    @Test
    void keyOrder_holdsAcrossRetriesAndAsynchronousHandlers() {
        SteppedBurrow<String, String> burrow = start(
                async().config(c -> c.ordering(Ordering.KEY).backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        broker.produce("t", 0, "a", "0");
        broker.produce("t", 0, "a", "1");
        broker.produce("t", 0, "b", "2");
        broker.produce("t", 0, null, "3");
        broker.produce("t", 0, null, "4");
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 2L, 3L, 4L);
        fail(burrow, 0);
        burrow.advance(Duration.ofMillis(999));
        assertThat(started).hasSize(4);
        burrow.advance(Duration.ofMillis(1));
        assertThat(started).hasSize(5).endsWith(0L);
        complete(burrow, 0);
        assertThat(started).hasSize(6).endsWith(1L);
    }

    @Test
    void concurrency_countsStagesThatAreNotCompleted() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.concurrency(3)));
        produce(10);
        burrow.settle();
        assertThat(started).hasSize(3);
        assertThat(burrow.burrow().stats().activeWorkers()).isEqualTo(3);
        complete(burrow, started.get(0));
        assertThat(started).hasSize(4);
        burrow.burrow().reconfigure(c -> c.concurrency(6));
        burrow.settle();
        assertThat(started).hasSize(7);
    }

    @Test
    void bounds_pauseThePartitionAlone_andResumeAtTheLowMark() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.maxPartitionInFlightRecords(10).concurrency(100)));
        produce(50);
        broker.produce("t", 1, "k", "v");
        burrow.settle();
        assertThat(started).hasSize(11); // the bound, and the one of the other partition
        Stats stats = burrow.burrow().stats();
        assertThat(stats.partitions().get(P0).blocked()).isEqualTo(BlockedReason.PARTITION_RECORDS_FULL);
        assertThat(stats.partitions().get(new TopicPartition("t", 1)).blocked()).isEqualTo(BlockedReason.NONE);
        broker.produce("t", 1, "k2", "v");
        burrow.settle();
        assertThat(started).hasSize(12);
        for (int i = 0; i < 50 && burrow.burrow().stats().inFlight() > 0; i++) {
            new HashMap<>(stages).forEach((offset, stage) -> stage.complete(null));
            burrow.settle();
        }
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(50);
    }

    @Test
    void span_stopsIntakeWhenOneRecordHoldsIt() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.maxSpanRecords(64)));
        produce(200);
        burrow.settle();
        for (int i = 0; i < 50; i++) {
            new HashMap<>(stages).forEach((offset, stage) -> {
                if (offset != 0) {
                    stage.complete(null);
                }
            });
            burrow.settle();
        }
        assertThat(started).hasSize(64);
        assertThat(burrow.burrow().stats().partitions().get(P0).blocked()).isEqualTo(BlockedReason.SPAN_FULL);
        complete(burrow, 0);
        assertThat(started.size()).isGreaterThan(64);
    }

    @Test
    void close_redeliversNothing_whenAllIsDone() {
        SteppedBurrow<String, String> burrow = start(handler(m -> started.add(m.offset())));
        produce(20);
        burrow.settle();
        assertThat(burrow.close(Duration.ofSeconds(1))).isEqualTo(new CloseResult(true, 0, List.of()));
        assertThat(committed()).isEqualTo(20);
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.CLOSED);
        SteppedBurrow<String, String> next = start(handler(m -> started.add(m.offset())));
        next.settle();
        assertThat(started).hasSize(20);
    }

    @Test
    void close_commitsAgainWhenTheCommitFails() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        produce(3);
        burrow.settle();
        broker.faults().failNextCommit("g", CommitOutcome.RETRY);
        assertThat(burrow.close(Duration.ofSeconds(1)).clean()).isTrue();
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void close_withAHandlerThatNeverEnds_returnsAndLeavesItUnfinished() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        burrow.settle();
        complete(burrow, 0);
        CloseResult result = burrow.close(Duration.ofSeconds(20));
        assertThat(clock.nanos()).isBetween(20_000_000_000L, 21_000_000_000L);
        assertThat(result.clean()).isFalse();
        assertThat(result.unfinishedRecords()).isEqualTo(2);
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void pauseAndResume_ofAllAndOfOne() {
        SteppedBurrow<String, String> burrow = start(handler(m -> started.add(m.offset())));
        burrow.settle();
        burrow.burrow().pause(P0);
        burrow.settle();
        produce(2);
        burrow.settle();
        assertThat(started).isEmpty();
        assertThat(burrow.burrow().health().partitions().get(0).reason()).isEqualTo(BlockedReason.PAUSED_BY_USER);
        burrow.burrow().resume(P0);
        burrow.settle();
        assertThat(started).hasSize(2);
        burrow.burrow().pause();
        burrow.settle();
        produce(2);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.PAUSED);
        assertThat(started).hasSize(2);
        burrow.burrow().resume();
        burrow.settle();
        assertThat(started).hasSize(4);
    }

    /**
     * With one worker nothing but the queue decides: a key that has started gets no turn before older records of
     * others.
     */
    @Test
    void underKeys_recordsStartInOrderOfArrival() {
        SteppedBurrow<String, String> burrow = start(handler(m -> started.add(m.offset()))
                .config(c -> c.ordering(Ordering.KEY).concurrency(1)));
        for (String key : "a b a a c b a d a c".split(" ")) {
            broker.produce("t", 0, key, "value");
        }
        burrow.settle();
        assertThat(started).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }
}
