package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.CommitMode;
import io.burrow.api.Ordering;
import io.burrow.api.StuckAction;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Partitions that come and go, positions that move, commits that fail. */
class EngineRebalanceTest extends EngineRig {
    @Test
    void revoke_waitsForRunning_commitsIt_andForgetsTheRest() {
        SteppedBurrow<String, String> burrow =
                start(handler(m -> started.add(m.offset())).config(c -> c.concurrency(2)));
        burrow.settle();
        produce(6);
        burrow.turn();
        burrow.workers().step();
        broker.faults().revoke(member(), P0);
        burrow.settle().advance(Duration.ofSeconds(5));
        // It came back to the same member and was read again from what was committed.
        assertThat(committed()).isEqualTo(6);
        assertThat(new HashSet<>(started)).hasSize(6);
    }

    @Test
    void revoke_afterACommitThatIsGivenUp_leavesNoneOnItsWay() {
        List<CommitOutcome> outcomes = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> started.add(m.offset()))
                .listener(new BurrowListener() {
                    @Override
                    public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
                        if (points.containsKey(P0)) {
                            outcomes.add(result.outcome(P0));
                        }
                    }
                })
                .config(c -> c.commitMode(CommitMode.ASYNC)
                        .commitInterval(Duration.ofSeconds(1))
                        .commitTimeout(Duration.ofMillis(300))
                        .recommitInterval(Duration.ofSeconds(10))));
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(5));
        broker.faults().holdAsyncCommits("g");
        for (int i = 0; i < 1_000 && !outcomes.contains(CommitOutcome.RETRY); i++) {
            burrow.advance(Duration.ofMillis(50));
        }
        assertThat(outcomes).contains(CommitOutcome.RETRY);
        assertThat(broker.faults().heldAsyncCommits("g")).isPositive();

        broker.faults().revoke(member(), P0);
        burrow.settle();
        assertThat(broker.faults().heldAsyncCommits("g")).isZero();
        assertThat(started).hasSize(3);
    }

    @Test
    void lost_commitsNothing_andLateCompletionsChangeNothing() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        burrow.settle();
        Map<Long, CompletableFuture<Void>> old = new HashMap<>(stages);
        started.clear();
        broker.faults().expire(member());
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 1L, 2L);
        old.values().forEach(stage -> stage.complete(null));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        complete(burrow, 0, 1, 2);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void partitionThatComesBack_neverOverlapsOldWorkOfAKey() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.ordering(Ordering.KEY)));
        broker.produce("t", 0, "a", "0");
        broker.produce("t", 0, "b", "1");
        burrow.settle();
        CompletableFuture<Void> oldA = stages.get(0L);
        complete(burrow, 1);
        started.clear();
        broker.faults().expire(member());
        burrow.settle();
        assertThat(started).containsExactly(1L); // "a" still runs in its former life
        oldA.complete(null);
        burrow.settle();
        assertThat(started).containsExactly(1L, 0L);
    }

    @Test
    void stageThatNeverEnds_inAFormerAssignment_letsItsKeyGo_whenItIsStuck() {
        SteppedBurrow<String, String> burrow = start(async().config(c ->
                c.ordering(Ordering.KEY).stuckAfter(Duration.ofSeconds(10)).onStuck(StuckAction.RETRY)));
        broker.produce("t", 0, "a", "0");
        burrow.settle();
        CompletableFuture<Void> old = stages.get(0L);
        started.clear();
        broker.faults().expire(member());
        burrow.settle();
        assertThat(started).isEmpty();
        burrow.advance(Duration.ofSeconds(15));
        assertThat(started).containsExactly(0L);
        old.complete(null); // far too late
        complete(burrow, 0);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void bounds_holdAcrossAssignments_whileAHandlerNeverEnds() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.ordering(Ordering.PARTITION)
                .drainTimeout(Duration.ofMillis(1))
                .concurrency(50)
                .maxPartitionInFlightRecords(80)));
        produce(500);
        burrow.settle();
        CompletableFuture<Void> stuck = stages.get(0L);
        for (int i = 0; i < 30; i++) {
            broker.faults().expire(member());
            burrow.settle();
            assertThat(burrow.burrow().stats().inFlight()).isLessThanOrEqualTo(80 + 500); // the rest of one poll waits
        }
        assertThat(started).containsExactly(0L);
        stuck.complete(null);
        for (int i = 0; i < 600 && committedOr(0) < 500; i++) {
            List.copyOf(stages.values()).forEach(stage -> stage.complete(null));
            burrow.settle().advance(Duration.ofSeconds(5));
        }
        assertThat(committed()).isEqualTo(500);
        assertThat(burrow.burrow().stats().inFlight()).isZero();
    }

    @Test
    void positionReset_startsAfresh() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(5);
        burrow.settle();
        complete(burrow, 0, 1);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(2);
        started.clear();
        broker.faults().resetPosition(member(), P0, 1);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(committed()).isEqualTo(1);
        complete(burrow, 1, 2, 3, 4);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void commitThatFails_isTriedAgain_andNeverForgotten() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        broker.faults().failNextCommit("g", CommitOutcome.RETRY);
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        burrow.advance(Duration.ofMillis(100));
        assertThat(committed()).isEqualTo(3);
        assertThat(burrow.burrow().stats().commitFailures()).isOne();
    }

    @Test
    void commitAnswerThatGetsLost_isCommittedAgain() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        broker.faults().loseNextCommitAnswer("g");
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(6));
        assertThat(committed()).isEqualTo(3);
        assertThat(broker.commits("g").stream().noneMatch(c -> c.lowered())).isTrue();
    }

    @Test
    void unchangedOffset_isCommittedAgainBeforeItExpires() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        produce(1);
        burrow.settle().advance(Duration.ofSeconds(5));
        long before = burrow.burrow().stats().commits();
        burrow.advance(Duration.ofHours(23));
        assertThat(burrow.burrow().stats().commits()).isEqualTo(before);
        burrow.advance(Duration.ofHours(2));
        assertThat(burrow.burrow().stats().commits()).isGreaterThan(before);
    }

    @Test
    void offsetOfUnknownAge_isCommittedAgain_onceAfterEachAssignment() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        produce(1);
        burrow.settle().advance(Duration.ofSeconds(5));
        int stored = broker.commits("g").size();

        broker.faults().revoke(member(), P0);
        burrow.settle();
        assertThat(broker.commits("g")).hasSize(stored); // a rebalance a second must not cost a commit a second
        burrow.advance(Duration.ofSeconds(5));
        assertThat(broker.commits("g")).hasSize(stored + 2);
        burrow.advance(Duration.ofHours(23));
        assertThat(broker.commits("g")).hasSize(stored + 2);
    }
}
