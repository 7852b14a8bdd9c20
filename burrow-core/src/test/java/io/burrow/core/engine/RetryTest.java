package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.ExhaustedAction;
import io.burrow.api.Ordering;
import io.burrow.api.RetryAfterException;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.testing.DecisionLog;
import io.burrow.core.testing.SteppedBurrow;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whether and when a failed record is tried again, by what a decision log keeps. */
class RetryTest extends EngineRig {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final DecisionLog log = new DecisionLog();

    private SteppedBurrow<String, String> failing(RetryPolicy policy, BackoffStrategy backoff, Body body) {
        return start(handler(body)
                .listener(log)
                .config(c ->
                        c.retryPolicy(policy).backoff(backoff).errorThreshold(0).onExhausted(ExhaustedAction.SKIP)));
    }

    private static void broken() throws IOException {
        throw new ConnectException("a secret");
    }

    @Test
    void byAttempts_itGivesUpAfterSoManyRetries() {
        SteppedBurrow<String, String> burrow = failing(
                RetryPolicy.retries(3), BackoffStrategy.exponential(SECOND, SECOND.multipliedBy(3)), m -> broken());
        produce(1);
        burrow.settle().advance(Duration.ofMinutes(1));
        assertThat(log)
                .hasToString("t-0@0 attempt 1: java.net.ConnectException -> RETRY in 1000 ms\n"
                        + "t-0@0 attempt 2: java.net.ConnectException -> RETRY in 2000 ms\n"
                        + "t-0@0 attempt 3: java.net.ConnectException -> RETRY in 3000 ms\n"
                        + "t-0@0 attempt 4: java.net.ConnectException -> GIVE_UP");
        assertThat(burrow.burrow().stats().skipped()).isOne();
    }

