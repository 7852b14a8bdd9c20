package io.burrow.core.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.api.RecordOutcome;
import io.burrow.api.spi.Stage;
import io.burrow.core.host.StageHost;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeduplicateTest extends StageRig {
    private static Stage<String, String> byValue(int windowSeconds) {
        return Stages.deduplicate(Message::value, seconds(windowSeconds), 100);
    }

    @Test
    void recordHandledBefore_countsAsHandled_untilTheWindowIsOver() {
        SteppedBurrow<String, String> burrow = start(stages(byValue(10)), m -> {});
        produce("a");
        burrow.settle();
        produce("a", "b");
        burrow.settle().advance(millis(9_999));
        produce("a");
        burrow.settle();
        assertThat(started).containsExactly(0L, 2L);
        burrow.advance(millis(1));
        produce("a");
        burrow.settle();
        assertThat(started).containsExactly(0L, 2L, 4L);
        assertThat(outcomes.values()).hasSize(5).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void recordThatFailed_isNotHandled_andItsRetryRuns() {
        SteppedBurrow<String, String> burrow = start(stages(byValue(10)), m -> {
            if (m.attempt() < 3) {
                throw new IllegalStateException("again");
            }
        });
        produce("a");
        burrow.settle().advance(seconds(2));
        assertThat(started).containsExactly(0L, 0L, 0L);
        produce("a");
        burrow.settle();
        assertThat(started).hasSize(3);
        assertThat(outcomes.values()).hasSize(2).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void recordWhoseLikeIsBeingHandled_waits_andIsSkippedWhenThatIsDone() {
        SteppedBurrow<String, String> burrow = startAsync(stages(byValue(10)));
        produce("a");
        burrow.settle();
        produce("a", "a", "b");
        burrow.settle();
        assertThat(started).containsExactly(0L, 3L);
        assertThat(outcomes).isEmpty();
        running.get(0L).complete(null);
        burrow.settle();
        assertThat(started).containsExactly(0L, 3L);
        assertThat(outcomes).containsOnlyKeys(0L, 1L, 2L);
        assertThat(outcomes.values()).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void recordWhoseLikeIsBeingHandled_isHandledItself_whenThatFails_andTheRetryIsSkipped() {
        SteppedBurrow<String, String> burrow = startAsync(stages(byValue(10)));
        produce("a");
        burrow.settle();
        produce("a", "a");
        burrow.settle();
        running.get(0L).completeExceptionally(new IllegalStateException("first"));
        burrow.settle();
        assertThat(started).hasSize(2).startsWith(0L);
        long second = started.get(1);
        assertThat(second).isIn(1L, 2L);
        burrow.advance(seconds(1)); // the first is tried again, and waits now
        assertThat(started).hasSize(2);
        running.get(second).complete(null);
        burrow.settle();
        assertThat(started).hasSize(2);
        assertThat(outcomes).containsOnlyKeys(0L, 1L, 2L);
        assertThat(outcomes.values()).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void allOfAnIdentityFail_andEachIsTried_untilOneSucceeds() {
        SteppedBurrow<String, String> burrow = startAsync(stages(byValue(100)));
        produce("a", "a", "a", "a");
        burrow.settle();
        for (int i = 0; i < 4; i++) {
            assertThat(started).hasSize(i + 1).doesNotHaveDuplicates();
            running.get(started.get(i)).completeExceptionally(new IllegalStateException("no"));
            burrow.settle();
        }
        burrow.advance(seconds(1));
        assertThat(started).hasSize(5);
        running.get(started.get(4)).complete(null);
        burrow.settle();
        assertThat(started).hasSize(5);
        assertThat(outcomes.values()).hasSize(4).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void withoutAnIdentity_everyRecordIsHandled() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.deduplicate(m -> null, seconds(10), 10)), m -> {});
        produce("a", "a", "a");
        burrow.settle();
        assertThat(started).hasSize(3);
    }

    @Test
    void arraysOfBytes_compareByContent() {
        Function<Message<String, String>, byte[]> bytes =
                m -> m.value().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        SteppedBurrow<String, String> burrow = start(stages(Stages.deduplicate(bytes, seconds(10), 10)), m -> {});
        produce("a");
        burrow.settle();
        produce("a", "b");
        burrow.settle();
        assertThat(started).containsExactly(0L, 2L);
    }

    @Test
    void recordThatNeverEnds_holdsItsLikeNoLongerThanTheWindow() {
        SteppedBurrow<String, String> burrow = startAsync(stages(byValue(10)));
        produce("a");
        burrow.settle().advance(seconds(4));
        produce("a");
        burrow.settle().advance(millis(5_999));
        assertThat(started).containsExactly(0L);
        burrow.advance(millis(1));
        assertThat(started).containsExactly(0L, 1L);
        burrow.advance(seconds(10));
        produce("a");
        burrow.settle();
        assertThat(started).containsExactly(0L, 1L, 2L);
    }

    @Test
    void recordHandledForLongerThanTheWindow_countsFromItsEnd() {
        SteppedBurrow<String, String> burrow = startAsync(stages(byValue(10)));
        produce("a");
        burrow.settle().advance(seconds(20));
        produce("b"); // what is old is looked for when something comes
        burrow.settle();
        running.get(0L).complete(null);
        burrow.settle().advance(seconds(9));
        produce("a");
        burrow.settle();
        assertThat(started).containsExactly(0L, 1L);
        assertThat(outcomes).containsOnlyKeys(0L, 2L);
    }

    @Test
    void retryOfAnAttemptThatATimeLimitEnded_runs_thoughTheOldOneNeverEnds_andOthersWaitForIt() {
        SteppedBurrow<String, String> burrow = startAsync(stages(Stages.timeLimit(seconds(10)), byValue(1_000)));
        produce("a");
        burrow.settle().advance(seconds(8));
        produce("a");
        burrow.settle().advance(seconds(2)); // the first is ended
        CompletableFuture<Object> old = running.get(0L);
        burrow.advance(seconds(1)); // and tried again
        assertThat(started).containsExactly(0L, 0L);
        old.complete(null);
        burrow.settle();
        assertThat(outcomes).isEmpty();
        running.get(0L).complete(null);
        burrow.settle();
        assertThat(started).containsExactly(0L, 0L);
        assertThat(outcomes).containsOnlyKeys(0L, 1L);
    }

    @Test
    void handlerThatSwallowedTheInterruptOfATimeLimit_isNotTakenForDone() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.timeLimit(seconds(10)), byValue(1_000)), m -> {
            if (m.attempt() == 1) {
                clock.advance(seconds(10));
            }
        });
        produce("a");
        burrow.settle().advance(seconds(1));
        assertThat(started).containsExactly(0L, 0L);
        assertThat(outcomes).containsEntry(0L, RecordOutcome.PROCESSED);
    }

    @Test
    void waiterThatATimeLimitEnded_isPassedOver() {
        SteppedBurrow<String, String> burrow =
                startAsync(stages(Stages.when(m -> m.offset() == 1, Stages.timeLimit(seconds(2))), byValue(1_000)));
        produce("a");
        burrow.settle();
        produce("a");
        burrow.settle();
        produce("a");
        burrow.settle().advance(seconds(2));
        assertThat(failures).extracting(f -> f.offset()).containsExactly(1L);
        running.get(0L).completeExceptionally(new IllegalStateException("first"));
        burrow.settle();
        assertThat(started).containsExactly(0L, 2L);
        running.get(2L).complete(null);
        burrow.settle().advance(seconds(5));
        assertThat(started).containsExactly(0L, 2L);
        assertThat(outcomes).containsOnlyKeys(0L, 1L, 2L);
    }

    @Test
    void recordThatComesAgainAfterARebalance_isSkipped() {
        SteppedBurrow<String, String> burrow = start(stages(byValue(1_000)), m -> {});
        produce("a", "b");
        burrow.settle();
        broker.faults().expire(member()); // before a commit was due
        burrow.settle().advance(seconds(5));
        assertThat(started).hasSize(2);
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void eachBurrow_hasAMemoryOfItsOwn() {
        Stage<String, String> shared = byValue(1_000);
        SteppedBurrow<String, String> one = start(stages(shared), m -> {});
        produce("a");
        one.settle().close();
        SteppedBurrow<String, String> other = SteppedBurrow.start(
                io.burrow.core.Burrow.<String, String>builder()
                        .source(broker.source("other", List.of("t")))
                        .stage(shared)
                        .handler(m -> started.add(m.offset())),
                clock,
                1);
        other.settle();
        assertThat(started).containsExactly(0L, 0L);
    }

    // ---- the handler alone ----

    private final Deque<Runnable> jobs = new ArrayDeque<>();
    private final List<String> handled = new ArrayList<>();

    private Deduplicated<String, String> deduplicated(
            Function<? super Message<String, String>, ? extends @Nullable Object> identity, int maxEntries) {
        return new Deduplicated<>(
                new StageHost(clock, jobs::add),
                m -> {
                    handled.add(m.value());
                    return AsyncMessageHandler.done();
                },
                identity,
                seconds(10).toNanos(),
                maxEntries);
    }

    @Test
    void memory_isBounded_theOldestGoFirst_andOldOnesGoByThemselves() throws Exception {
        Deduplicated<String, String> stage = deduplicated(Message::value, 3);
        for (String value : List.of("a", "b", "c", "d", "b", "a")) {
            stage.handle(TestMessage.of("k", value));
        }
        assertThat(handled).containsExactly("a", "b", "c", "d", "a");
        assertThat(stage.remembered()).isEqualTo(3);
        assertThat(stage.claimed()).isZero();
        clock.advance(seconds(10));
        stage.handle(TestMessage.of("k", "e"));
        assertThat(stage.remembered()).isOne();
        assertThat(clock.untilNext()).isNull();
    }

    @Test
    void claimsThatNeverEnd_areForgottenAfterTheWindow_andTimersAreCancelled() throws Exception {
        List<CompletableFuture<Object>> stages = new ArrayList<>();
        Deduplicated<String, String> stage = new Deduplicated<>(
                new StageHost(clock, Runnable::run),
                m -> {
                    stages.add(new CompletableFuture<>());
                    return stages.get(stages.size() - 1);
                },
                Message::value,
                seconds(10).toNanos(),
                10);
        for (int i = 0; i < 100; i++) {
            stage.handle(message(i, "v" + i));
            clock.advance(seconds(1));
        }
        assertThat(stage.claimed()).isLessThanOrEqualTo(10);
        stage.handle(message(1_000, "v99"));
        assertThat(clock.untilNext()).isNotNull();
        stages.get(99).complete(null);
        assertThat(clock.untilNext()).isNull();
    }

    @Test
    void identityThatChangesItsHash_orThrowsFromEquals_leavesNothingBehind() throws Exception {
        Deduplicated<String, String> stage = deduplicated(
                m -> new Object() {
                    private int calls;

                    @Override
                    public int hashCode() {
                        return calls++;
                    }

                    @Override
                    public boolean equals(@Nullable Object other) {
                        throw new IllegalStateException("equals");
                    }
                },
                10);
        for (int i = 0; i < 100; i++) {
            stage.handle(message(i, "v"));
        }
        assertThat(handled).hasSize(100);
        assertThat(stage.claimed()).isZero();
        assertThat(stage.remembered()).isEqualTo(10);
    }

    @Test
    void identityWhoseHashThrows_failsTheAttempt() {
        Deduplicated<String, String> stage = deduplicated(
                m -> new Object() {
                    @Override
                    public int hashCode() {
                        throw new IllegalStateException("hash");
                    }
                },
                10);
        assertThatThrownBy(() -> stage.handle(message(0, "v"))).hasMessage("hash");
        assertThat(stage.claimed()).isZero();
    }

    @Test
    void tenThousandThatWait_areAllEnded_whenNoThreadCanBeHad() throws Exception {
        CompletableFuture<Object> first = new CompletableFuture<>();
        Deduplicated<String, String> stage = new Deduplicated<>(
                new StageHost(clock, job -> {
                    throw new RejectedExecutionException("closed");
                }),
                m -> first,
                m -> "same",
                seconds(10).toNanos(),
                10);
        stage.handle(message(0, "v"));
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (int i = 1; i <= 10_000; i++) {
            waiting.add(stage.handle(message(i, "v")).toCompletableFuture());
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        first.completeExceptionally(new IllegalStateException("first"));
        assertThat(waiting).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(stage.claimed()).isZero();
        assertThat(clock.untilNext()).isNull();
    }

    @Test
    void waiterThatIsEndedOnItsWayToTheHandler_handsOnToTheNext() throws Exception {
        List<CompletableFuture<Object>> stages = new ArrayList<>();
        StageHost host = new StageHost(clock, jobs::add);
        Deduplicated<String, String> stage = new Deduplicated<>(
                host,
                m -> {
                    handled.add(m.value());
                    stages.add(new CompletableFuture<>());
                    return stages.get(stages.size() - 1);
                },
                m -> "same",
                seconds(100).toNanos(),
                10);
        AsyncMessageHandler<String, String> limited = new TimeLimited<>(host, stage, seconds(5));
        stage.handle(message(0, "first"));
        CompletableFuture<?> second = limited.handle(message(1, "second")).toCompletableFuture();
        CompletableFuture<?> third = stage.handle(message(2, "third")).toCompletableFuture();
        stages.get(0).completeExceptionally(new IllegalStateException("first"));
        assertThat(jobs).hasSize(1); // to start the second
        clock.advance(seconds(5));
        runJobs();
        assertThat(second).isCompletedExceptionally();
        assertThat(handled).containsExactly("first", "third");
        stages.get(1).complete(null);
        assertThat(third).isCompleted();
        assertThat(stage.claimed()).isZero();
        assertThat(stage.remembered()).isOne();
    }

    private void runJobs() {
        for (Runnable job = jobs.poll(); job != null; job = jobs.poll()) {
            job.run();
        }
    }

    @Test
    void handlersStageThatCannotBeWatched_failsTheAttempt_andHoldsNothing() {
        Map<String, CompletableFuture<Object>> broken = Map.of("v", new CompletableFuture<>() {
            @Override
            public CompletableFuture<Object> whenComplete(
                    java.util.function.BiConsumer<? super Object, ? super Throwable> action) {
                throw new IllegalStateException("whenComplete");
            }
        });
        Deduplicated<String, String> stage = new Deduplicated<>(
                new StageHost(clock, jobs::add), m -> broken.get(m.value()), Message::value, 1_000, 10);
        assertThatThrownBy(() -> stage.handle(message(0, "v"))).hasMessage("whenComplete");
        assertThat(stage.claimed()).isZero();
    }

    private static TestMessage<String, String> message(long offset, String value) {
        return TestMessage.<String, String>builder("k", value)
                .at("t", 0, offset)
                .build();
    }
}
