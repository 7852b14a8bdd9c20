package io.burrow.core.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Ordering;
import io.burrow.api.RecordOutcome;
import io.burrow.api.StuckAction;
import io.burrow.core.host.StageHost;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RateLimitTest extends StageRig {
    @Test
    void starts_areSpread_andTheRecordsAreAllHandled() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.rateLimit(2, seconds(1))), m -> {});
        produce(6);
        burrow.settle();
        assertThat(started).hasSize(1);
        burrow.advance(seconds(10));
        assertThat(startedMillis).containsExactly(0L, 500L, 1_000L, 1_500L, 2_000L, 2_500L);
        assertThat(outcomes.values()).hasSize(6).containsOnly(RecordOutcome.PROCESSED);
        assertThat(failures).isEmpty();
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void aTenthOfThePermits_mayBeUsedAtOnceAfterARest() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.rateLimit(100, seconds(1))), m -> {});
        produce(15);
        burrow.settle();
        assertThat(started).hasSize(10);
        burrow.advance(seconds(1));
        assertThat(startedMillis.subList(10, 15)).containsExactly(10L, 20L, 30L, 40L, 50L);
        produce(15);
        burrow.settle();
        assertThat(started).hasSize(25);
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void inNoSpanOfTheTime_startMoreThanAllowed(long seed) throws Exception {
        Random random = new Random(seed);
        int permits = 1 + random.nextInt(40);
        long perNanos = 1 + random.nextInt(10_000);
        List<Long> starts = new ArrayList<>();
        AsyncMessageHandler<String, String> limited = new RateLimited<>(
                new StageHost(clock, Runnable::run),
                m -> {
                    starts.add(clock.nanos());
                    return AsyncMessageHandler.done();
                },
                permits,
                perNanos);
        List<CompletableFuture<?>> attempts = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            CompletionStage<?> attempt = limited.handle(TestMessage.of("k", "v"));
            attempts.add(attempt.toCompletableFuture());
            if (random.nextInt(3) == 0) {
                clock.advance(java.time.Duration.ofNanos(random.nextInt((int) perNanos)));
            }
        }
        clock.advance(seconds(10));
        assertThat(attempts).allMatch(CompletableFuture::isDone);
        assertThat(starts).hasSize(500);
        int allowed = permits + Math.max(1, permits / 10) - 1;
        for (int first = 0; first + allowed < starts.size(); first++) {
            assertThat(starts.get(first + allowed) - starts.get(first)).isGreaterThanOrEqualTo(perNanos);
        }
        assertThat(clock.untilNext()).isNull();
    }

    @Test
    void whatWaits_startsInTheOrderInWhichItCame() throws Exception {
        List<Long> order = new ArrayList<>();
        AsyncMessageHandler<String, String> limited = new RateLimited<>(
                new StageHost(clock, Runnable::run),
                m -> {
                    order.add(m.offset());
                    return AsyncMessageHandler.done();
                },
                1,
                seconds(1).toNanos());
        for (int i = 0; i < 20; i++) {
            limited.handle(
                    TestMessage.<String, String>builder("k", "v").at("t", 0, i).build());
        }
        clock.advance(seconds(20));
        assertThat(order)
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> (long) i).toList());
    }

    @Test
    void recordsOfAKey_keepTheirOrder_andTheNextStartsAfterTheOneBefore() {
        SteppedBurrow<String, String> burrow = startAsync(stages(Stages.rateLimit(1, seconds(1))));
        for (int i = 0; i < 4; i++) {
            broker.produce("t", 0, "same", "v");
        }
        burrow.settle().advance(seconds(5));
        assertThat(started).containsExactly(0L);
        for (long i = 0; i < 4; i++) {
            running.get(i).complete(null);
            burrow.settle().advance(seconds(1));
        }
        assertThat(started).containsExactly(0L, 1L, 2L, 3L);
        assertThat(outcomes.values()).hasSize(4).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void handlerThatFailsAfterItsWait_isTriedAgain_andWaitsAgain() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.rateLimit(1, seconds(2))), m -> {
            if (m.offset() == 1 && m.attempt() == 1) {
                throw new IllegalStateException("again");
            }
        });
        produce(3);
        burrow.settle().advance(seconds(20));
        assertThat(started).containsExactly(0L, 1L, 2L, 1L);
        assertThat(startedMillis).containsExactly(0L, 2_000L, 4_000L, 6_000L);
        assertThat(outcomes.values()).hasSize(3).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void handlerThatReturnsNullAfterItsWait_failsTheAttempt() {
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                stages(Stages.rateLimit(1, seconds(2)))
                        .asyncHandler(m -> m.offset() == 1 && m.attempt() == 1 ? null : AsyncMessageHandler.done()),
                clock,
                1);
        produce(2);
        burrow.settle().advance(seconds(2));
        assertThat(failures).extracting(f -> f.cause().getMessage()).allMatch(m -> m.contains("returned null"));
        burrow.advance(seconds(9));
        assertThat(outcomes.values()).hasSize(2).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void attemptsEndedWhileTheyWait_areNotStarted_andTakeNoPermitWithThem() {
        SteppedBurrow<String, String> burrow = start(
                stages(Stages.timeLimit(millis(3_500)), Stages.rateLimit(1, seconds(1)))
                        .config(c -> c.retryPolicy(io.burrow.api.spi.RetryPolicy.retries(1_000))),
                m -> {});
        produce(20);
        burrow.settle().advance(seconds(60));
        assertThat(started).hasSize(20).doesNotHaveDuplicates();
        assertThat(startedMillis.get(19)).isBetween(19_000L, 25_000L); // a permit is not kept while all are backing off
        assertThat(failures).isNotEmpty();
        assertThat(outcomes.values()).hasSize(20).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void attemptsEndedAsStuck_areNotStarted() {
        SteppedBurrow<String, String> burrow = start(
                stages(Stages.rateLimit(1, seconds(20)))
                        .config(c -> c.stuckAfter(seconds(10)).onStuck(StuckAction.RETRY)),
                m -> {});
        produce(2);
        burrow.settle().advance(seconds(60));
        assertThat(started).containsExactlyInAnyOrder(0L, 1L);
        assertThat(outcomes.values()).hasSize(2).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void recordsOfAPartitionThatIsGone_areNotStarted() {
        SteppedBurrow<String, String> burrow =
                start(stages(Stages.rateLimit(1, seconds(10))).config(c -> c.drainTimeout(millis(1))), m -> {});
        produce(3);
        burrow.settle();
        assertThat(started).hasSize(1);
        broker.faults().expire(member());
        burrow.settle();
        int before = started.size();
        burrow.advance(seconds(60));
        // each of the three once more, from the new assignment alone
        assertThat(started.size() - before).isLessThanOrEqualTo(3);
        assertThat(started).hasSizeLessThanOrEqualTo(4);
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void afterTheClose_nothingStarts() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.rateLimit(1, seconds(10))), m -> {});
        produce(3);
        burrow.settle();
        assertThat(burrow.close(seconds(1)).unfinishedRecords()).isEqualTo(2);
        clock.advance(seconds(60));
        burrow.workers().step();
        assertThat(started).hasSize(1);
    }

    @Test
    void close_letsWhatWaitsGoOnWithinItsTime() {
        SteppedBurrow<String, String> burrow = start(stages(Stages.rateLimit(1, seconds(10))), m -> {});
        produce(3);
        burrow.settle();
        assertThat(burrow.close(seconds(30)).clean()).isTrue();
        assertThat(started).hasSize(3);
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void onlySomeRecords_withWhen_andTheOthersPass() {
        SteppedBurrow<String, String> burrow = start(
                stages(Stages.when(m -> "slow".equals(m.value()), Stages.rateLimit(1, seconds(1))))
                        .config(c -> c.ordering(Ordering.UNORDERED)),
                m -> {});
        produce("slow", "slow", "slow", "fast", "fast");
        burrow.settle();
        assertThat(started).hasSize(3).contains(3L, 4L);
        burrow.advance(seconds(2));
        assertThat(started).hasSize(5);
    }
}