    @Test
    void byElapsedTime_itGivesUpWhenTheTimeSinceTheFirstStartHasPassed() {
        SteppedBurrow<String, String> burrow =
                failing(RetryPolicy.within(SECOND.multipliedBy(3)), BackoffStrategy.fixed(SECOND), m -> broken());
        produce(1);
        burrow.settle().advance(Duration.ofMinutes(1));
        assertThat(log.entries())
                .extracting(DecisionLog.Entry::decision)
                .containsExactly(RetryDecision.RETRY, RetryDecision.RETRY, RetryDecision.RETRY, RetryDecision.GIVE_UP);
        assertThat(clock.nanos()).isEqualTo(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void byBoth_theFirstLimitCounts() {
        SteppedBurrow<String, String> burrow = failing(
                RetryPolicy.retries(100).and(RetryPolicy.within(SECOND)), BackoffStrategy.fixed(SECOND), m -> broken());
        produce(1);
        burrow.settle().advance(Duration.ofMinutes(1));
        assertThat(log.of(P0, 0)).hasSize(2);
    }

    @Test
    void byClassAndByPredicate_someFailuresAreTerminal() {
        RetryPolicy policy = RetryPolicy.forever()
                .on(FileNotFoundException.class, RetryDecision.SKIP)
                .on(cause -> cause.getMessage() != null && cause.getMessage().contains("400"), RetryDecision.PARK);
        SteppedBurrow<String, String> burrow = failing(policy, BackoffStrategy.fixed(SECOND), m -> {
            switch ((int) m.offset()) {
                case 0 -> throw new FileNotFoundException("gone");
                case 1 -> throw new IllegalArgumentException("HTTP 400");
                case 2 -> throw new UnknownHostException("later");
                default -> throw new TerminalException("no more");
            }
        });
        produce(4);
        burrow.settle();
        assertThat(log.of(P0, 0)).extracting(DecisionLog.Entry::decision).containsExactly(RetryDecision.SKIP);
        assertThat(log.of(P0, 1)).extracting(DecisionLog.Entry::decision).containsExactly(RetryDecision.PARK);
        assertThat(log.of(P0, 2)).extracting(DecisionLog.Entry::decision).containsExactly(RetryDecision.RETRY);
        assertThat(log.of(P0, 3)).extracting(DecisionLog.Entry::decision).containsExactly(RetryDecision.GIVE_UP);
    }

    @Test
    void ofAStage_theCauseIsDecidedAbout_notItsWrapping() {
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(
                        m -> CompletableFuture.failedStage(new CompletionException(new ConnectException("a secret"))))
                .listener(log)
                .config(c -> c.retryPolicy(RetryPolicy.forever().on(IOException.class, RetryDecision.PARK))));
        produce(1);
        burrow.settle();
        assertThat(log).hasToString("t-0@0 attempt 1: java.net.ConnectException -> PARK");
    }

    @Test
    void aHandlersOwnWord_overrulesPolicyAndStrategy() {
        SteppedBurrow<String, String> burrow =
                failing(RetryPolicy.never(), BackoffStrategy.fixed(Duration.ofHours(1)), m -> {
                    if (m.attempt() <= 2) {
                        throw new RetryAfterException(Duration.ofMillis(m.attempt() * 250L));
                    }
                });
        produce(1);
        burrow.settle().advance(Duration.ofMillis(750));
        assertThat(log.entries())
                .extracting(DecisionLog.Entry::delay)
                .containsExactly(Duration.ofMillis(250), Duration.ofMillis(500));
        assertThat(burrow.burrow().stats().processed()).isOne();
    }

    @Test
    void everyShippedStrategy_isAskedWithTheAttempt_andReplaysFromItsSeed() {
        Duration cap = SECOND.multipliedBy(10);
        for (BackoffStrategy strategy : List.of(
                BackoffStrategy.fixed(SECOND),
                BackoffStrategy.linear(SECOND, cap),
                BackoffStrategy.exponential(SECOND, cap),
                BackoffStrategy.fullJitter(SECOND, cap),
                BackoffStrategy.decorrelatedJitter(SECOND, cap))) {
            List<Duration> once = delays(strategy);
            assertThat(once).hasSize(8).allMatch(delay -> delay.compareTo(cap) <= 0);
            assertThat(delays(strategy)).isEqualTo(once);
        }
    }

    private List<Duration> delays(BackoffStrategy strategy) {
        RetryTest fresh = new RetryTest();
        SteppedBurrow<String, String> burrow = fresh.failing(RetryPolicy.retries(8), strategy, m -> broken());
        fresh.produce(1);
        burrow.settle().advance(Duration.ofMinutes(10));
        return fresh.log.entries().stream()
                .filter(entry -> entry.decision() == RetryDecision.RETRY)
                .map(DecisionLog.Entry::delay)
                .toList();
    }

    @Test
    void withTenThousandWaiting_eachStartsAtItsOwnTime() {
        int records = 10_000;
        long[] due = new long[records];
        AtomicInteger onTime = new AtomicInteger();
        Random random = new Random(7);
        SteppedBurrow<String, String> burrow = failing(RetryPolicy.never(), BackoffStrategy.fixed(SECOND), m -> {
            int offset = (int) m.offset();
            if (m.attempt() == 1) {
                Duration delay = Duration.ofMillis(1 + random.nextInt(60_000));
                due[offset] = clock.nanos() + delay.toNanos();
                throw new RetryAfterException(delay);
            }
            onTime.addAndGet(clock.nanos() == due[offset] ? 1 : 0);
        });
        produce(records);
        burrow.settle();
        assertThat(burrow.burrow().stats().retrying()).isEqualTo(records);
        for (int second = 0; second < 61; second++) {
            burrow.advance(SECOND);
        }
        assertThat(onTime).hasValue(records);
        assertThat(log.entries()).hasSize(records);
        log.clear();
        assertThat(log.entries()).isEmpty();
        assertThat(log).hasToString("");
    }

    @Test
    void aRetryThatIsDue_doesNotStandInLineAgain() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    started.add(m.offset());
                    if (m.offset() == 0 && m.attempt() == 1) {
                        broken();
                    }
                })
                .config(c -> c.concurrency(1).backoff(BackoffStrategy.fixed(SECOND))));
        produce(1);
        burrow.settle();
        produce(100);
        burrow.turn(); // they are ready now
        clock.advance(SECOND); // and so is the retry
        for (int step = 0; step < 4; step++) {
            burrow.workers().step();
        }
        assertThat(started).containsExactly(0L, 0L, 1L);
    }

    @Test
    void thoseThatFailAgainAtOnce_keepNobodyOut() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    started.add(m.offset());
                    if (m.offset() < 5) {
                        broken();
                    }
                })
                .config(c -> c.concurrency(1)
                        .retryPolicy(RetryPolicy.forever())
                        .backoff(BackoffStrategy.fixed(Duration.ZERO))));
        produce(100);
        burrow.turn();
        for (int step = 0; step < 600; step++) {
            clock.runDue();
            burrow.workers().step();
        }
        assertThat(started.stream().filter(offset -> offset >= 5).distinct()).hasSize(95);
    }

    @Test
    void theNextOfAKey_afterAStage_doesNotStandInLineAgain() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.ordering(Ordering.KEY).concurrency(2)));
        broker.produce("t", 0, "a", "value");
        broker.produce("t", 0, "a", "value");
        for (int i = 0; i < 50; i++) {
            broker.produce("t", 0, "b" + i, "value");
        }
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 2L); // the second "a" has had its turn, and waits
        complete(burrow, 0);
        assertThat(started).hasSize(3).endsWith(1L);
    }

    @Test
    void theLog_holdsNothingOfARecord() {
        SteppedBurrow<String, String> burrow =
                failing(RetryPolicy.never(), BackoffStrategy.fixed(SECOND), m -> broken());
        broker.produce("t", 0, "the key", "the value");
        burrow.settle();
        assertThat(log.toString()).doesNotContain("the key", "the value", "a secret");
    }
}
