package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Message;
import io.burrow.api.MessageHandler;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.RetryAfterException;
import io.burrow.api.StuckAction;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.Wait;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers that do what no handler should. */
@Timeout(180)
class HandlerMisuseTest extends MisuseRig {
    // ---- what is thrown

    /** Throws whatever is asked of it. */
    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("getMessage");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("toString");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("getCause");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("getStackTrace");
        }
    }

    @Test
    void exceptionThatThrowsWhateverIsAskedOfIt_isARecordThatFailed() {
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() == 1) {
                        throw new Unspeakable();
                    }
                })
                .deadLetters(letters)
                .config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(burrow.burrow().stats().processed()).isEqualTo(2);
        assertThat(burrow.burrow().stats().parked() + letters.letters().size()).isOne();
    }

    @Test
    void wrapperThatThrowsWhenItsCauseIsAskedFor_parksTheRecord_andNamesItsClass() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() < 2) {
                        throw new CompletionException("x", null) {
                            private static final long serialVersionUID = 1L;

                            @Override
                            public synchronized Throwable getCause() {
                                throw new IllegalStateException("getCause");
                            }
                        };
                    }
                })
                .config(c -> c.errorThreshold(0)));
        produce(4);
        burrow.settle();
        assertThat(burrow.burrow().stats().parked()).isEqualTo(2);
        assertReportedOnce(burrow, ErrorCode.HANDLER_CONTRACT, "HandlerMisuseTest");
    }

    @Test
    void recordParkedForAFailureThatCannotBeLookedAt_isListed_andCanGoToTheDeadLetters() {
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    throw new CompletionException("x", null) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        public synchronized Throwable getCause() {
                            throw new IllegalStateException("getCause");
                        }
                    };
                })
                .deadLetters(letters)
                .config(c -> c.errorThreshold(0)));
        produce(1);
        burrow.settle();
        assertThat(burrow.burrow().parked())
                .singleElement()
                .satisfies(parked -> assertThat(parked.offset()).isZero());
        assertThat(burrow.burrow().inspect().waiting()).hasSize(1);
        assertThat(burrow.burrow().deadLetterParked(P0, 0)).isTrue();
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(letters.letters()).hasSize(1);
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void handlerAndMessageWhoseToStringThrows_harmNothing() {
        SteppedBurrow<String, String> burrow = start(base().handler(new MessageHandler<String, String>() {
                    @Override
                    public void handle(Message<String, String> message) {
                        if (message.offset() == 0) {
                            throw new IllegalStateException("no");
                        }
                    }

                    @Override
                    public String toString() {
                        throw new IllegalStateException("toString");
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.never()).onExhausted(ExhaustedAction.SKIP)));
        produce(2);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void handlerThatThrowsWhatKillsThreads_killsNone() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.attempt() == 1) {
                        sneak((Throwable) Class.forName("java.lang.ThreadDeath")
                                .getDeclaredConstructor()
                                .newInstance());
                    }
                })
                .config(c -> c.backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(10));
        assertThat(committed()).isEqualTo(3);
    }

    // ---- what is returned

    @Test
    void asyncHandlerThatReturnsNull_failed_andIsNamedOnce() {
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(m -> m.offset() < 3 ? null : begin(m))
                .config(c -> c.retryPolicy(RetryPolicy.retries(1))
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))
                        .errorThreshold(0)));
        produce(4);
        burrow.settle().advance(Duration.ofSeconds(2));
        assertThat(burrow.burrow().stats().failed()).isEqualTo(6);
        assertThat(burrow.burrow().stats().parked()).isEqualTo(3);
        assertReportedOnce(burrow, ErrorCode.HANDLER_CONTRACT, "HandlerMisuseTest");
        complete(burrow, 3);
        assertThat(burrow.burrow().stats().processed()).isOne();
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
    }

    private static List<Outcome> wrong(int kind, int size) {
        return switch (kind) {
            case 0 -> null;
            case 1 -> Outcome.allSucceeded(size + 1);
            case 2 -> new ArrayList<>(Collections.nCopies(size, null));
            case 3 ->
                new AbstractList<>() {
                    @Override
                    public Outcome get(int index) {
                        throw new AssertionError("get");
                    }

                    @Override
                    public int size() {
                        return size;
                    }
                };
            default ->
                new AbstractList<>() {
                    @Override
                    public Outcome get(int index) {
                        return Outcome.success();
                    }

                    @Override
                    public int size() {
                        throw new AssertionError("size");
                    }
                };
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void batchHandlerThatReturnsWhatItMustNot_failed_andNoRecordIsLost(int kind) {
        int[] calls = {0};
        SteppedBurrow<String, String> burrow = start(base().batchHandler(messages ->
                        calls[0]++ == 0 ? wrong(kind, messages.size()) : Outcome.allSucceeded(messages.size()))
                .config(c -> c.backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(4);
        burrow.settle().advance(Duration.ofSeconds(10));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(burrow.burrow().stats().failed()).isPositive();
        assertThat(burrow.burrow().stats().processed()).isEqualTo(4);
        assertThat(committed()).isEqualTo(4);
        if (kind < 3) { // what it threw is a failure like others
            assertReportedOnce(burrow, ErrorCode.HANDLER_CONTRACT, "HandlerMisuseTest");
        }
    }

    // ---- stages of asynchronous handlers

    @Test
    void stageThatIsCompletedTwice_countsOnce() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.ordering(Ordering.PARTITION)));
        produce(2);
        burrow.settle();
        CompletableFuture<Void> first = stages.get(0L);
        complete(burrow, 0);
        first.complete(null);
        first.obtrudeException(new IllegalStateException("again"));
        first.completeExceptionally(new IllegalStateException("again"));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).containsExactly(0L, 1L);
        assertThat(committed()).isEqualTo(1);
        assertThat(burrow.burrow().stats().processed()).isOne();
        assertThat(burrow.burrow().stats().failed()).isZero();
    }

    @Test
    void stageThatFailsAfterItSucceeded_hasSucceeded_andTheOtherWayRound() {
        OddStage succeeds = new OddStage();
        OddStage fails = new OddStage();
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(m -> m.offset() == 0 ? succeeds : fails)
                .config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(2);
        burrow.settle();
        succeeds.callBack(null);
        succeeds.callBack(new IllegalStateException("late"));
        fails.callBack(new IllegalStateException("no"));
        fails.callBack(null);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(1);
        assertThat(burrow.burrow().stats().processed()).isOne();
        assertThat(burrow.burrow().stats().parked()).isOne();
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
    }

    @Test
    void stageThatIsCompletedAfterTheRevoke_changesNothing() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.ordering(Ordering.KEY).drainTimeout(Duration.ZERO)));
        produce(2);
        burrow.settle();
        List<CompletableFuture<Void>> late = List.copyOf(stages.values());
        broker.faults().revoke(member(), P0);
        burrow.settle();
        late.get(0).complete(null);
        late.get(1).completeExceptionally(new IllegalStateException("late"));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        assertThat(burrow.burrow().stats().processed()).isZero();
        complete(burrow, 0, 1);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void stageThatIsCompletedAfterTheEnd_changesNothing() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(2);
        burrow.settle();
        CloseResult result = burrow.close(Duration.ZERO);
        assertThat(result.unfinishedRecords()).isEqualTo(2);
        stages.get(0L).complete(null);
        stages.get(1L).completeExceptionally(new IllegalStateException("late"));
        assertThat(committed()).isZero();
        assertThat(burrow.burrow().stats().processed()).isZero();
    }

    @Test
    void stageOfAnother_canBeCompletedByAHandler_andEachRecordEndsOnce() {
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(m -> {
                    if (m.offset() > 0 && m.offset() <= 2) {
                        stages.get(0L).complete(null); // not its own, and a second time
                    }
                    return begin(m);
                })
                .config(c -> c.ordering(Ordering.KEY).concurrency(1)));
        broker.produce("t", 0, "a", "0");
        burrow.settle();
        burrow.burrow().reconfigure(c -> c.concurrency(5));
        broker.produce("t", 0, "b", "1");
        broker.produce("t", 0, "c", "2");
        broker.produce("t", 0, "a", "3"); // of the key whose record was completed from elsewhere
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
        assertThat(burrow.burrow().stats().processed()).isOne();
        complete(burrow, 1, 2, 3);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(4);
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
    }

    @Test
    void oneStageForSeveralRecords_endsThemTogether() {
        CompletableFuture<Void> shared = new CompletableFuture<>();
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(m -> shared));
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isZero();
        shared.complete(null);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3);
    }

    // ---- threads

    @Test
    void handlerThatBlocksForEverAndIgnoresInterrupts_holdsItsKeyAlone_andIsNamedAtTheEnd() {
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger others = new AtomicInteger();
        Burrow<String, String> burrow = base().deadLetters(letters)
                .listener(noting)
                .config(c -> c.name("deaf")
                        .ordering(Ordering.KEY)
                        .workerThreads(WorkerThreads.PLATFORM)
                        .pollTimeout(Duration.ofMillis(5))
                        .stuckAfter(Duration.ofMillis(200))
                        .onStuck(StuckAction.DEAD_LETTER))
                .handler(m -> {
                    if (m.offset() > 0) {
                        others.incrementAndGet();
                        return;
                    }
                    while (gate.getCount() > 0) {
                        try {
                            gate.await();
                        } catch (InterruptedException e) {
                            // deaf
                        }
                    }
                })
                .build();
        burrow.start();
        try {
            produce(50);
            Wait.until("others go on", () -> others.get() == 49);
            Wait.until("its attempt is given up", () -> letters.letters().size() == 1);
            broker.produce("t", 0, "key-0", "behind it");
            Wait.until("all but its key is committed", () -> committed() == 50);
            assertThat(errors).extracting(e -> e.code()).contains(ErrorCode.RECORD_STUCK);
            assertThat(others.get()).isEqualTo(49);
            CloseResult result = burrow.close(Duration.ofMillis(100));
            assertThat(result.clean()).isFalse();
            assertThat(result.threadsInUserCode()).isNotEmpty();
        } finally {
            gate.countDown();
        }
    }

    @Test
    void handlerThatLeavesItsThreadInterrupted_orStartsThreadsOfItsOwn_harmsNoOther() {
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger interrupted = new AtomicInteger();
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        List<Burrow<String, String>> self = new ArrayList<>();
        List<Thread> own = Collections.synchronizedList(new ArrayList<>());
        Burrow<String, String> burrow = base().config(c -> c.concurrency(2))
                .handler(m -> {
                    interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                    if (m.offset() < 5) {
                        Thread thread = new Thread(() -> {
                            self.get(0).stats();
                            self.get(0).pause(P0);
                            self.get(0).resume(P0);
                            asked.incrementAndGet();
                            try {
                                gate.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
                        own.add(thread);
                        thread.start();
                    }
                    Thread.currentThread().interrupt();
                    handled.incrementAndGet();
                })
                .build();
        self.add(burrow);
        burrow.start();
        try {
            produce(200);
            Wait.until("all handled", () -> handled.get() == 200);
            Wait.until("its threads have asked", () -> asked.get() == 5);
            assertThat(burrow.close(Duration.ofSeconds(60)).clean()).isTrue();
            assertThat(own).allMatch(Thread::isAlive);
        } finally {
            gate.countDown();
        }
        assertThat(interrupted.get()).isZero();
        assertThat(committed()).isEqualTo(200);
    }

    @Test
    void handlerThatClosesItsBurrow_waitsForItself_andNoLongerThanItSaid() {
        AtomicBoolean over = new AtomicBoolean();
        List<Burrow<String, String>> self = new ArrayList<>();
        Burrow<String, String> burrow = base().handler(m -> {
                    CloseResult result = self.get(0).close(Duration.ofMillis(100));
                    over.set(!result.clean());
                })
                .build();
        self.add(burrow);
        burrow.start();
        produce(1);
        Wait.until("it is closed", over::get);
        assertThat(burrow.state()).isEqualTo(BurrowState.CLOSED);
    }

    @Test
    void retryAfterNothing_isARetryLikeOthers() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.attempt() == 1) {
                        throw new RetryAfterException(Duration.ZERO) {
                            private static final long serialVersionUID = 1L;

                            @Override
                            @SuppressWarnings("NullAway")
                            public Duration delay() {
                                return null;
                            }
                        };
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.never()).backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(2);
        burrow.settle().advance(Duration.ofSeconds(5)).advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(2);
        assertReportedOnce(burrow, ErrorCode.HANDLER_CONTRACT, "HandlerMisuseTest");
    }
}
