package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.RetryAfterException;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.Sizer;
import io.burrow.core.Burrow;
import io.burrow.core.Wait;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies, strategies, limiters and sizers that answer what they must not. */
class PolicyMisuseTest extends MisuseRig {
    private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    private static final Duration YEAR = Duration.ofDays(365);

    private final List<Duration> delays = new ArrayList<>();
    private final BurrowListener told = new BurrowListener() {
        @Override
        public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
            delays.add(delay);
        }
    };

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void retryPolicyThatThrowsOrAnswersNull_givesUp_andIsNamedOnce(boolean throwing) {
        RetryPolicy bad = failure -> {
            if (throwing) {
                throw new AssertionError("policy");
            }
            return null;
        };
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() < 3) {
                        throw new IllegalStateException("no");
                    }
                })
                .config(c -> c.retryPolicy(bad).errorThreshold(0)));
        produce(5);
        burrow.settle();
        assertThat(burrow.burrow().stats().parked()).isEqualTo(3);
        assertThat(burrow.burrow().stats().processed()).isEqualTo(2);
        assertReportedOnce(burrow, ErrorCode.RETRY_POLICY_INVALID, "PolicyMisuseTest");
    }

    /** Null stands for one that throws. */
    static List<@Nullable Duration> wrongDelays() {
        return Arrays.asList(null, Duration.ofMillis(-1), Duration.ofSeconds(Long.MIN_VALUE));
    }

    @ParameterizedTest
    @MethodSource("wrongDelays")
    void backoffThatThrowsOrAnswersNullOrLess_isReplacedByTheDefault_andNamedOnce(@Nullable Duration delay) {
        int[] calls = {0};
        BackoffStrategy bad = (failure, random) -> {
            if (delay == null && calls[0]++ % 2 == 0) {
                throw new AssertionError("backoff");
            }
            return delay;
        };
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.attempt() < 3) {
                        throw new IllegalStateException("again");
                    }
                })
                .config(c -> c.backoff(bad)));
        produce(4);
        burrow.settle();
        for (int i = 0; i < 10; i++) {
            burrow.advance(Duration.ofSeconds(10));
        }
        assertThat(burrow.burrow().stats().processed()).isEqualTo(4);
        assertReportedOnce(burrow, ErrorCode.BACKOFF_INVALID, "PolicyMisuseTest");
    }

    @Test
    void backoffOfALifetime_isAYear_andTheRecordIsShownToWait() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    started.add(m.offset());
                    throw new IllegalStateException("again");
                })
                .listener(told)
                .config(c -> c.backoff((failure, random) -> ENDLESS)));
        produce(1);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(burrow.burrow().stats().retrying()).isOne();
        assertThat(burrow.burrow().stats().partitions().get(P0).blocked()).isEqualTo(BlockedReason.HELD_BY_RETRY);
        assertThat(delays).containsExactly(YEAR);
        clock.advance(YEAR);
        burrow.settle();
        assertThat(started).hasSize(2);
    }

    @Test
    void retryAfterALifetime_isAYear() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    throw new RetryAfterException(ENDLESS);
                })
                .listener(told));
        produce(1);
        burrow.settle();
        assertThat(burrow.burrow().stats().retrying()).isOne();
        assertThat(delays).containsExactly(YEAR);
    }

    @ParameterizedTest
    @MethodSource("wrongDelays")
    void retryAfterWhoseDelayThrowsOrIsLessThanNothing_isLeftToTheBackoff_andNamedOnce(@Nullable Duration delay) {
        class Odd extends RetryAfterException {
            private static final long serialVersionUID = 1L;

            Odd() {
                super(Duration.ZERO);
            }

            @Override
            public Duration delay() {
                if (delay == null) {
                    throw new AssertionError("delay");
                }
                return delay;
            }
        }
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.attempt() < 3) {
                        throw new Odd();
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.never()).backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(2);
        burrow.settle().advance(Duration.ofSeconds(8));
        assertThat(committed()).isEqualTo(2);
        assertReportedOnce(burrow, ErrorCode.HANDLER_CONTRACT, Odd.class.getName());
    }

    @Test
    void backoffOfDeadLettersThatMisbehaves_isReplacedByTheDefault_andTheLetterIsSent() {
        InMemoryDeadLetters<String, String> letters = new InMemoryDeadLetters<>();
        letters.failNext(3);
        int[] calls = {0};
        SteppedBurrow<String, String> burrow = start(failing(0)
                .deadLetters(letters)
                .config(c -> c.retryPolicy(RetryPolicy.never()).deadLetterBackoff((failure, random) -> {
                    if (calls[0]++ == 0) {
                        throw new AssertionError("backoff");
                    }
                    return calls[0] == 2 ? null : Duration.ofMinutes(-1);
                })));
        produce(1);
        burrow.settle();
        for (int i = 0; i < 10; i++) {
            burrow.advance(Duration.ofMinutes(1));
        }
        assertThat(letters.letters()).hasSize(1);
        assertThat(committed()).isEqualTo(1);
        assertReportedOnce(burrow, ErrorCode.BACKOFF_INVALID, "PolicyMisuseTest");
    }

    @Test
    void limiterThatThrows_leavesTheLimit_andOneThatIsAbsurdIsBroughtInside() {
        List<Integer> limits = new ArrayList<>();
        ConcurrencyLimit bad = window -> {
            limits.add(window.limit());
            return switch (limits.size()) {
                case 1, 2 -> throw new AssertionError("limiter");
                case 3 -> Integer.MAX_VALUE;
                default -> Integer.MIN_VALUE;
            };
        };
        SteppedBurrow<String, String> burrow = start(handler(m -> {})
                .config(c -> c.concurrencyLimit(bad).minConcurrency(2).concurrency(8)));
        for (int i = 0; i < 6; i++) {
            produce(30);
            burrow.settle().advance(Duration.ofSeconds(3));
        }
        assertThat(limits).startsWith(2, 2, 2, 8, 2);
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertReportedOnce(burrow, ErrorCode.LIMITER_FAILED, "PolicyMisuseTest");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0})
    void sizerThatIsAbsurd_losesNothing(int size) {
        Sizer<String, String> sizer = record -> {
            if (size == 0) {
                throw new AssertionError("sizer");
            }
            return size;
        };
        SteppedBurrow<String, String> burrow = start(handler(m -> {}).sizer(sizer));
        produce(20);
        for (int i = 0; i < 30; i++) {
            burrow.settle().advance(Duration.ofSeconds(1));
        }
        assertThat(committed()).isEqualTo(20);
        assertThat(burrow.burrow().stats().inFlightBytes()).isZero();
        if (size <= 0) {
            assertReportedOnce(burrow, ErrorCode.SIZER_INVALID, "PolicyMisuseTest");
        }
    }

    @Test
    void policyThatSendsToDeadLettersWithoutASink_parks_andSaysSoOnce() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    throw new IllegalStateException("no");
                })
                .config(c -> c.retryPolicy(failure -> RetryDecision.DEAD_LETTER)
                        .onExhausted(ExhaustedAction.SKIP)
                        .errorThreshold(0)));
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().stats().parked()).isEqualTo(3);
        assertThat(committed()).isZero();
        assertReportedOnce(burrow, ErrorCode.DEAD_LETTER_SINK_MISSING, "parked instead");
    }

    @Test
    @Timeout(180)
    void policyThatBlocks_holdsItsWorkerAlone_andIsShownAsAStuckRecord_byItsClass() {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        Burrow<String, String> burrow = handler(m -> {
                    if (m.offset() == 4) {
                        throw new IllegalStateException("no");
                    }
                    handled.incrementAndGet();
                })
                .listener(noting)
                .config(c -> c.concurrency(3)
                        .pollTimeout(Duration.ofMillis(5))
                        .stuckAfter(Duration.ofMillis(100))
                        .retryPolicy(failure -> {
                            try {
                                gate.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return RetryDecision.SKIP;
                        }))
                .build();
        burrow.start();
        try {
            produce(50);
            Wait.until("others go on", () -> handled.get() == 49);
            Wait.until(
                    "it is seen",
                    () -> errors.stream()
                            .anyMatch(e -> e.code() == ErrorCode.RECORD_STUCK
                                    && String.valueOf(e.getMessage()).contains("t-0@4")
                                    && String.valueOf(e.getMessage())
                                            .contains(" by " + PolicyMisuseTest.class.getName())));
            gate.countDown();
            Wait.until("it goes on", () -> burrow.stats().skipped() == 1);
            assertThat(burrow.close(Duration.ofSeconds(60)).clean()).isTrue();
            assertThat(committed()).isEqualTo(50);
        } finally {
            gate.countDown();
        }
    }
}
