package io.burrow.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Health;
import io.burrow.api.Ordering;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.engine.EngineRig;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Records that fail: rows of the list of bugs that peers had. */
class FailureScenariosTest extends EngineRig {
    private final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();

    @Test
    void s09_waitingRetries_areAsManyAsTheRecords_howeverOftenTheirTimeChanges() {
        boolean[] down = {true};
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (down[0]) {
                        throw new IllegalStateException("down");
                    }
                })
                .config(c -> c.errorThreshold(0)
                        .retryPolicy(RetryPolicy.forever())
                        .backoff((failure, random) -> Duration.ofMillis(1 + random.nextInt(5_000)))));
        produce(200);
        burrow.settle();
        for (int i = 0; i < 20; i++) {
            int base = i;
            burrow.burrow()
                    .reconfigure(c -> c.backoff((failure, random) ->
                            Duration.ofSeconds(3_600 >> base % 12).plusMillis(random.nextInt(900))));
            burrow.advance(Duration.ofSeconds(10));
            broker.faults().expire(member());
            burrow.settle();
            assertThat(burrow.burrow().stats().retrying()).isLessThanOrEqualTo(200);
            assertThat(clock.scheduled()).isLessThanOrEqualTo(200);
        }
        down[0] = false;
        burrow.advance(Duration.ofHours(2));
        assertThat(committed()).isEqualTo(200);
        assertThat(burrow.burrow().stats().retrying()).isZero();
        assertThat(clock.scheduled()).isZero();
    }

    @Test
    void s09_retries_comeInTheOrderOfTheirTimes() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    started.add(m.offset());
                    if (m.attempt() == 1) {
                        throw new IllegalStateException("again");
                    }
                })
                .config(c -> c.backoff((failure, random) -> Duration.ofSeconds(10 - failure.offset()))));
        produce(4);
        burrow.settle();
        started.clear();
        burrow.advance(Duration.ofSeconds(10));
        assertThat(started).containsExactly(3L, 2L, 1L, 0L);
    }

    @Test
    void s23_whateverIsThrown_theRecordReachesOneEnd_andTheWorkerLives() {
        List<Throwable> kinds = List.of(
                new Error("error"),
                new StackOverflowError(),
                new NoClassDefFoundError("class"),
                new AssertionError("assertion"),
                new InterruptedException("interrupt"),
                new Exception("checked"),
                new Throwable("bare"),
                new RuntimeException("unchecked"));
        int count = kinds.size();
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(m -> {
                    int kind = (int) m.offset() % count;
                    if (m.offset() < count) {
                        sneak(kinds.get(kind));
                    }
                    return m.offset() < 2 * count
                            ? CompletableFuture.failedFuture(kinds.get(kind))
                            : CompletableFuture.completedFuture(null);
                })
                .config(c -> c.concurrency(3)
                        .retryPolicy(RetryPolicy.never())
                        .onExhausted(ExhaustedAction.SKIP)
                        .errorThreshold(0)));
        produce(2 * count + 5);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(burrow.burrow().stats().skipped()).isEqualTo(2L * count);
        assertThat(burrow.burrow().stats().processed()).isEqualTo(5);
        assertThat(committed()).isEqualTo(2L * count + 5);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void s27_deadLetterThatCannotBeSent_isSentAgain_andItsRecordIsDoneAfterwards() {
        sink.throwNext(1);
        sink.failNext(1);
        SteppedBurrow<String, String> burrow =
                start(failing(1).deadLetters(sink).config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(3);
        burrow.settle();
        assertThat(sink.letters()).isEmpty();
        burrow.advance(Duration.ofMinutes(5));
        assertThat(sink.letters()).hasSize(1);
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void s27_deadLetterThatIsNotAcknowledged_holdsTheCommitPoint() {
        sink.hold();
        SteppedBurrow<String, String> burrow =
                start(failing(1).deadLetters(sink).config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(sink.held()).hasSize(1);
        assertThat(committed()).isEqualTo(1);
        sink.failHeld();
        burrow.advance(Duration.ofMinutes(5));
        assertThat(sink.letters()).hasSize(1);
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void s28_recordWhoseHandlerThrew_isNotCommitted_andComesAgain() {
        SteppedBurrow<String, String> first = start(failing(1)
                .config(c ->
                        c.retryPolicy(RetryPolicy.retries(1)).backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(3);
        first.settle();
        first.advance(Duration.ofSeconds(5)); // between the attempts, and after the last
        assertThat(committed()).isEqualTo(1);
        first.close();
        assertThat(committed()).isEqualTo(1);

        start(handler(m -> started.add(m.offset()))).settle();
        assertThat(started).containsExactly(1L);
    }

    @Test
    void s30_onePerCentOfRecordsThatFailForEver_doNotStopTheOthers_andTheHealthSaysSo() {
        Set<Long> done = new HashSet<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() % 100 == 7) {
                        throw new IllegalStateException("for ever");
                    }
                    done.add(m.offset());
                })
                .config(c -> c.ordering(Ordering.KEY)
                        .retryPolicy(RetryPolicy.never())
                        .errorThreshold(0)
                        .maxInFlightRecords(500)
                        .maxPartitionInFlightRecords(500)
                        .maxSpanRecords(100_000)));
        produce(20_000);
        burrow.settle();
        assertThat(done).hasSize(19_800);
        assertThat(burrow.burrow().stats().parked()).isEqualTo(200);
        Health health = burrow.burrow().health();
        assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(health.problems()).contains("t-0: 200 records are parked");
        assertThat(burrow.burrow().stats().partitions().get(P0).blocked()).isEqualTo(BlockedReason.HELD_BY_PARKED);
    }

    /** Retries belong to timer and workers: the loop may sleep in a poll for as long as it likes. */
    @Test
    void s31_retryOfAnIdleConsumer_comesAtItsTime() {
        List<Long> at = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    at.add(clock.nanos());
                    if (m.attempt() < 3) {
                        throw new IllegalStateException("again");
                    }
                })
                .config(c -> c.backoff(BackoffStrategy.fixed(Duration.ofMillis(50)))));
        produce(1);
        burrow.settle();
        long first = at.get(0);
        for (int i = 0; i < 200; i++) { // no turn of the loop
            clock.advance(Duration.ofMillis(1));
            burrow.workers().step();
            burrow.workers().step();
        }
        assertThat(at).containsExactly(first, first + 50_000_000, first + 100_000_000);
    }
}
