package io.burrow.core.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.RecordOutcome;
import io.burrow.core.host.StageHost;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestMessage;
import io.burrow.core.time.Timekeeper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeLimitTest extends StageRig {
    private final List<Boolean> interrupted = new ArrayList<>();

    @AfterEach
    void nothingLeaksIntoTheNextTest() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void stageThatIsNotDoneInTime_failsTheAttempt_andItsLateCompletionChangesNothing() {
        SteppedBurrow<String, String> burrow = startAsync(stages(Stages.timeLimit(seconds(10))));
        produce("a");
        burrow.settle().advance(millis(9_999));
        assertThat(failures).isEmpty();
        burrow.advance(millis(1));
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).cause())
                .isInstanceOf(TimeoutException.class)
                .hasMessage("timeLimit: not done within PT10S");
        CompletableFuture<Object> late = running.get(0L);
        late.complete(null);
        burrow.settle();
        assertThat(outcomes).isEmpty();
        burrow.advance(seconds(1));
        assertThat(started).containsExactly(0L, 0L);
        running.get(0L).complete(null);
        burrow.settle();
        assertThat(outcomes).containsEntry(0L, RecordOutcome.PROCESSED);
        assertThat(burrow.burrow().stats().processed()).isOne();
        burrow.advance(seconds(60));
        assertThat(failures).hasSize(1);
    }

    @Test
    void stageThatIsDoneInTime_isDone() {
        SteppedBurrow<String, String> burrow = startAsync(stages(Stages.timeLimit(seconds(10))));
        produce("a", "b");
        burrow.settle().advance(seconds(9));
        running.get(0L).complete("x");
        running.get(1L).completeExceptionally(new IllegalStateException("own"));
        burrow.settle();
        assertThat(outcomes).containsEntry(0L, RecordOutcome.PROCESSED);
        assertThat(failures).extracting(f -> f.cause().getMessage()).containsExactly("own");
        burrow.advance(millis(10_999)); // the retry has its own ten seconds
        assertThat(failures).hasSize(1);
        burrow.advance(millis(1));
        assertThat(failures).hasSize(2);
    }

    @Test
    void attempts_haveEachTheirOwnTime() {
        SteppedBurrow<String, String> burrow = startAsync(stages(Stages.timeLimit(seconds(10))));
        for (int i = 0; i < 5; i++) {
            produce("v");
            burrow.settle().advance(seconds(1));
        }
        burrow.advance(seconds(4)); // 9 s after the first
        for (int i = 0; i < 5; i++) {
            assertThat(failures).hasSize(i);
            burrow.advance(seconds(1));
        }
        assertThat(failures).extracting(f -> f.offset()).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void synchronousHandler_isInterrupted_andFailsWhenItReturns_whateverItReturns() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.timeLimit(seconds(10))), m -> {
            if (m.offset() == 0 && m.attempt() == 1) {
                clock.advance(seconds(9));
                interrupted.add(Thread.currentThread().isInterrupted());
                clock.advance(seconds(1));
                interrupted.add(Thread.currentThread().isInterrupted());
                assertThat(failures).isEmpty();
            } else {
                interrupted.add(Thread.currentThread().isInterrupted());
            }
        });
        produce("a", "b");
        burrow.settle();
        assertThat(interrupted).containsExactlyInAnyOrder(false, true, false);
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).cause()).isInstanceOf(TimeoutException.class).hasNoCause();
        burrow.advance(seconds(1));
        assertThat(outcomes.values()).containsExactly(RecordOutcome.PROCESSED, RecordOutcome.PROCESSED);
    }

    @Test
    void synchronousHandler_thatThrowsOnTheInterrupt_isTheCause() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.timeLimit(seconds(10))), m -> {
            if (m.attempt() == 1) {
                clock.advance(seconds(10));
                Thread.sleep(1); // throws at once
            }
        });
        produce("a");
        burrow.settle();
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).cause())
                .isInstanceOf(TimeoutException.class)
                .hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void errorOfALateHandler_goesThrough() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.timeLimit(seconds(10))), m -> {
            clock.advance(seconds(10));
            throw new AssertionError("late");
        });
        produce("a");
        burrow.settle();
        assertThat(failures.get(0).cause()).isInstanceOf(AssertionError.class);
    }

    @Test
    void asynchronousHandler_thatIsLateAlreadyWhenItReturns_failsAtOnce() {
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                stages(Stages.timeLimit(seconds(10))).asyncHandler(m -> {
                    clock.advance(seconds(10));
                    interrupted.add(Thread.currentThread().isInterrupted());
                    return new CompletableFuture<>();
                }),
                clock,
                1);
        produce("a");
        burrow.settle();
        assertThat(interrupted).containsExactly(true);
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).cause()).isInstanceOf(TimeoutException.class);
    }

    @ParameterizedTest(name = "the shorter outermost: {0}")
    @ValueSource(booleans = {true, false})
    void nested_theShorterCounts(boolean shortOutermost) {
        SteppedBurrow<String, String> burrow = startAsync(stages(
                Stages.timeLimit(seconds(shortOutermost ? 3 : 7)), Stages.timeLimit(seconds(shortOutermost ? 7 : 3))));
        produce("a");
        burrow.settle().advance(seconds(3));
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).cause()).hasMessageContaining("PT3S");
    }

    @Test
    void handlerThatWaitedForItsStart_isInterruptedWhereItRuns_andTheKeyGoesOnWhenItHasReturned() {
        SteppedBurrow<String, String> burrow =
                start(stages(Stages.timeLimit(seconds(10)), Stages.rateLimit(1, seconds(8))), m -> {
                    if (m.offset() == 1 && m.attempt() == 1) { // waited 8 s of its 10 s
                        clock.advance(seconds(3));
                        interrupted.add(Thread.currentThread().isInterrupted());
                        assertThat(failures).isEmpty();
                        throw new IllegalStateException("interrupted");
                    }
                });
        produce("a", "b");
        burrow.settle().advance(seconds(9));
        assertThat(interrupted).containsExactly(true);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).cause()).isInstanceOf(TimeoutException.class);
        burrow.advance(seconds(30));
        assertThat(started).containsExactly(0L, 1L, 1L);
        assertThat(outcomes).hasSize(2).doesNotContainValue(RecordOutcome.PARKED);
    }

    @Test
    void stageFurtherIn_thatGoesOnAfterTheTime_doesNotGetToTheHandler() {
        SteppedBurrow<String, String> burrow = start(
                stages(Stages.timeLimit(seconds(10)), next -> message -> {
                    if (message.attempt() == 1) {
                        clock.advance(seconds(10));
                    }
                    return next.handle(message);
                }),
                m -> {});
        produce("a");
        burrow.settle();
        assertThat(started).isEmpty();
        assertThat(failures).hasSize(1);
        burrow.advance(seconds(1));
        assertThat(started).containsExactly(0L);
    }

    @Test
    void attemptsThatEnded_areForgotten_andOneTimerServesAll() throws Exception {
        Counting time = new Counting();
        CompletableFuture<Object> stage = new CompletableFuture<>();
        TimeLimited<String, String> limited = new TimeLimited<>(
                new StageHost(time, Runnable::run),
                m -> "async".equals(m.key()) ? stage : AsyncMessageHandler.done(),
                seconds(10));
        for (int i = 0; i < 1_000; i++) {
            limited.handle(TestMessage.of("sync", "v"));
        }
        assertThat(limited.running()).isZero();
        assertThat(time.scheduled).isOne();
        clock.advance(seconds(1));
        CompletionStage<?> watched = limited.handle(TestMessage.of("async", "v"));
        assertThat(limited.running()).isOne();
        clock.advance(seconds(9)); // the first timer: sets the next for what is left
        assertThat(time.scheduled).isEqualTo(2);
        clock.advance(seconds(1));
        assertThat(limited.running()).isZero();
        assertThatThrownBy(() -> watched.toCompletableFuture().join()).hasCauseInstanceOf(TimeoutException.class);
        assertThat(clock.untilNext()).isNull();
    }

    @Test
    void handlerThatThrows_isForgotten() {
        TimeLimited<String, String> limited = new TimeLimited<>(
                new StageHost(clock, Runnable::run),
                m -> {
                    throw new IllegalStateException("own");
                },
                seconds(10));
        assertThatThrownBy(() -> limited.handle(TestMessage.of("k", "v"))).hasMessage("own");
        assertThat(limited.running()).isZero();
    }

    /** The test's clock, with a count. */
    private final class Counting implements Timekeeper {
        int scheduled;

        @Override
        public long nanos() {
            return clock.nanos();
        }

        @Override
        public Instant now() {
            return clock.now();
        }

        @Override
        public Timeout schedule(long delayNanos, Runnable task) {
            scheduled++;
            return clock.schedule(delayNanos, task);
        }

        @Override
        public void close() {}
    }
}
