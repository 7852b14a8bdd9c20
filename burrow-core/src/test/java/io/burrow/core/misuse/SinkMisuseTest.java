package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.MessageHandler;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.Wait;
import io.burrow.core.testing.SteppedBurrow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sinks of dead letters that throw, answer nothing, twice or never, or block. */
@Timeout(180)
class SinkMisuseTest extends MisuseRig {
    private int sends;

    private static CompletionStage<?> wrong(int kind) throws Exception {
        return switch (kind) {
            case 0 -> throw new IOException("send");
            case 1 -> throw new AssertionError("send");
            case 2 -> null;
            case 3 -> new OddStage(); // never calls back
            case 4 -> CompletableFuture.failedFuture(new AssertionError("acknowledgement"));
            default ->
                new OddStage() {
                    @Override
                    public CompletableFuture<Object> whenComplete(
                            BiConsumer<? super Object, ? super Throwable> action) {
                        throw new UnsupportedOperationException("whenComplete");
                    }
                };
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void letterThatIsNotTaken_isSentAgain_andTheSinkIsNamedOnce(int kind) {
        DeadLetterSink<String, String> sink =
                letter -> sends++ < 3 ? wrong(kind) : CompletableFuture.completedFuture(null);
        SteppedBurrow<String, String> burrow = start(failing(1)
                .deadLetters(sink)
                .config(c -> c.retryPolicy(RetryPolicy.never())
                        .deadLetterTimeout(Duration.ofSeconds(10))
                        .deadLetterBackoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(3);
        burrow.settle().advance(Duration.ofMillis(500));
        assertThat(burrow.burrow().stats().deadLettered()).isZero();
        for (int i = 0; i < 60; i++) {
            burrow.advance(Duration.ofSeconds(1));
        }
        assertThat(sends).isEqualTo(4);
        assertThat(burrow.burrow().stats().deadLettered()).isOne();
        assertThat(burrow.burrow().stats().deadLetterFailures()).isEqualTo(3);
        assertThat(committed()).isEqualTo(3);
        assertThat(burrow.burrow().health().problems())
                .filteredOn(p -> p.startsWith("DEAD_LETTER_FAILED") && p.contains("SinkMisuseTest"))
                .hasSize(1);
    }

    @Test
    void letterThatIsAnsweredTwice_endsOnce() {
        OddStage stage = new OddStage();
        SteppedBurrow<String, String> burrow = start(failing(0)
                .deadLetters(letter -> stage)
                .config(c -> c.ordering(Ordering.PARTITION).retryPolicy(RetryPolicy.never())));
        produce(2);
        burrow.settle();
        stage.callBack(null);
        stage.callBack(null);
        stage.callBack(new IllegalStateException("late"));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().stats().deadLettered()).isOne();
        assertThat(burrow.burrow().stats().deadLetterFailures()).isZero();
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void letterThatIsAcknowledgedTooLate_isSentTwice_andEndsOnce() {
        List<OddStage> sent = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(failing(0)
                .deadLetters(letter -> {
                    sent.add(new OddStage());
                    return sent.get(sent.size() - 1);
                })
                .config(c -> c.retryPolicy(RetryPolicy.never())
                        .deadLetterTimeout(Duration.ofSeconds(10))
                        .deadLetterBackoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(1);
        burrow.settle().advance(Duration.ofSeconds(10)).advance(Duration.ofSeconds(1));
        assertThat(sent).hasSize(2);
        sent.get(0).callBack(null); // it was given up
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        sent.get(1).callBack(null);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(1);
        assertThat(burrow.burrow().stats().deadLettered()).isOne();
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
    }

    @Test
    void sinkThatCannotBeOpened_failsTheStart_andOneThatCannotBeClosedKeepsNothingFromEnding() {
        class Broken implements DeadLetterSink<String, String> {
            private final boolean atOpen;

            Broken(boolean atOpen) {
                this.atOpen = atOpen;
            }

            @Override
            public void open() {
                if (atOpen) {
                    sneak(new IOException("open"));
                }
            }

            @Override
            public CompletionStage<?> send(DeadLetter<String, String> letter) {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void close(Duration timeout) {
                throw new AssertionError("close");
            }
        }
        Burrow<String, String> first =
                handler(m -> {}).deadLetters(new Broken(true)).build();
        assertThatThrownBy(first::start).isInstanceOf(BurrowException.class);
        assertThat(first.state()).isEqualTo(BurrowState.FAILED);
        assertThat(broker.members("g")).isEmpty();

        SteppedBurrow<String, String> second = start(handler(m -> {}).deadLetters(new Broken(false)));
        produce(1);
        second.settle();
        second.close();
        assertThat(second.burrow().state()).isEqualTo(BurrowState.CLOSED);
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void sinkThatBlocks_getsNoSecondWorkerForTheSameLetter() {
        List<SteppedBurrow<String, String>> self = new ArrayList<>();
        List<Integer> sendsWithin = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(failing(0)
                .deadLetters(letter -> {
                    if (++sends == 1) {
                        for (int i = 0; i < 60; i++) { // it blocks for a minute
                            clock.advance(Duration.ofSeconds(1));
                            self.get(0).turn();
                            while (self.get(0).workers().step()) {}
                        }
                        sendsWithin.add(sends);
                    }
                    return CompletableFuture.completedFuture(null);
                })
                .config(c -> c.retryPolicy(RetryPolicy.never())
                        .deadLetterTimeout(Duration.ofSeconds(10))
                        .deadLetterBackoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        self.add(burrow);
        produce(1);
        burrow.settle().advance(Duration.ofSeconds(10));
        assertThat(sendsWithin).containsExactly(1);
        assertThat(sends).isEqualTo(2); // the answer came too late, so it is sent again
        assertThat(burrow.burrow().stats().deadLettered()).isOne();
        assertThat(broker.lag("g")).isZero();
    }

    private BurrowBuilder<String, String> brokenFirst(boolean batches, AtomicInteger handled) {
        MessageHandler<String, String> each = m -> {
            if (m.offset() == 0) {
                throw new IllegalStateException("no");
            }
            handled.incrementAndGet();
        };
        return batches
                ? base().batchHandler(messages -> {
                    List<Outcome> outcomes = new ArrayList<>();
                    for (Message<String, String> message : messages) {
                        try {
                            each.handle(message);
                            outcomes.add(Outcome.success());
                        } catch (IllegalStateException e) {
                            outcomes.add(Outcome.failure(e));
                        }
                    }
                    return outcomes;
                })
                : base().handler(each);
    }

    /** It has the worker; it is seen, whether it blocks at the first sending or at a later one. */
    @ParameterizedTest
    @CsvSource({"1, false, false", "2, false, false", "1, true, false", "2, true, false", "1, true, true"})
    void sinkThatBlocks_isShownAsStuck_byItsClass_andOthersGoOn(int blocking, boolean batches, boolean undecodable) {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        Burrow<String, String> burrow = brokenFirst(batches, handled)
                .deadLetters(letter -> {
                    if (calls.incrementAndGet() == blocking) {
                        gate.await();
                    } else if (calls.get() < blocking) {
                        throw new IllegalStateException("again");
                    }
                    return CompletableFuture.completedFuture(null);
                })
                .listener(noting)
                .config(c -> c.concurrency(3)
                        .workerThreads(WorkerThreads.PLATFORM)
                        .retryPolicy(RetryPolicy.never())
                        .deadLetterBackoff(BackoffStrategy.fixed(Duration.ofMillis(5)))
                        .pollTimeout(Duration.ofMillis(5))
                        .stuckAfter(Duration.ofMillis(100)))
                .build();
        burrow.start();
        try {
            if (undecodable) {
                broker.produceUndecodable("t", 0, "key");
            }
            produce(undecodable ? 49 : 50);
            Wait.until("it is seen", () -> errors.stream().anyMatch(e -> e.code() == ErrorCode.RECORD_STUCK));
            assertThat(errors)
                    .filteredOn(e -> e.code() == ErrorCode.RECORD_STUCK)
                    .allSatisfy(e -> assertThat(e)
                            .hasMessageContaining("t-0@0 ")
                            .hasMessageContaining(" by " + SinkMisuseTest.class.getName()));
            gate.countDown();
            Wait.until("others go on", () -> handled.get() == 49);
            Wait.until("it is taken", () -> burrow.stats().deadLettered() == 1);
            assertThat(burrow.close(Duration.ofSeconds(60)).clean()).isTrue();
            assertThat(committed()).isEqualTo(50);
        } finally {
            gate.countDown();
        }
    }
}
