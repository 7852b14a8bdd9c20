package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BatchRetry;
import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowException;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.PartitionHealth;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What keeps an outage small, what is kept over a crash, and what can be done by call. */
class EngineProtectionTest extends EngineRig {
    private final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();

    private PartitionHealth health(SteppedBurrow<String, String> burrow) {
        return burrow.burrow().health().partitions().stream()
                .filter(p -> p.partition().equals(P0))
                .findFirst()
                .orElseThrow();
    }

    // ---- snapshots

    @Test
    void afterACrash_whatWasFinishedAboveTheGap_isNotStartedAgain() {
        SteppedBurrow<String, String> first = start(async());
        produce(6);
        first.settle();
        complete(first, 1, 2, 4);
        first.advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        broker.faults().crash(member());
        started.clear();
        SteppedBurrow<String, String> second = start(async());
        second.settle();
        assertThat(started).containsExactly(0L, 3L, 5L);
        assertThat(second.burrow().stats().processed()).isZero();
        complete(second, 0, 3, 5);
        second.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(6);
        assertThat(second.burrow().stats().processed()).isEqualTo(3);
    }

    @Test
    void afterASecondCrash_whatWasFinishedBeforeTheFirst_isNotStartedAgain() {
        SteppedBurrow<String, String> first = start(async());
        produce(6);
        first.settle();
        complete(first, 2, 3, 4, 5);
        first.advance(Duration.ofSeconds(5));
        broker.faults().crash(member());

        SteppedBurrow<String, String> second =
                start(async().config(c -> c.maxSpanRecords(64).maxPartitionInFlightRecords(1))
                        .source(broker.source("g", List.of("t"), o -> o.maxPollRecords(1))));
        started.clear();
        second.turn();
        second.turn();
        second.workers().step();
        second.workers().step();
        assertThat(started).containsExactly(0L);
        complete(second, 0); // and crashes before the rest was fetched
        second.advance(Duration.ofSeconds(5));
        broker.faults().crash(member());
        assertThat(committed()).isEqualTo(1);

        started.clear();
        start(async()).settle();
        assertThat(started).containsExactly(1L);
    }

