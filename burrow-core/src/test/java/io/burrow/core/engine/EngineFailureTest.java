package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Health;
import io.burrow.api.Ordering;
import io.burrow.api.RetryAfterException;
import io.burrow.api.Stats;
import io.burrow.api.TerminalException;
import io.burrow.api.ThresholdAction;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of records that fail: retried, dead-lettered, parked, skipped, or the end of everything. */
class EngineFailureTest extends EngineRig {
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
    void recordsBehindAParkedOneOfTheirKey_doNotHideTheReason() {
        SteppedBurrow<String, String> burrow =
                start(failing(0).config(c -> c.ordering(Ordering.KEY).retryPolicy(RetryPolicy.never())));
        for (int i = 0; i < 3; i++) {
            broker.produce("t", 0, "same", "value");
        }
        burrow.settle();
        assertThat(burrow.burrow().stats().partitions().get(P0).blocked()).isEqualTo(BlockedReason.HELD_BY_PARKED);
        assertThat(burrow.burrow().health().status()).isEqualTo(Health.Status.DEGRADED);
    }

    @Test
    void afterTheEnd_nothingMoves() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        burrow.close(Duration.ofSeconds(1));
        produce(3);
        assertThat(burrow.turn()).isFalse();
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.CLOSED);
        assertThat(burrow.burrow().stats().processed()).isZero();
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
}
