package io.burrow.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.CommitMode;
import io.burrow.api.Ordering;
import io.burrow.api.PartitionStats;
import io.burrow.api.StuckAction;
import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RetryDecision;
import io.burrow.core.Burrow;
import io.burrow.core.ForwardingSource;
import io.burrow.core.Wait;
import io.burrow.core.engine.EngineRig;
import io.burrow.core.testing.RebalanceProtocol;
import io.burrow.core.testing.RecordedCommit;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Partitions that are taken away and come back: rows of the list of bugs that peers had. */
class RebalanceScenariosTest extends EngineRig {
    private static final TopicPartition P1 = new TopicPartition("t", 1);

    @Test
    void s01_revokeWithWorkOpen_commitsUpToTheOpenRecord_notToWhatWasPolled() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.drainTimeout(Duration.ofSeconds(1))));
        produce(5);
        burrow.settle();
        complete(burrow, 1, 2, 3, 4);
        started.clear();

        broker.faults().revoke(member(), P0);
        burrow.settle();

        assertThat(committed()).isZero();
        assertThat(started).containsExactly(0L);
        complete(burrow, 0);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void s02_partitionThatComesBack_itsFreshRecordsAreHandled() {
        boolean[] healthy = {false};
        CompletableFuture<Void> old = new CompletableFuture<>();
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(m -> {
                    started.add(m.offset());
                    if (healthy[0]) {
                        return CompletableFuture.completedFuture(null);
                    }
                    if (m.offset() == 0) {
                        throw new IllegalStateException("waits for a retry");
                    }
                    if (m.offset() == 1) {
                        throw new TerminalException("is parked");
                    }
                    return old; // runs
                })
                .config(c -> c.ordering(Ordering.KEY).backoff(BackoffStrategy.fixed(Duration.ofHours(1)))));
        produce(3);
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 1L, 2L);

        // what sits on each key now must not stand in the way of the same record when it comes again
        healthy[0] = true;
        started.clear();
        broker.faults().expire(member());
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 1L);
        old.complete(null);
        burrow.settle().advance(Duration.ofSeconds(5));

        assertThat(started).containsExactlyInAnyOrder(0L, 1L, 2L);
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void s05_revokeThatWaitsForAHandlerThatAsksTheLoop_doesNotDeadlock() {
        AtomicBoolean asked = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean inside = new AtomicBoolean();
        List<Burrow<String, String>> self = new ArrayList<>();
        Burrow<String, String> burrow = base().config(
                        c -> c.drainTimeout(Duration.ofSeconds(4)).closeTimeout(Duration.ofSeconds(1)))
                .handler(m -> {
                    calls.incrementAndGet();
                    inside.set(true);
                    PartitionStats stats = self.get(0).stats().partitions().get(P0);
                    while (stats != null && !asked.get() && self.get(0).state() == BurrowState.RUNNING) {
                        asked.set(stats.blocked() == BlockedReason.REVOKED);
                        stats = self.get(0).stats().partitions().get(P0);
                    }
                })
                .build();
        self.add(burrow);
        try (burrow) {
            burrow.start();
            produce(1);
            Wait.until("it runs", inside::get);
            broker.faults().revoke(member(), P0);
            Wait.until("the revoke is over", () -> burrow.stats().rebalances() >= 3);
            Wait.until("nothing is left", () -> burrow.stats().inFlight() == 0);
            assertThat(asked.get()).as("answered while the revoke waits").isTrue();
        }
        assertThat(calls.get()).isOne();
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void s05_revokeWhileAnAsynchronousCommitIsUnderWay_commitsPastIt() {
        SteppedBurrow<String, String> burrow = start(handler(m -> started.add(m.offset()))
                .config(c -> c.commitMode(CommitMode.ASYNC).commitRecords(1).commitInterval(Duration.ofMillis(100))));
        burrow.settle().advance(Duration.ofSeconds(1));
        broker.faults().holdAsyncCommits("g");
        produce(2);
        burrow.settle().advance(Duration.ofSeconds(1));
        assertThat(broker.faults().heldAsyncCommits("g")).isOne();
        produce(2);
        burrow.settle();

        broker.faults().revoke(member(), P0);
        burrow.settle();

        assertThat(committed()).isEqualTo(4);
        assertThat(started).hasSize(4);
        broker.faults().releaseAsyncCommits("g");
        burrow.advance(Duration.ofSeconds(1));
        assertThat(broker.commits("g")).noneMatch(RecordedCommit::lowered);
    }

    @Test
    void s10_recordsOfAFormerAssignment_countNoLongerThanTheyAreThere() {
        SteppedBurrow<String, String> burrow = start(
                async().config(c -> c.concurrency(5).maxInFlightRecords(20).maxPartitionInFlightRecords(20)));
        produce(100);
        for (int i = 0; i < 3; i++) {
            burrow.settle();
            List<CompletableFuture<Void>> running = List.copyOf(stages.values());
            broker.faults().expire(member());
            burrow.settle();
            running.forEach(stage -> stage.complete(null));
        }
        for (int i = 0; i < 100 && committedOr(0) < 100; i++) {
            List.copyOf(stages.values()).forEach(stage -> stage.complete(null));
            burrow.settle().advance(Duration.ofSeconds(1));
        }
        assertThat(committed()).isEqualTo(100);
        assertThat(burrow.burrow().stats().inFlight()).isZero();
    }

    @Test
    void s17_lateAnswerOfATimedOutAttempt_doesNotFinishTheNext() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.ordering(Ordering.KEY)
                .stuckAfter(Duration.ofSeconds(10))
                .onStuck(StuckAction.RETRY)
                .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(1);
        burrow.settle();
        CompletableFuture<Void> late = stages.get(0L);
        burrow.advance(Duration.ofSeconds(11)).advance(Duration.ofSeconds(1));
        assertThat(started).containsExactly(0L, 0L);

        late.complete(null);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        assertThat(burrow.burrow().stats().activeWorkers()).isOne();
        complete(burrow, 0);
        broker.produce("t", 0, "key-0", "another of the key");
        burrow.settle();
        assertThat(started).containsExactly(0L, 0L, 1L);
        complete(burrow, 1);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void s17_answersOfAFormerAssignment_doNotFinishTheRecordsOfTheNext() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        burrow.settle();
        List<CompletableFuture<Void>> former = List.copyOf(stages.values());
        started.clear();

        broker.faults().expire(member());
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 1L, 2L);
        former.forEach(stage -> stage.complete(null));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();

        complete(burrow, 0, 1, 2);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void s18_whatWasBuffered_isNotHandledByTheFormerOwner_andTheCommitStays() {
        List<Long> byFirst = new ArrayList<>();
        List<Long> bySecond = new ArrayList<>();
        SteppedBurrow<String, String> first = start(handler(m -> byFirst.add(m.offset())));
        first.settle();
        produce(10);
        first.turn(); // buffers, starts nothing
        assertThat(first.burrow().stats().inFlight()).isEqualTo(10);

        SteppedBurrow<String, String> second = start(handler(m -> bySecond.add(m.offset())));
        broker.faults().move("g-2", P0);
        while (broker.assignment("g-2").isEmpty()) { // turns alone: nothing buffered may get the time to run before
            first.turn();
            second.turn();
        }
        settle(second, first);
        second.advance(Duration.ofSeconds(5));
        assertThat(byFirst).isEmpty();
        assertThat(bySecond).hasSize(10);

        broker.faults().move("g-1", P0);
        settle(first, second);
        first.advance(Duration.ofSeconds(10));
        assertThat(byFirst).isEmpty();
        assertThat(committed()).isEqualTo(10);
        assertThat(broker.commits("g")).noneMatch(RecordedCommit::lowered);
    }

    @Test
    void s21_revoke_waitsForRunningHandlers_soNothingIsDoneTwice() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        burrow.settle();
        clock.schedule(2_000_000_000L, () -> stages.values().forEach(stage -> stage.complete(null)));

        broker.faults().revoke(member(), P0);
        burrow.settle();

        assertThat(started).containsExactlyInAnyOrder(0L, 1L, 2L);
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void s21_revoke_doesNotWaitForWorkThatNeverStarted() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.concurrency(3)));
        burrow.settle();
        produce(10);
        burrow.turn();
        for (int i = 0; i < 100 && started.isEmpty(); i++) {
            burrow.workers().step();
        }
        List<Long> running = List.copyOf(started);
        clock.schedule(
                1_000_000_000L,
                () -> running.forEach(offset -> stages.get(offset).complete(null)));
        long before = clock.nanos();

        broker.faults().revoke(member(), P0);
        burrow.turn();

        assertThat(clock.nanos() - before).isEqualTo(1_000_000_000L);
        assertThat(started).isEqualTo(running);
    }

    @Test
    void s22_handlerThatOutlivesThePollInterval_isReported_isLeftBehindInTime_andItsEndChangesNothing() {
        SteppedBurrow<String, String> burrow =
                start(over(broker.source("g", List.of("t"), o -> o.maxPollInterval(Duration.ofSeconds(60))))
                        .asyncHandler(this::begin)
                        .config(c -> c.drainTimeout(Duration.ofMinutes(10)).stuckAfter(Duration.ofSeconds(30))));
        produce(1);
        burrow.settle();
        CompletableFuture<Void> zombie = stages.get(0L);
        burrow.advance(Duration.ofSeconds(90));
        assertThat(burrow.burrow().health().partitions().get(0).reason()).isEqualTo(BlockedReason.HELD_BY_STUCK);

        long before = clock.nanos();
        broker.faults().revoke(member(), P0);
        burrow.turn();
        assertThat(clock.nanos() - before)
                .isLessThanOrEqualTo(Duration.ofSeconds(30).toNanos());

        burrow.settle();
        assertThat(started).containsExactly(0L, 0L);
        zombie.complete(null);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        complete(burrow, 0);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(1);
    }

    /** As Kafka's consumer does, it throws when it is to pause what it does not have. */
    private static final class StrictSource extends ForwardingSource {
        private final Set<TopicPartition> owned = new HashSet<>();

        StrictSource(MessageSource<String, String> inner) {
            super(inner);
        }

        @Override
        public void open(PartitionListener listener) {
            super.open(new PartitionListener() {
                @Override
                public void assigned(Collection<AssignedPartition> partitions) {
                    partitions.forEach(each -> owned.add(each.partition()));
                    listener.assigned(partitions);
                }

                @Override
                public void revoked(Collection<TopicPartition> partitions) {
                    listener.revoked(partitions);
                    owned.removeAll(partitions);
                }

                @Override
                public void lost(Collection<TopicPartition> partitions) {
                    owned.removeAll(partitions);
                    listener.lost(partitions);
                }

                @Override
                public void reset(TopicPartition partition, long position) {
                    listener.reset(partition, position);
                }
            });
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            check(partitions);
            super.pause(partitions);
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            check(partitions);
            super.resume(partitions);
        }

        private void check(Collection<TopicPartition> partitions) {
            if (!owned.containsAll(partitions)) {
                throw new IllegalStateException("no current assignment for partition " + partitions);
            }
        }
    }

    @Test
    void s24_pausedPartitionThatIsTakenAway_isNeitherPausedNorResumedAnyMore() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        SteppedBurrow<String, String> first = start(over(new StrictSource(broker.source("g", List.of("t"))))
                .asyncHandler(this::begin)
                .config(c -> c.maxPartitionInFlightRecords(5).drainTimeout(Duration.ZERO)));
        produce(20);
        first.settle();
        first.burrow().pause(P1);
        first.settle();
        assertThat(first.burrow().stats().partitions().get(P0).blocked())
                .isEqualTo(BlockedReason.PARTITION_RECORDS_FULL);

        SteppedBurrow<String, String> second = start(handler(m -> {}));
        broker.faults().move("g-2", P0, P1);
        settle(first, second);
        assertThat(broker.assignment("g-2")).containsExactly(P0, P1);
        first.burrow().resume(P1);
        first.burrow().pause(P0);
        stages.values().forEach(stage -> stage.complete(null));
        settle(first, second);
        first.burrow().resume(P0);
        settle(first, second);

        assertThat(first.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(first.burrow().stats().partitions()).isEmpty();
    }

    @Test
    void s24_offsetThatGoesBackWithinAnAssignment_isTold_andWhatFollowsIsHandledAgain() {
        List<String> resets = new ArrayList<>();
        SteppedBurrow<String, String> burrow =
                start(handler(m -> started.add(m.offset())).listener(new BurrowListener() {
                    @Override
                    public void positionReset(TopicPartition partition, long from, long to) {
                        resets.add(partition + " " + from + " -> " + to);
                    }
                }));
        produce(5);
        burrow.settle().advance(Duration.ofSeconds(5));
        started.clear();

        broker.faults().resetPosition(member(), P0, 2);
        burrow.settle().advance(Duration.ofSeconds(5));

        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(resets).containsExactly("t-0 5 -> 2");
        assertThat(started).containsExactlyInAnyOrder(2L, 3L, 4L);
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void s25_answerAfterTheRevoke_leadsToNoCommitOfWhatIsNotOwned() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        SteppedBurrow<String, String> first = start(async().config(c -> c.drainTimeout(Duration.ZERO)));
        produce(3);
        first.settle();
        List<CompletableFuture<Void>> late = List.copyOf(stages.values());

        SteppedBurrow<String, String> second = start(async());
        broker.faults().move("g-2", P0);
        settle(first, second);
        assertThat(broker.assignment("g-2")).contains(P0);
        late.forEach(stage -> stage.complete(null));
        settle(first, second);
        first.advance(Duration.ofSeconds(20));

        assertThat(broker.commits("g")).allMatch(RecordedCommit::owned);
        assertThat(committed()).isZero();
    }

    @Test
    void s26_workThatEndsWhileTheRevokeWaits_isCommitted_andNotDoneAgain() {
        List<Long> bySecond = new ArrayList<>();
        SteppedBurrow<String, String> first = start(async());
        produce(2);
        first.settle();
        clock.schedule(2_000_000_000L, () -> stages.values().forEach(stage -> stage.complete(null)));

        SteppedBurrow<String, String> second = start(handler(m -> bySecond.add(m.offset())));
        broker.faults().move("g-2", P0);
        settle(first, second);

        assertThat(broker.assignment("g-2")).containsExactly(P0);
        assertThat(committed()).isEqualTo(2);
        assertThat(bySecond).isEmpty();
    }

    @Test
    void s26_workThatEndsWhileItHalts_isCommitted_andNotDoneAgain() {
        SteppedBurrow<String, String> first = start(base().asyncHandler(m -> {
                    if (m.offset() == 2) {
                        throw new IllegalStateException("halts");
                    }
                    return stages.computeIfAbsent(m.offset(), offset -> new CompletableFuture<>());
                })
                .config(c -> c.retryPolicy(failure -> RetryDecision.HALT)));
        produce(3);
        clock.schedule(2_000_000_000L, () -> stages.values().forEach(stage -> stage.complete(null)));
        first.settle().advance(Duration.ofSeconds(3));
        while (first.turn()) {
            // until it has failed
        }
        assertThat(first.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(committed()).isEqualTo(2);

        start(handler(m -> started.add(m.offset()))).settle();
        assertThat(started).containsExactly(2L);
    }
}
