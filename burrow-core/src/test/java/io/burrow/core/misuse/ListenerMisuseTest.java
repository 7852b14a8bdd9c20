package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Health;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.ForwardingSource;
import io.burrow.core.Wait;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners that throw or block: on the loop, on workers, and where the timer was. */
@Timeout(180)
class ListenerMisuseTest extends MisuseRig {
    /** Throws from everything it is told. */
    private static final class Throwing implements BurrowListener {
        private final List<String> called = new ArrayList<>();

        private void threw(String what) {
            called.add(what);
            throw new AssertionError(what);
        }

        @Override
        public void started(BurrowControl burrow) {
            threw("started");
        }

        @Override
        public void stateChanged(
                BurrowControl burrow, BurrowState from, BurrowState to, @Nullable BurrowException cause) {
            threw("stateChanged");
        }

        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            threw("assigned");
        }

        @Override
        public void revoked(Collection<TopicPartition> partitions) {
            threw("revoked");
        }

        @Override
        public void lost(Collection<TopicPartition> partitions) {
            threw("lost");
        }

        @Override
        public void positionReset(TopicPartition partition, long from, long to) {
            threw("positionReset");
        }

        @Override
        public void blocked(TopicPartition partition, BlockedReason reason) {
            threw("blocked");
        }

        @Override
        public boolean wantsRecords() {
            return true;
        }

        @Override
        public void recordFinished(
                TopicPartition partition,
                long offset,
                RecordOutcome outcome,
                int attempts,
                long queueNanos,
                long handlerNanos) {
            threw("recordFinished");
        }

