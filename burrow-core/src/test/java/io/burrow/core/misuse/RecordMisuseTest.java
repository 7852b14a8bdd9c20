package io.burrow.core.misuse;

import static io.burrow.api.BlockedReason.HELD_BY_STUCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.StuckAction;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.Wait;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of the user's own that misbehave: the record failed, the others go on. */
@Timeout(180)
class RecordMisuseTest extends RecordMisuseRig {
    // ---- decoding that does not come to an end

    private Burrow<Object, String> threads(boolean batches, AtomicInteger handled, StuckAction onStuck) {
        var builder = Burrow.<Object, String>builder()
                .source(source)
                .listener(noting)
                .config(c -> c.ordering(Ordering.KEY)
                        .concurrency(3)
                        .pollTimeout(Duration.ofMillis(5))
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(5)))
                        .stuckAfter(Duration.ofMillis(100))
                        .onStuck(onStuck));
        if (batches) {
            builder.batchHandler(messages -> {
                handled.addAndGet(messages.size());
                return Outcome.allSucceeded(messages.size());
            });
        } else {
            builder.handler(m -> handled.incrementAndGet());
        }
        return builder.build();
    }

    /** Fifty, of which the fourth is decoded as it says. */
    private void fifty(Runnable decoding) {
        source.assign(P0, 0)
                .records(LongStream.range(0, 50)
                        .mapToObj(offset -> new Handed(offset, "key-" + offset, () -> {
                            if (offset == 3) {
                                decoding.run();
                            }
                            return new Plain(offset);
                        }))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void decoderThatBlocks_isShownAsAStuckRecord_byItsClass_andOthersGoOn(boolean batches) {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        Burrow<Object, String> burrow = threads(batches, handled, StuckAction.WARN);
        burrow.start();
        try {
            fifty(() -> {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("nobody interrupts it", e);
                }
            });
            Wait.until("it is seen", () -> errors.stream().anyMatch(e -> e.code() == ErrorCode.RECORD_STUCK));
            assertThat(errors)
                    .filteredOn(e -> e.code() == ErrorCode.RECORD_STUCK)
                    .hasSize(1)
                    .allSatisfy(e -> assertThat(e)
                            .hasMessageContaining("t-0@3 is handled")
                            .hasMessageContaining(" by " + Handed.class.getName()));
            assertThat(burrow.health().partitions()).extracting(p -> p.reason()).containsExactly(HELD_BY_STUCK);
            Wait.until("others go on", () -> burrow.stats().inFlight() <= 4); // those of its batch wait for it
            gate.countDown();
            Wait.until("all are handled", () -> handled.get() == 50);
            assertThat(burrow.close(Duration.ofSeconds(60)).clean()).isTrue();
            assertThat(stored()).isEqualTo(50);
        } finally {
            gate.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void decoderThatBlocks_andHeedsItsInterrupt_failsItsRecordAlone_whichIsTriedAgain(boolean batches) {
        AtomicInteger decoded = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        Burrow<Object, String> burrow = threads(batches, handled, StuckAction.RETRY);
        burrow.start();
        fifty(() -> {
            if (decoded.incrementAndGet() == 1) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("given up", e);
                }
            }
        });
        Wait.until("all are handled", () -> handled.get() == 50);
        assertThat(burrow.close(Duration.ofSeconds(60)).clean()).isTrue();
        assertThat(decoded.get()).isEqualTo(2);
        assertThat(burrow.stats().failed()).isOne();
        assertThat(stored()).isEqualTo(50);
    }

    // ---- messages

    /** Each with what is told of it; nothing for what only throws. */
    static Stream<Arguments> badMessages() {
        return Stream.of(
                        new Object[] {
                            "decodes to null", (Supplier<@Nullable Message<Object, String>>) () -> null, "Handed"
                        },
                        new Object[] {
                            "throws an error",
                            (Supplier<@Nullable Message<Object, String>>) () -> {
                                throw new NoClassDefFoundError("decoder");
                            },
                            ""
                        },
                        new Object[] {
                            "throws what is checked",
                            (Supplier<@Nullable Message<Object, String>>) () -> {
                                sneak(new IOException("decoder"));
                                return null;
                            },
                            ""
                        })
                .flatMap(each ->
                        Stream.of(false, true).map(batches -> Arguments.of(each[0], each[1], each[2], batches)));
    }

    @ParameterizedTest(name = "{0}, batches {3}")
    @MethodSource("badMessages")
    void recordThatCannotBeDecoded_failed_andTheOthersGoOn(
            String what, Supplier<@Nullable Message<Object, String>> message, String culprit, boolean batches) {
        SteppedBurrow<Object, String> burrow = keyed(batches);
        source.assign(P0, 0)
                .records(List.of(good(0), new Handed(1, "a", message), new Handed(2, "b", message), good(3)));
        burrow.settle().advance(Duration.ofSeconds(1)).advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(started).containsExactlyInAnyOrder(0L, 3L);
        assertThat(burrow.burrow().stats().parked()).isEqualTo(2);
        assertThat(stored()).isEqualTo(1);
        if (!culprit.isEmpty()) {
            assertReportedOnce(burrow, ErrorCode.SOURCE_CONTRACT, culprit);
        }
    }

    private static final class NoOther extends Plain {
        NoOther(long offset) {
            super(offset);
        }

        @Override
        @SuppressWarnings("NullAway")
        public Message<Object, String> withAttempt(int attempt) {
            return null;
        }
    }

    private static final class ThrowsAtAnother extends Plain {
        ThrowsAtAnother(long offset) {
            super(offset);
        }

        @Override
        public Message<Object, String> withAttempt(int attempt) {
            throw new AssertionError("withAttempt");
        }
    }

    private static final class Bare extends Plain {
        Bare(long offset) {
            super(offset);
        }

        @Override
        @SuppressWarnings("NullAway")
        public Headers headers() {
            return null;
        }

        @Override
        @SuppressWarnings("NullAway")
        public String value() {
            return null;
        }

        @Override
        public String toString() {
            throw new AssertionError("toString");
        }
    }

    @Test
    void messageThatMakesNoOtherAttempt_failsLikeARecordThatCannotBeDecoded() {
        int[] calls = {0};
        SteppedBurrow<Object, String> burrow = SteppedBurrow.start(
                Burrow.<Object, String>builder()
                        .source(source)
                        .config(c -> c.errorThreshold(0).backoff(BackoffStrategy.fixed(Duration.ofSeconds(1))))
                        .handler(m -> {
                            calls[0]++;
                            throw new IllegalStateException("again");
                        }),
                clock,
                1);
        source.assign(P0, 0)
                .records(List.of(
                        new Handed(0, "a", () -> new NoOther(0)),
                        new Handed(1, "b", () -> new NoOther(1)),
                        new Handed(2, "c", () -> new ThrowsAtAnother(2))));
        burrow.settle();
        for (int i = 0; i < 5; i++) {
            burrow.advance(Duration.ofSeconds(1));
        }
        assertThat(burrow.burrow().stats().parked()).isEqualTo(3);
        assertThat(calls[0]).isEqualTo(3);
        assertReportedOnce(burrow, ErrorCode.SOURCE_CONTRACT, NoOther.class.getName());
    }

    @Test
    void messageWithoutHeadersAndValue_whoseToStringThrows_isHandledRetriedAndDeadLettered() {
        InMemoryDeadLetters<Object, String> letters = new InMemoryDeadLetters<>();
        int[] calls = {0};
        SteppedBurrow<Object, String> burrow = SteppedBurrow.start(
                Burrow.<Object, String>builder()
                        .source(source)
                        .deadLetters(letters)
                        .config(c -> c.retryPolicy(RetryPolicy.retries(1))
                                .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1))))
                        .handler(m -> {
                            calls[0]++;
                            throw new IllegalStateException("no");
                        }),
                clock,
                1);
        source.assign(P0, 0).records(List.of(new Handed(0, "a", () -> new Bare(0))));
        burrow.settle().advance(Duration.ofSeconds(1)).advance(Duration.ofSeconds(5));
        assertThat(calls[0]).isEqualTo(2);
        assertThat(letters.letters()).hasSize(1);
        assertThat(stored()).isEqualTo(1);
    }
}
