package io.burrow.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowState;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.core.KeptLog;
import io.burrow.core.engine.Engine;
import io.burrow.core.engine.EngineRig;
import io.burrow.core.engine.Extensions;
import io.burrow.core.ledger.GapLedger;
import io.burrow.core.snapshot.OffsetRanges;
import io.burrow.core.snapshot.Snapshot;
import io.burrow.core.snapshot.SnapshotCodec;
import io.burrow.core.testing.InMemorySource;
import io.burrow.core.testing.RecordedCommit;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.SteppingWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is committed, when, and what is made of the answer: rows of the list of bugs that peers had. */
class CommitScenariosTest extends EngineRig {
    private static final TopicPartition P1 = new TopicPartition("t", 1);

    /** Commits through another, after a step of the test's. */
    private record Before(OffsetCommitter to, Runnable limit, Runnable commit) implements OffsetCommitter {
        @Override
        public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
            commit.run();
            return to.commit(points, timeout);
        }

        @Override
        public int metadataLimit() {
            limit.run();
            return to.metadataLimit();
        }
    }

    @Test
    void s03_recordThatEndsWhileACommitIsMade_leavesOffsetAndTextOfOneMoment() {
        InMemorySource<String, String> source = broker.source("g", List.of("t"));
        Runnable end = () -> {
            if (clock.nanos() >= 5_000_000_000L) { // when the commit is due, which asks for the limit while it is made
                stages.get(0L).complete(null);
            }
        };
        SteppedBurrow<String, String> first = start(over(source)
                .committer(new Before(source.committer(), end, () -> {}))
                .asyncHandler(this::begin));
        produce(6);
        first.settle();
        complete(first, 2, 4);
        while (broker.committed("g", P0).metadata().isEmpty()) {
            clock.advance(Duration.ofSeconds(1));
            first.turn();
        }
        broker.faults().crash(source.member());
        started.clear();

        SteppedBurrow<String, String> second = start(async());
        second.settle();
        assertThat(started).contains(1L, 3L, 5L).doesNotContain(2L, 4L);
    }

    @Test
    void s03_textOfOneCommitBesideTheOffsetOfAnother_saysNothing() {
        SteppedBurrow<String, String> first = start(async());
        produce(6);
        first.settle();
        complete(first, 2, 4);
        first.advance(Duration.ofSeconds(5));
        CommitPoint committed = broker.committed("g", P0);
        assertThat(committed.metadata()).isNotEmpty();
        broker.faults().crash(member());
        started.clear();

        broker.setCommitted("g", P0, new CommitPoint(1, committed.leaderEpoch(), committed.metadata()));
        start(async()).settle();
        assertThat(started).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
    }

    /** As the exception of Kafka's consumer of that name. */
    private static final class RebalanceInProgress extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void s04_commitThatThrowsBecauseOfARebalance_endsNothing_andIsMadeAgain() {
        InMemorySource<String, String> source = broker.source("g", List.of("t"));
        int[] failing = {0};
        Runnable refuse = () -> {
            if (failing[0] > 0) {
                failing[0]--;
                throw new RebalanceInProgress();
            }
        };
        SteppedBurrow<String, String> burrow = start(over(source)
                .committer(new Before(source.committer(), () -> {}, refuse))
                .handler(m -> started.add(m.offset())));
        burrow.settle();
        produce(3);
        failing[0] = 2;
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        burrow.advance(Duration.ofSeconds(1)).advance(Duration.ofSeconds(1));
        assertThat(committed()).isEqualTo(3);

        produce(2);
        burrow.settle();
        failing[0] = 1; // the last commit of a revoke
        broker.faults().revoke(source.member(), P0);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void s07_commitThatIsRefused_isMadeAgain_andHoldsUpNoOther() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        produce(3);
        broker.produce("t", 1, "k", "v");
        broker.faults().failNextCommit("g", P0, CommitOutcome.REJECTED);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        assertThat(broker.committed("g", P1).offset()).isEqualTo(1);
        assertThat(burrow.burrow().health().problems()).anyMatch(p -> p.contains("COMMIT_FAILED"));
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void s07_commitOfWhichNothingIsKnown_isMadeAgain() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        produce(3);
        broker.faults().failNextCommit("g", CommitOutcome.RETRY);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        burrow.advance(Duration.ofSeconds(1));
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void s07_commitOfWhichNothingIsKnown_obeyedAfterALaterOne_isOverwritten() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        produce(3);
        broker.faults().failNextCommit("g", CommitOutcome.RETRY);
        burrow.settle().advance(Duration.ofSeconds(5));
        produce(2);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(5);

        broker.setCommitted("g", P0, CommitPoint.of(3)); // it was on its way all the time
        burrow.advance(Duration.ofSeconds(6));

        assertThat(committed()).isEqualTo(5);
        for (int i = 0; i < 12; i++) {
            burrow.advance(Duration.ofSeconds(5));
        }
        int untilSure = broker.commits("g").size();
        for (int i = 0; i < 12; i++) {
            burrow.advance(Duration.ofSeconds(5));
        }
        assertThat(broker.commits("g"))
                .as("commits when it can be on its way no more")
                .hasSize(untilSure);
    }

    @Test
    void s11_foreignMetadata_isNoObstacle() {
        produce(6);
        List<String> foreign = List.of(
                "free text", "bw1:", "bw1:!!!!", "bw1:A", "bw1:AAAAAAAA", "bw2:AAAA", "bf5AAAEAA==", "o:0,5", "\ud800");
        for (String text : foreign) {
            started.clear();
            broker.setCommitted("g", P0, new CommitPoint(2, -1, text));
            SteppedBurrow<String, String> burrow = start(handler(m -> started.add(m.offset())));
            burrow.settle();
            assertThat(started).as(text).containsExactlyInAnyOrder(2L, 3L, 4L, 5L);
            burrow.close();
            assertThat(committed()).isEqualTo(6);
        }
    }

    @Test
    void s11_foreignMetadata_isToldOnce_withoutItsText() {
        produce(6);
        broker.setCommitted("g", P0, new CommitPoint(2, -1, "free text"));
        List<String> told = new ArrayList<>();
        SteppingWorkers workers = new SteppingWorkers(clock, new Random(1));
        RandomGenerator random = new Random(1);
        AsyncMessageHandler<String, String> handler = message -> {
            started.add(message.offset());
            return AsyncMessageHandler.done();
        };
        Engine<String, String> engine = new Engine<>(
                new Extensions<>(broker.source("g", List.of("t")), null, handler, null, true, null, null, List.of()),
                BurrowConfig.builder().build(),
                clock,
                workers,
                () -> random,
                new KeptLog(told),
                (from, to) -> {});
        engine.open();
        for (int turn = 0; turn < 50; turn++) {
            engine.turn(false);
            while (workers.step()) {}
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(started).containsExactlyInAnyOrder(2L, 3L, 4L, 5L);
        assertThat(committed()).isEqualTo(6);
        assertThat(told)
                .filteredOn(line -> line.contains("says nothing"))
                .containsExactly("INFO partition=t-0 offset=2 what is kept with offset 2 of t-0 says nothing");
        assertThat(told).allSatisfy(line -> assertThat(line).doesNotContain("free text"));
    }

    @Test
    void s12_textThatCannotBeRead_doesNotFinishTheRecordItStandsBeside() {
        produce(4);
        broker.setCommitted("g", P0, new CommitPoint(2, -1, "bw1:!!!!"));
        start(handler(m -> started.add(m.offset()))).settle();
        assertThat(started).containsExactlyInAnyOrder(2L, 3L);
    }

    @Test
    void s12_noText_namesTheRecordItStandsBeside() {
        produce(4);
        OffsetRanges itself = OffsetRanges.builder().add(2, 4).build();
        assertThatThrownBy(() -> SnapshotCodec.encode(P0, 2, -1, new Snapshot(0, itself), 4096))
                .isInstanceOf(IllegalArgumentException.class);
        OffsetRanges next = OffsetRanges.builder().add(3, 4).build(); // and the least that can be said is the next one
        String text = SnapshotCodec.encode(P0, 2, -1, new Snapshot(0, next), 4096);
        broker.setCommitted("g", P0, new CommitPoint(2, -1, text));
        start(handler(m -> started.add(m.offset()))).settle();
        assertThat(started).containsExactly(2L);
    }

    @Test
    void s13_snapshotOverHolesOfAnySize_isReadBackAsItWas() {
        List<Long> above = new ArrayList<>();
        produce(1);
        for (long hole : new long[] {1, 1, 40_000, 70_000, 5_000_000_000L, 1}) {
            broker.skipOffsets("t", 0, hole);
            above.add(broker.produce("t", 0, "k", "v"));
        }
        long open = broker.produce("t", 0, "k", "v");
        broker.skipOffsets("t", 0, 1);
        SteppedBurrow<String, String> first = start(async());
        first.settle();
        complete(first, above.stream().mapToLong(Long::longValue).toArray());
        first.advance(Duration.ofSeconds(5));
        broker.faults().crash(member());
        started.clear();

        SteppedBurrow<String, String> second = start(async());
        second.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, open);
        complete(second, 0, open);
        second.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(open + 2);
    }

    @Test
    void s13_snapshotOfALongRun_isReadBackAsItWas() {
        int records = 70_000; // more than a short can say
        SteppedBurrow<String, String> first =
                start(base().config(c -> c.maxInFlightRecords(100_000).maxPartitionInFlightRecords(100_000))
                        .asyncHandler(m -> m.offset() == 0 ? begin(m) : AsyncMessageHandler.done()));
        produce(records);
        first.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        broker.faults().crash(member());
        started.clear();

        List<Long> again = new ArrayList<>();
        SteppedBurrow<String, String> second = start(handler(m -> again.add(m.offset())));
        second.settle().advance(Duration.ofSeconds(5));
        assertThat(again).containsExactly(0L);
        assertThat(committed()).isEqualTo(records);
    }

    @Test
    void s16_holes_doNotHoldTheCommitPoint() {
        SteppedBurrow<String, String> burrow = start(handler(m -> started.add(m.offset())));
        produce(4);
        broker.removeRecord("t", 0, 1); // compacted
        broker.skipOffsets("t", 0, 1); // the marker of a transaction
        produce(2);
        broker.skipOffsets("t", 0, 1);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).containsExactlyInAnyOrder(0L, 2L, 3L, 5L, 6L);
        assertThat(committed()).isEqualTo(8);
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(broker.commits("g")).noneMatch(RecordedCommit::lowered);
    }

    /** Two threads finish neighbouring records side by side: there an unsafe tracker loses one now and then. */
    @Test
    @Timeout(240)
    void s19_recordsThatTwoThreadsFinishAtOnce_areAllSeen() throws Exception {
        int records = 1 << 16;
        int sideBySide = 1 << 12;
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 150; round++) {
                GapLedger ledger = new GapLedger(0, records);
                for (int i = 0; i < records; i++) {
                    ledger.track(i);
                }
                AtomicInteger arrived = new AtomicInteger();
                List<Future<?>> both = new ArrayList<>();
                for (int t = 0; t < 2; t++) {
                    int first = t;
                    both.add(pool.submit(() -> {
                        for (int from = 0; from < records; from += sideBySide) {
                            arrived.incrementAndGet();
                            for (int spins = 0; arrived.get() < 2 * (from / sideBySide + 1); spins++) {
                                if (spins > 10_000) {
                                    Thread.yield(); // there may be one processor
                                }
                            }
                            for (int i = from + first; i < from + sideBySide; i += 2) {
                                ledger.complete(i);
                            }
                        }
                    }));
                }
                for (Future<?> each : both) {
                    each.get(100, TimeUnit.SECONDS);
                }
                ledger.advance();
                assertThat(ledger.commitPoint()).isEqualTo(records);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** Were an acknowledgement to cost a look at all that is open, this would take minutes. */
    @Test
    @Timeout(120)
    void s20_acknowledgementsUnderAWideSpan_costNoMoreThanOthers() {
        int records = 4_000_000;
        GapLedger ledger = new GapLedger(0, records);
        for (int i = 0; i < records; i++) {
            ledger.track(i);
        }
        for (int i = 1; i < records; i++) {
            ledger.complete(i);
            ledger.advance();
            assertThat(Thread.currentThread().isInterrupted()).isFalse(); // by who has lost patience
        }
        assertThat(ledger.commitPoint()).isZero();
        ledger.complete(0);
        ledger.advance();
        assertThat(ledger.commitPoint()).isEqualTo(records);
    }

    @Test
    void s20_acknowledgementsOfWhatWasRevoked_keepNothingPaused() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.maxPartitionInFlightRecords(10).drainTimeout(Duration.ZERO)));
        produce(30);
        burrow.settle();
        List<CompletableFuture<Void>> revoked = List.copyOf(stages.values());
        broker.faults().revoke(member(), P0);
        burrow.settle();
        revoked.forEach(stage -> stage.complete(null));
        for (int i = 0; i < 30 && committedOr(0) < 30; i++) {
            List.copyOf(stages.values()).forEach(stage -> stage.complete(null));
            burrow.settle().advance(Duration.ofSeconds(1));
        }
        assertThat(committed()).isEqualTo(30);
    }
}
