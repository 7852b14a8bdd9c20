package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Health;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.RetryAfterException;
import io.burrow.api.Stats;
import io.burrow.api.TerminalException;
import io.burrow.api.ThresholdAction;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The engine step by step, without a thread: what is committed, what is run, and when. */
class EngineTest {
    private static final TopicPartition P0 = new TopicPartition("t", 0);

    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 2);
    private final TestClock clock = new TestClock();
    private final Map<Long, CompletableFuture<Void>> stages = new HashMap<>();
    private final List<Long> started = new ArrayList<>();

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
    void failure_isRetriedWithBackoff_andHoldsTheCommitPoint() {
        List<Integer> attempts = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() == 1) {
                        attempts.add(m.attempt());
                        if (m.attempt() < 3) {
                            throw new IllegalStateException("no");
                        }
                    }
                })
                .config(c -> c.backoff(BackoffStrategy.fixed(Duration.ofSeconds(7)))));
        produce(4);
        burrow.settle().advance(Duration.ofMillis(6_999));
        assertThat(attempts).containsExactly(1);
        assertThat(committed()).isEqualTo(1);
        assertThat(burrow.burrow().stats().partitions().get(P0).blocked()).isEqualTo(BlockedReason.HELD_BY_RETRY);
        burrow.advance(Duration.ofMillis(1));
        assertThat(attempts).containsExactly(1, 2);
        burrow.advance(Duration.ofSeconds(7));
        assertThat(attempts).containsExactly(1, 2, 3);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(4);
        Stats stats = burrow.burrow().stats();
        assertThat(stats.processed()).isEqualTo(4);
        assertThat(stats.failed()).isEqualTo(2);
        assertThat(stats.retried()).isEqualTo(2);
    }

    @Test
    void exhaustedWithoutSink_parksAndHoldsTheCommitPoint() {
        SteppedBurrow<String, String> burrow = start(failing(1).config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(4);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(1);
        assertThat(burrow.burrow().parked()).hasSize(1);
        assertThat(burrow.burrow().parked().get(0).offset()).isEqualTo(1);
        assertThat(burrow.burrow().stats().partitions().get(P0).blocked()).isEqualTo(BlockedReason.HELD_BY_PARKED);
        assertThat(burrow.burrow().health().status()).isEqualTo(Health.Status.DEGRADED);
        CloseResult result = burrow.close(Duration.ofSeconds(1));
        assertThat(result.clean()).isTrue();
        assertThat(result.unfinishedRecords()).isEqualTo(1);
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void exhaustedWithSink_completesOnlyAfterTheAcknowledgement() {
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        letters.hold();
        SteppedBurrow<String, String> burrow =
                start(failing(1).deadLetters(letters).config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(4);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(1);
        letters.release();
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(4);
        assertThat(letters.letters()).hasSize(1);
        assertThat(burrow.burrow().stats().deadLettered()).isOne();
        assertThat(burrow.burrow().stats().processed()).isEqualTo(3);
    }

    @Test
    void deadLetterThatCannotBeSent_isSentAgainUntilItIs() {
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        letters.failNext(2);
        letters.throwNext(1);
        SteppedBurrow<String, String> burrow =
                start(failing(0).deadLetters(letters).config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(2);
        burrow.settle();
        assertThat(letters.letters()).isEmpty();
        burrow.advance(Duration.ofMinutes(2));
        assertThat(letters.letters()).hasSize(1);
        assertThat(burrow.burrow().stats().deadLetterFailures()).isEqualTo(3);
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void deadLetterThatIsNeverAnswered_isSentAgainAfterTheTimeout() {
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        letters.hold();
        SteppedBurrow<String, String> burrow =
                start(failing(0).deadLetters(letters).config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(1);
        burrow.settle();
        assertThat(letters.sends()).isOne();
        burrow.advance(Duration.ofMinutes(2));
        assertThat(letters.sends()).isGreaterThanOrEqualTo(2);
        letters.release(); // also the answer to the first send, which is too late to count
        burrow.advance(Duration.ofMinutes(1));
        assertThat(committed()).isEqualTo(1);
        assertThat(burrow.burrow().stats().deadLettered()).isOne();
    }

    @Test
    void terminalException_isNotRetried_retryAfterOverrulesThePolicy() {
        Map<Long, Integer> attempts = new HashMap<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    attempts.put(m.offset(), m.attempt());
                    if (m.offset() == 0) {
                        throw new TerminalException("never");
                    }
                    if (m.attempt() < 6) {
                        throw new RetryAfterException(Duration.ofSeconds(1));
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.retries(1)).onExhausted(ExhaustedAction.SKIP)));
        produce(2);
        burrow.settle().advance(Duration.ofSeconds(10));
        assertThat(attempts).containsEntry(0L, 1).containsEntry(1L, 6);
        assertThat(committed()).isEqualTo(2);
        assertThat(burrow.burrow().stats().skipped()).isOne();
    }

    @Test
    void errorThreshold_haltsAndReports_andCommitsUpToTheGap() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() >= 2) {
                        throw new IllegalStateException("down");
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.never()).concurrency(1).errorThreshold(5)));
        produce(20);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause().code()).isEqualTo(ErrorCode.ERROR_THRESHOLD);
        assertThat(burrow.burrow().health().live()).isFalse();
        assertThat(burrow.burrow().stats().failed()).isEqualTo(5);
        assertThat(committed()).isEqualTo(2);
        assertThat(broker.members("g")).isEmpty();
    }

    @Test
    void errorThreshold_successBeginsAnew() {
        // fail, fail, success, fail, fail, fail at a threshold of 3
        Set<Long> bad = Set.of(0L, 1L, 3L, 4L, 5L);
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    started.add(m.offset());
                    if (bad.contains(m.offset())) {
                        throw new IllegalStateException("no");
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.never())
                        .ordering(Ordering.PARTITION)
                        .onExhausted(ExhaustedAction.SKIP)
                        .errorThreshold(3)));
        produce(10);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(started).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void freeze_staysInTheGroup_andGoesOnWithResume() {
        boolean[] down = {true};
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (down[0]) {
                        throw new IllegalStateException("down");
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.never())
                        .ordering(Ordering.PARTITION)
                        .onExhausted(ExhaustedAction.SKIP)
                        .errorThreshold(2)
                        .onErrorThreshold(ThresholdAction.FREEZE)));
        produce(10);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FROZEN);
        assertThat(burrow.burrow().stats().failed()).isEqualTo(2);
        assertThat(broker.members("g")).hasSize(1);
        burrow.advance(Duration.ofMinutes(1));
        assertThat(burrow.burrow().stats().failed()).isEqualTo(2);
        assertThat(burrow.burrow().health().live()).isTrue();
        assertThat(burrow.burrow().health().ready()).isFalse();
        down[0] = false;
        burrow.burrow().resume();
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(committed()).isEqualTo(10);
        assertThat(burrow.burrow().stats().processed()).isEqualTo(8);
    }

    @Test
    void fatalError_halts_andTheRecordStaysUnfinished() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
            if (m.offset() == 1) {
                throw new OutOfMemoryError("pretended");
            }
        }));
        produce(4);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause().code()).isEqualTo(ErrorCode.FATAL_ERROR);
        assertThat(committed()).isLessThanOrEqualTo(1);
    }

    @Test
    void everyKindOfThrowable_endsInOneTerminalState() {
        List<Throwable> kinds = List.of(
                new Error("error"),
                new StackOverflowError(),
                new NoClassDefFoundError("class"),
                new AssertionError("assertion"),
                new InterruptedException("interrupt"),
                new Exception("checked"),
                new RuntimeException("unchecked"));
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() < kinds.size()) {
                        sneak(kinds.get((int) m.offset()));
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.never())
                        .onExhausted(ExhaustedAction.SKIP)
                        .errorThreshold(0)));
        produce(10);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().stats().skipped()).isEqualTo(kinds.size());
        assertThat(burrow.burrow().stats().processed()).isEqualTo(3);
        assertThat(committed()).isEqualTo(10);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
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
    void bounds_holdAcrossAssignments_whileAHandlerNeverEnds() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.ordering(Ordering.PARTITION)
                .drainTimeout(Duration.ofMillis(1))
                .concurrency(50)
                .maxInFlightRecords(100)
                .maxPartitionInFlightRecords(80)));
        produce(500);
        burrow.settle();
        CompletableFuture<Void> stuck = stages.get(0L);
        for (int i = 0; i < 30; i++) {
            broker.faults().expire(member());
            burrow.settle();
            assertThat(burrow.burrow().stats().inFlight()).isLessThanOrEqualTo(100 + 500); // the rest of one poll waits
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
    void sourceFailure_haltsAndCommitsWhatIsFinished() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        produce(3);
        burrow.settle();
        broker.faults().failNextPoll(member(), new IllegalStateException("broken"));
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause().code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(committed()).isEqualTo(3);
        assertThat(broker.members("g")).isEmpty();
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

    @Test
    void undecodableRecord_isExhaustedAtOnce() {
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        SteppedBurrow<String, String> burrow =
                start(handler(m -> started.add(m.offset())).deadLetters(letters));
        produce(1);
        broker.produceUndecodable("t", 0, "k");
        produce(1);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).containsExactlyInAnyOrder(0L, 2L);
        assertThat(letters.letters()).hasSize(1);
        assertThat(committed()).isEqualTo(3);
    }

    // ---- rig ----

    private interface Body {
        void run(Message<String, String> message) throws Exception;
    }

    private BurrowBuilder<String, String> base() {
        return Burrow.<String, String>builder()
                .source(broker.source("g", List.of("t")))
                .config(c -> c.ordering(Ordering.UNORDERED));
    }

    private BurrowBuilder<String, String> handler(Body body) {
        return base().handler(body::run);
    }

    private BurrowBuilder<String, String> failing(long offset) {
        return handler(m -> {
            if (m.offset() == offset) {
                throw new IllegalStateException("no");
            }
        });
    }

    private BurrowBuilder<String, String> async() {
        return base().asyncHandler(m -> {
            started.add(m.offset());
            CompletableFuture<Void> stage = new CompletableFuture<>();
            stages.put(m.partition() * 1_000L + m.offset(), stage);
            return stage;
        });
    }

    private SteppedBurrow<String, String> start(BurrowBuilder<String, String> builder) {
        return SteppedBurrow.start(builder, clock, 1);
    }

    private void produce(int count) {
        for (int i = 0; i < count; i++) {
            broker.produce("t", 0, "key-" + i, "value");
        }
    }

    private void complete(SteppedBurrow<String, String> burrow, long... offsets) {
        for (long offset : offsets) {
            stages.get(offset).complete(null);
        }
        burrow.settle();
    }

    private void fail(SteppedBurrow<String, String> burrow, long offset) {
        stages.get(offset).completeExceptionally(new IllegalStateException("no"));
        burrow.settle();
    }

    private long committed() {
        return broker.committed("g", P0).offset();
    }

    private long committedOr(long none) {
        return broker.committed("g", P0) == null ? none : committed();
    }

    private String member() {
        return broker.members("g").get(0);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