        @Override
        public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
            threw("attemptFailed");
        }

        @Override
        public void deadLetter(Failure failure, @Nullable Throwable error) {
            threw("deadLetter");
        }

        @Override
        public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
            threw("committed");
        }

        @Override
        public void error(BurrowException error) {
            threw("error");
        }
    }

    @Test
    void listenerThatThrowsFromEverything_disturbsNothing_andIsNamedOnce_toTheOthersToo() {
        Throwing throwing = new Throwing();
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        letters.failNext(1);
        SteppedBurrow<String, String> burrow = start(failing(1)
                .deadLetters(letters)
                .listener(throwing)
                .listener(noting)
                .config(c ->
                        c.retryPolicy(RetryPolicy.retries(1)).backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(4);
        burrow.settle().advance(Duration.ofMinutes(2));
        burrow.burrow().pause(P0);
        burrow.settle();
        burrow.burrow().resume(P0);
        broker.faults().revoke(member(), P0);
        burrow.settle();
        broker.faults().resetPosition(member(), P0, 2);
        burrow.settle();
        broker.faults().expire(member());
        burrow.settle().advance(Duration.ofMinutes(2));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(committed()).isEqualTo(4);
        assertReportedOnce(burrow, ErrorCode.LISTENER_FAILED, Throwing.class.getName());
        assertThat(errors)
                .filteredOn(e -> e.code() == ErrorCode.LISTENER_FAILED)
                .hasSize(1);
        assertThat(burrow.close(Duration.ofSeconds(1)).clean()).isTrue();
        assertThat(throwing.called)
                .contains("started", "stateChanged", "assigned", "revoked", "lost", "positionReset", "blocked")
                .contains("recordFinished", "attemptFailed", "deadLetter", "committed", "error");
    }

    @Test
    void listenerThatThrowsWhenAskedWhatItWants_isToldNoRecords() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}).listener(new BurrowListener() {
            @Override
            public boolean wantsRecords() {
                throw new AssertionError("wantsRecords");
            }
        }));
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3);
        assertReportedOnce(burrow, ErrorCode.LISTENER_FAILED, "ListenerMisuseTest");
    }

    /** Blocks when it is told of a commit, once it is armed. */
    private static final class Blocking implements BurrowListener {
        private final boolean deaf;
        private final AtomicBoolean armed = new AtomicBoolean();
        private final AtomicBoolean inside = new AtomicBoolean();
        private final CountDownLatch gate = new CountDownLatch(1);

        Blocking(boolean deaf) {
            this.deaf = deaf;
        }

        @Override
        public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
            if (!armed.get()) {
                return;
            }
            inside.set(true);
            while (gate.getCount() > 0) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    if (!deaf) {
                        armed.set(false);
                        return;
                    }
                }
            }
        }
    }

    private Burrow<String, String> blockedBy(Blocking listener, AtomicInteger handled) {
        Burrow<String, String> burrow = base().listener(listener)
                .config(c -> c.name("held")
                        .workerThreads(WorkerThreads.PLATFORM)
                        .concurrency(2)
                        .commitInterval(Duration.ofMillis(20))
                        .minCommitInterval(Duration.ZERO)
                        .pollTimeout(Duration.ofMillis(5))
                        .commitTimeout(Duration.ofMillis(50))
                        .drainTimeout(Duration.ofMillis(50)))
                .handler(m -> {
                    // the first ends when its commit will be told, the others when the loop is held by that
                    while (m.offset() == 0 ? !listener.armed.get() : !listener.inside.get()) {
                        Thread.onSpinWait();
                    }
                    handled.incrementAndGet();
                })
                .build();
        burrow.start();
        produce(100);
        Wait.until("all is buffered", () -> burrow.stats().inFlight() + handled.get() >= 100);
        listener.armed.set(true);
        Wait.until("the loop is held", listener.inside::get);
        return burrow;
    }

    @Test
    void listenerThatBlocksTheLoop_stopsNoWorker_andTheHealthNamesIt() {
        Blocking listener = new Blocking(true);
        AtomicInteger handled = new AtomicInteger();
        Burrow<String, String> burrow = blockedBy(listener, handled);
        try {
            Wait.until("workers go on", () -> handled.get() >= 100);
            Health health = burrow.health();
            assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(health.ready()).isFalse();
            assertThat(health.live()).isTrue(); // less than a poll interval
            assertThat(health.problems())
                    .singleElement()
                    .asString()
                    .startsWith("LOOP_BLOCKED")
                    .contains(Blocking.class.getName() + ".committed");
            assertThatThrownBy(burrow::stats)
                    .isInstanceOfSatisfying(
                            BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOOP_BLOCKED))
                    .hasMessageContaining(Blocking.class.getName());

            listener.armed.set(false);
            listener.gate.countDown();
            Wait.until("all is committed", () -> broker.lag("g") == 0);
            assertThat(burrow.health().ready()).isTrue();
            assertThat(burrow.health().problems())
                    .filteredOn(p -> p.startsWith("LOOP_BLOCKED"))
                    .hasSize(1);
            assertThat(burrow.close(Duration.ofSeconds(60)).clean()).isTrue();
        } finally {
            listener.gate.countDown();
        }
    }

    @Test
    void loopThatIsHeldForLongerThanThePollInterval_isNotLive() {
        CountDownLatch gate = new CountDownLatch(1);
        Burrow<String, String> burrow = over(new ForwardingSource(
                        broker.source("g", List.of("t"), o -> o.maxPollInterval(Duration.ofMillis(200)))) {
                    private int polls;

                    @Override
                    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
                        if (++polls < 5) {
                            super.poll(timeout, receiver);
                            return;
                        }
                        try {
                            gate.await(); // a source that takes no notice of the time it was given
                        } catch (InterruptedException e) {
                            throw new IllegalStateException("interrupted", e);
                        }
                    }
                })
                .config(c -> c.pollTimeout(Duration.ofMillis(5)))
                .handler(m -> {})
                .build();
        burrow.start();
        try {
            Wait.until("it is not live", () -> !burrow.health().live());
            assertThat(burrow.health().problems())
                    .singleElement()
                    .asString()
                    .startsWith("LOOP_BLOCKED")
                    .contains("ListenerMisuseTest$")
                    .contains(".poll ");
        } finally {
            gate.countDown();
            burrow.close(Duration.ofSeconds(1));
        }
    }

    @Test
    void closeWhileAListenerBlocksTheLoop_returns_andNamesTheLoop() {
        Blocking listener = new Blocking(true);
        Burrow<String, String> burrow = blockedBy(listener, new AtomicInteger());
        try {
            CloseResult result = burrow.close(Duration.ofMillis(50));
            assertThat(result).isEqualTo(new CloseResult(false, -1, List.of("burrow-held-loop")));
            assertThat(burrow.close(Duration.ofMillis(50))).isEqualTo(result);
            assertThat(burrow.health().problems()).anyMatch(p -> p.startsWith("LOOP_BLOCKED"));

            listener.gate.countDown(); // then it ends by itself
            Wait.until("it has ended", () -> burrow.state().isTerminal());
            assertThat(broker.members("g")).isEmpty();
        } finally {
            listener.gate.countDown();
        }
    }

    @Test
    void closeWhileAListenerBlocksTheLoop_interruptsIt_andEndsIfItHears() {
        Blocking listener = new Blocking(false);
        Burrow<String, String> burrow = blockedBy(listener, new AtomicInteger());
        try {
            burrow.close(Duration.ofMillis(50));
            assertThat(burrow.state().isTerminal()).isTrue();
            assertThat(broker.members("g")).isEmpty();
        } finally {
            listener.gate.countDown();
        }
    }

    @Test
    void listenerThatBlocksAWorker_isShownAsAStuckRecord_byItsClass_andOthersGoOn() {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        Burrow<String, String> burrow = handler(m -> handled.incrementAndGet())
                .listener(noting)
                .listener(new BurrowListener() {
                    @Override
                    public boolean wantsRecords() {
                        return true;
                    }

                    @Override
                    public void recordFinished(
                            TopicPartition partition,
                            long offset,
                            RecordOutcome outcome,
                            int attempts,
                            long queueNanos,
                            long handlerNanos) {
                        if (offset == 3) {
                            try {
                                gate.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    }
                })
                .config(c -> c.concurrency(3).pollTimeout(Duration.ofMillis(5)).stuckAfter(Duration.ofMillis(100)))
                .build();
        burrow.start();
        try {
            produce(50);
            Wait.until("others go on", () -> handled.get() == 50);
            Wait.until("it is seen", () -> errors.stream().anyMatch(e -> e.code() == ErrorCode.RECORD_STUCK));
            assertThat(errors)
                    .filteredOn(e -> e.code() == ErrorCode.RECORD_STUCK)
                    .allSatisfy(e -> assertThat(e)
                            .hasMessageContaining("t-0@3")
                            .hasMessageContaining(" by " + ListenerMisuseTest.class.getName() + "$"));
            gate.countDown();
            assertThat(burrow.close(Duration.ofSeconds(60)).clean()).isTrue();
            assertThat(committed()).isEqualTo(50);
        } finally {
            gate.countDown();
        }
    }

    /** The end of the wait for an acknowledgement is told by a worker: the timer has others to serve. */
    @Test
    void listenerThatBlocksWhenToldOfALetterWithoutAnswer_keepsNoRetryFromItsTime() {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicBoolean inside = new AtomicBoolean();
        AtomicInteger handled = new AtomicInteger();
        Burrow<String, String> burrow = handler(m -> {
                    if (m.offset() == 0) {
                        throw new IllegalStateException("to the dead letters");
                    }
                    if (m.attempt() < 3 || !inside.get()) {
                        throw new IllegalStateException("again");
                    }
                    handled.incrementAndGet();
                })
                .deadLetters(letter -> new CompletableFuture<>())
                .listener(new BurrowListener() {
                    @Override
                    public void deadLetter(Failure failure, @Nullable Throwable error) {
                        inside.set(true);
                        try {
                            gate.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                })
                .config(c -> c.concurrency(4)
                        .retryPolicy(failure -> failure.offset() == 0 ? RetryDecision.GIVE_UP : RetryDecision.RETRY)
                        .onExhausted(ExhaustedAction.DEAD_LETTER)
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(20)))
                        .deadLetterTimeout(Duration.ofMillis(50)))
                .build();
        burrow.start();
        try {
            produce(20);
            Wait.until("it blocks", inside::get);
            Wait.until("retries come", () -> handled.get() == 19);
        } finally {
            gate.countDown();
            burrow.close(Duration.ofMillis(200));
        }
    }

    // ---- calls from within

    @Test
    void listenerThatAsksOnTheLoop_isAnswered_andWhatWouldWaitForTheLoopIsRefused() {
        List<BurrowControl> control = Collections.synchronizedList(new ArrayList<>());
        List<Object> answers = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean asked = new AtomicBoolean();
        Burrow<String, String> burrow = handler(m -> {})
                .listener(new BurrowListener() {
                    @Override
                    public void started(BurrowControl burrow) {
                        control.add(burrow);
                    }

                    @Override
                    public void assigned(Collection<TopicPartition> partitions) {
                        BurrowControl burrow = control.get(0);
                        answers.add(burrow.stats());
                        answers.add(burrow.health());
                        answers.add(burrow.parked());
                        burrow.pause();
                        burrow.resume();
                        for (ThrowingCallable call : List.<ThrowingCallable>of(
                                () -> ((Burrow<?, ?>) burrow).close(Duration.ofSeconds(1)),
                                () -> burrow.drain(Duration.ofMinutes(1)),
                                () -> burrow.retryParked(P0, 0))) {
                            try {
                                call.call();
                                answers.add("not refused");
                            } catch (Throwable e) {
                                answers.add(e.getClass());
                            }
                        }
                        asked.set(true);
                    }
                })
                .build();
        try (burrow) {
            burrow.start();
            Wait.until("asked", asked::get);
            assertThat(answers).hasSize(6);
            assertThat(answers.subList(3, 6)).containsOnly(BurrowException.class);
            produce(3);
            Wait.until("it goes on", () -> burrow.stats().processed() == 3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listenerThatThrowsWhileItEnds_doesNotKeepItFromEnding(boolean halting) {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (halting) {
                        throw new IllegalStateException("halt");
                    }
                })
                .listener(new Throwing())
                .config(c -> c.retryPolicy(failure -> RetryDecision.HALT)));
        produce(1);
        burrow.settle();
        if (halting) {
            burrow.settle();
            assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        } else {
            assertThat(burrow.close(Duration.ofSeconds(1)).clean()).isTrue();
        }
        assertThat(broker.members("g")).isEmpty();
    }
}