    @Test
    void whatIsFinishedAboveTheGap_isCommittedAtTheInterval_thoughThePointStays() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(6));
        assertThat(broker.committed("g", P0).metadata()).isEmpty();
        complete(burrow, 2);
        burrow.advance(Duration.ofSeconds(6));
        CommitPoint point = broker.committed("g", P0);
        assertThat(point.offset()).isZero();
        assertThat(point.metadata()).isNotEmpty();
    }

    @Test
    void switchedOff_nothingIsKeptAndNothingRead() {
        SteppedBurrow<String, String> first = start(async());
        produce(3);
        first.settle();
        complete(first, 1);
        first.advance(Duration.ofSeconds(5));
        broker.faults().crash(member());
        started.clear();
        SteppedBurrow<String, String> second = start(async().config(c -> c.snapshots(false)));
        second.settle();
        assertThat(started).containsExactly(0L, 1L, 2L);
        complete(second, 1);
        second.advance(Duration.ofSeconds(20));
        complete(second, 0);
        second.advance(Duration.ofSeconds(5));
        assertThat(broker.committed("g", P0).metadata()).isEmpty();
    }

    @Test
    void aBrokerThatTakesLessText_getsLess_andTheCommitIsMade() {
        SteppedBurrow<String, String> burrow = start(
                async().config(c -> c.commitInterval(Duration.ofSeconds(1)).concurrency(900)));
        produce(900);
        burrow.settle();
        Random random = new Random(1);
        complete(
                burrow,
                IntStream.range(2, 900)
                        .filter(i -> random.nextBoolean())
                        .asLongStream()
                        .toArray());
        complete(burrow, 0);
        broker.faults().failNextCommit("g", P0, CommitOutcome.REJECTED);
        burrow.advance(Duration.ofSeconds(2));
        assertThat(committed()).isEqualTo(1);
        assertThat(broker.committed("g", P0).metadata()).isNotEmpty();
    }

    // ---- parked records

    @Test
    void parked_isTriedAgainByCall() {
        List<Integer> attempts = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    attempts.add(m.attempt());
                    if (m.attempt() == 1) {
                        throw new IllegalStateException("no");
                    }
                })
                .config(c -> c.ordering(Ordering.KEY).retryPolicy(RetryPolicy.never())));
        produce(1);
        burrow.settle();
        assertThat(burrow.burrow().parked()).hasSize(1);
        assertThat(burrow.burrow().retryParked(P0, 7)).isFalse();
        assertThat(burrow.burrow().retryParked(P0, 0)).isTrue();
        assertThat(burrow.burrow().retryParked(P0, 0)).isFalse();
        burrow.advance(Duration.ofSeconds(5));
        assertThat(attempts).containsExactly(1, 2);
        assertThat(committed()).isEqualTo(1);
        assertThat(burrow.burrow().parked()).isEmpty();
    }

    @Test
    void parked_goesToTheDeadLettersByCall() {
        SteppedBurrow<String, String> burrow = start(failing(1)
                .deadLetters(sink)
                .config(c -> c.retryPolicy(RetryPolicy.never()).onExhausted(ExhaustedAction.PARK)));
        produce(3);
        burrow.settle();
        assertThat(burrow.burrow().deadLetterParked(P0, 1)).isTrue();
        burrow.advance(Duration.ofSeconds(5));
        assertThat(sink.letters()).hasSize(1);
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void deadLetterByCall_withoutASink_isRefused() {
        SteppedBurrow<String, String> burrow = start(failing(0).config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(1);
        burrow.settle();
        assertThatThrownBy(() -> burrow.burrow().deadLetterParked(P0, 0))
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining("DEAD_LETTER_SINK_MISSING");
        assertThat(burrow.burrow().parked()).hasSize(1);
    }

    // ---- breaker, rate, budget

    @Test
    void breaker_pausesEverything_probes_andGoesOn() {
        boolean[] healthy = {false};
        List<Long> tried = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    tried.add(m.offset());
                    if (!healthy[0]) {
                        throw new IllegalStateException("down");
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.forever())
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))
                        .breakerFailurePercent(50)
                        .breakerRecords(10)
                        .breakerPause(Duration.ofSeconds(30))
                        .breakerProbes(3)));
        produce(100);
        burrow.settle();
        assertThat(tried).hasSizeBetween(10, 10 + 1);
        assertThat(health(burrow).reason()).isEqualTo(BlockedReason.BREAKER_OPEN);
        burrow.advance(Duration.ofSeconds(29));
        assertThat(tried).hasSizeLessThan(12);
        burrow.advance(Duration.ofSeconds(2));
        assertThat(tried).hasSizeBetween(12, 14); // the probes failed too
        assertThat(health(burrow).reason()).isEqualTo(BlockedReason.BREAKER_OPEN);
        healthy[0] = true;
        burrow.advance(Duration.ofSeconds(60));
        assertThat(committed()).isEqualTo(100);
        assertThat(health(burrow).reason()).isEqualTo(BlockedReason.WAITING_FOR_DATA);
    }

    @Test
    void rate_isKept_andCanBeChangedWhileRunning() {
        List<Long> tried = new ArrayList<>();
        SteppedBurrow<String, String> burrow =
                start(handler(m -> tried.add(m.offset())).config(c -> c.maxRecordsPerSecond(10)));
        produce(1_000);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(tried).hasSizeBetween(49, 53);
        burrow.burrow().reconfigure(c -> c.maxRecordsPerSecond(100));
        burrow.advance(Duration.ofSeconds(5));
        assertThat(tried).hasSizeBetween(540, 570);
        burrow.burrow().reconfigure(c -> c.maxRecordsPerSecond(0));
        burrow.settle();
        assertThat(tried).hasSize(1_000);
    }

    /** A slot of a key that is busy starts nothing, so it may not use up what others could start with. */
    @Test
    void rate_isNotSpentOnRecordsOfAKeyThatIsBusy() {
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(m -> {
                    started.add(m.offset());
                    return "busy".equals(m.key()) ? new CompletableFuture<>() : AsyncMessageHandler.done();
                })
                .config(c -> c.ordering(Ordering.KEY).maxRecordsPerSecond(10)));
        for (int i = 0; i < 200; i++) {
            broker.produce("t", 0, i % 2 == 0 ? "busy" : "free-" + i, "value");
        }
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).hasSizeBetween(49, 53);
    }

    @Test
    void anOutage_cannotEmptyTheTopicIntoTheDeadLetters() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    throw new IllegalStateException("no");
                })
                .deadLetters(sink)
                .config(c -> c.retryPolicy(RetryPolicy.never())
                        .errorThreshold(0)
                        .deadLetterBudget(10)
                        .deadLetterBudgetInterval(Duration.ofMinutes(1))));
        produce(40);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(sink.letters()).hasSize(10);
        assertThat(burrow.burrow().health().problems()).anyMatch(p -> p.contains("DEAD_LETTER_BUDGET"));
        burrow.advance(Duration.ofMinutes(1));
        assertThat(sink.letters()).hasSizeBetween(19, 21);
        burrow.advance(Duration.ofMinutes(3));
        assertThat(sink.letters()).hasSize(40);
        assertThat(committed()).isEqualTo(40);
    }

    @Test
    void whatWaitedForTheBudget_andIsTakenAway_leavesItsShares() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() < 400) {
                        throw new IllegalStateException("no");
                    }
                })
                .deadLetters(sink)
                .config(c -> c.retryPolicy(RetryPolicy.never())
                        .errorThreshold(0)
                        .deadLetterBudget(10)
                        .deadLetterBudgetInterval(Duration.ofMinutes(1))));
        produce(400);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(sink.letters()).hasSize(10);

        for (int times = 0; times < 5; times++) {
            broker.faults().revoke(member(), P0);
            burrow.settle();
        }
        burrow.advance(Duration.ofMinutes(1));
        assertThat(sink.letters()).hasSizeBetween(19, 21);
        burrow.advance(Duration.ofMinutes(38));
        assertThat(committed()).isEqualTo(400);
    }

    // ---- batches

    private SteppedBurrow<String, String> batches(List<List<Long>> seen, BatchRetry retry, Duration linger) {
        return start(base().batchHandler(messages -> {
                    seen.add(messages.stream().map(Message::offset).toList());
                    if (messages.stream().anyMatch(m -> m.offset() == 1 && m.attempt() == 1)) {
                        throw new IllegalStateException("all");
                    }
                    return Outcome.allSucceeded(messages.size());
                })
                .config(c -> c.maxBatchRecords(4)
                        .batchLinger(linger)
                        .batchRetry(retry)
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
    }

    @Test
    void aBatchThatThrows_isRetriedRecordByRecord() {
        List<List<Long>> seen = new ArrayList<>();
        SteppedBurrow<String, String> burrow = batches(seen, BatchRetry.RECORDS, Duration.ZERO);
        produce(4);
        burrow.settle();
        assertThat(seen).containsExactly(List.of(0L, 1L, 2L, 3L));
        burrow.advance(Duration.ofSeconds(1));
        assertThat(seen.subList(1, seen.size()))
                .containsExactlyInAnyOrder(List.of(0L), List.of(1L), List.of(2L), List.of(3L));
    }

    @Test
    void aBatchThatThrows_isRetriedWhole_ifThatIsWished() {
        List<List<Long>> seen = new ArrayList<>();
        SteppedBurrow<String, String> burrow = batches(seen, BatchRetry.WHOLE, Duration.ZERO);
        produce(4);
        burrow.settle().advance(Duration.ofSeconds(6));
        assertThat(seen).containsExactly(List.of(0L, 1L, 2L, 3L), List.of(0L, 1L, 2L, 3L));
        assertThat(committed()).isEqualTo(4);
    }

    /** Of a key only the first is tried again; what followed it in its batch comes with it all the same. */
    @ParameterizedTest
    @EnumSource(Ordering.class)
    void aBatchThatThrows_isRetriedWhole_alsoWhereItsRecordsFollowEachOther(Ordering ordering) {
        List<List<Long>> seen = new ArrayList<>();
        List<Integer> attempts = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(base().batchHandler(messages -> {
                    seen.add(messages.stream().map(Message::offset).toList());
                    messages.forEach(m -> attempts.add(m.attempt()));
                    if (seen.size() <= 2) {
                        throw new IllegalStateException("all");
                    }
                    return Outcome.allSucceeded(messages.size());
                })
                .config(c -> c.ordering(ordering)
                        .batchRetry(BatchRetry.WHOLE)
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        for (String key : List.of("a", "b", "a", "a", "b", "c")) {
            broker.produce("t", 0, key, "value");
        }
        burrow.settle().advance(Duration.ofSeconds(8));
        List<Long> whole = List.of(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(seen).containsExactly(whole, whole, whole);
        assertThat(attempts).containsExactly(1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3);
        assertThat(committed()).isEqualTo(6);
    }

    /** What was tried together is not, where one of it has found its end: what followed that goes its own way. */
    @Test
    void aBatchThatIsRetriedWhole_leavesOutWhatFollowedARecordThatIsNotTriedAgain() {
        List<List<Long>> seen = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(base().batchHandler(messages -> {
                    seen.add(messages.stream().map(Message::offset).toList());
                    if (seen.size() == 1) {
                        throw new IllegalStateException("all");
                    }
                    return Outcome.allSucceeded(messages.size());
                })
                .config(c -> c.ordering(Ordering.KEY)
                        .batchRetry(BatchRetry.WHOLE)
                        .retryPolicy(failure -> failure.offset() == 0 ? RetryDecision.SKIP : RetryDecision.RETRY)
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        for (String key : List.of("a", "b", "a", "b")) {
            broker.produce("t", 0, key, "value");
        }
        burrow.settle();
        assertThat(seen).containsExactly(List.of(0L, 1L, 2L, 3L), List.of(2L));
        burrow.advance(Duration.ofSeconds(6));
        assertThat(seen).hasSize(3).last().isEqualTo(List.of(1L, 3L));
        assertThat(committed()).isEqualTo(4);
    }

    @Test
    void aBatch_waitsForMore_butNotForLong() {
        List<List<Long>> seen = new ArrayList<>();
        SteppedBurrow<String, String> burrow = batches(seen, BatchRetry.RECORDS, Duration.ofMillis(100));
        broker.produce("t", 0, "k", "v");
        burrow.settle().advance(Duration.ofMillis(99));
        assertThat(seen).isEmpty();
        burrow.advance(Duration.ofMillis(1));
        assertThat(seen).containsExactly(List.of(0L));
        produce(9);
        burrow.settle();
        assertThat(seen.stream().mapToInt(List::size).max()).hasValue(4);
        burrow.advance(Duration.ofSeconds(2));
        assertThat(seen.stream().flatMap(List::stream).distinct()).hasSize(10);
    }

    @Test
    void inABatch_whatFollowsAFailedRecordOfItsKey_isRunAgain() {
        List<List<Long>> seen = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(base().batchHandler(messages -> {
                    seen.add(messages.stream().map(Message::offset).toList());
                    List<Outcome> outcomes = new ArrayList<>(Collections.nCopies(messages.size(), Outcome.success()));
                    if (messages.get(0).offset() == 0 && messages.size() > 1) {
                        outcomes.set(1, Outcome.failure(new IllegalStateException("second")));
                    }
                    return outcomes;
                })
                .config(c -> c.ordering(Ordering.PARTITION)
                        .maxBatchRecords(4)
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        for (int i = 0; i < 4; i++) {
            broker.produce("t", 0, "same", "value");
        }
        burrow.turn();
        burrow.settle().advance(Duration.ofSeconds(6));
        assertThat(seen.get(0)).startsWith(0L, 1L);
        List<Long> handled = seen.stream().flatMap(List::stream).toList();
        assertThat(handled.subList(handled.lastIndexOf(1L), handled.size())).containsExactly(1L, 2L, 3L);
        assertThat(committed()).isEqualTo(4);
    }

    // ---- bounds

    @Test
    void aSizer_saysWhatCounts_andOneThatThrowsIsContained() {
        SteppedBurrow<String, String> burrow = start(async().sizer(record -> {
                    if (record.offset() == 2) {
                        throw new IllegalStateException("no size");
                    }
                    return 100;
                })
                .config(c -> c.maxInFlightBytes(250)));
        produce(10);
        burrow.settle();
        assertThat(started).containsExactly(0L, 1L, 2L, 3L);
        assertThat(burrow.burrow().stats().inFlightBytes()).isEqualTo(300);
        assertThat(burrow.burrow().health().problems()).anyMatch(p -> p.contains("SIZER_INVALID"));
        complete(burrow, 0, 1, 2, 3);
        assertThat(started).hasSizeGreaterThan(4);
    }
}
