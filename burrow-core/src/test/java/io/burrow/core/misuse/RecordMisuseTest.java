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
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.Burrow;
import io.burrow.core.ScriptedSource;
import io.burrow.core.Wait;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and keys of the user's own that misbehave: the record failed, the others go on. */
@Timeout(180)
class RecordMisuseTest extends MisuseRig {
    private final ScriptedSource<Object, String> source = new ScriptedSource<>();

    /** A message that is as it should be. */
    private static class Plain implements Message<Object, String> {
        private final long offset;

        Plain(long offset) {
            this.offset = offset;
        }

        @Override
        public String topic() {
            return "t";
        }

        @Override
        public int partition() {
            return 0;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public @Nullable Object key() {
            return "key-" + offset;
        }

        @Override
        public String value() {
            return "v";
        }
    }

    /** A record that hands over what a test says. */
    private record Handed(
            long offset, @Nullable Object orderingKey, Supplier<@Nullable Message<Object, String>> message)
            implements SourceRecord<Object, String> {
        @Override
        public int sizeBytes() {
            return 1;
        }

        @Override
        @SuppressWarnings("NullAway")
        public Message<Object, String> decode() {
            return message.get();
        }
    }

    private static SourceRecord<Object, String> good(long offset) {
        return new Handed(offset, "key-" + offset, () -> new Plain(offset));
    }

    private SteppedBurrow<Object, String> keyed(boolean batches) {
        var builder = Burrow.<Object, String>builder()
                .source(source)
                .config(c -> c.ordering(Ordering.KEY)
                        .errorThreshold(0)
                        .retryPolicy(RetryPolicy.retries(1))
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1))));
        if (batches) {
            builder.batchHandler(messages -> {
                messages.forEach(m -> started.add(m.offset()));
                return Outcome.allSucceeded(messages.size());
            });
        } else {
            builder.handler(m -> started.add(m.offset()));
        }
        return SteppedBurrow.start(builder, clock, 1);
    }

    private long stored() {
        return source.committed.getOrDefault(P0, CommitPoint.of(0)).offset();
    }

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

    // ---- keys

    private static final class ThrowsAtHashCode {
        @Override
        public int hashCode() {
            throw new AssertionError("hashCode");
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }
    }

    private static final class ThrowsAtEquals {
        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            throw new AssertionError("equals");
        }
    }

    private record ThrowsAtKey(long offset) implements SourceRecord<Object, String> {
        @Override
        public Object orderingKey() {
            throw new AssertionError("orderingKey");
        }

        @Override
        public int sizeBytes() {
            return 1;
        }

        @Override
        public Message<Object, String> decode() {
            return new Plain(offset);
        }
    }

    private void assertUnorderable(
            boolean batches, String culprit, SourceRecord<Object, String> one, SourceRecord<Object, String> two) {
        InMemoryDeadLetters<Object, String> letters = new InMemoryDeadLetters<>();
        var builder = Burrow.<Object, String>builder()
                .source(source)
                .deadLetters(letters)
                .config(c -> c.ordering(Ordering.KEY).errorThreshold(0));
        if (batches) {
            builder.batchHandler(messages -> {
                messages.forEach(m -> started.add(m.offset()));
                return Outcome.allSucceeded(messages.size());
            });
        } else {
            builder.handler(m -> started.add(m.offset()));
        }
        SteppedBurrow<Object, String> burrow = SteppedBurrow.start(builder, clock, 1);
        source.assign(P0, 0).records(List.of(good(0), one, two, good(3)));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(started).doesNotContain(2L).contains(0L, 3L);
        assertThat(letters.letters())
                .extracting(letter -> letter.record())
                .contains(two)
                .doesNotContain(good(0));
        assertThat(stored()).isEqualTo(4);
        assertReportedOnce(burrow, ErrorCode.SOURCE_CONTRACT, culprit);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keyWhoseHashCodeThrows_failsItsRecords_whichCannotBeOrdered(boolean batches) {
        assertUnorderable(
                batches,
                ThrowsAtHashCode.class.getName(),
                new Handed(1, new ThrowsAtHashCode(), () -> new Plain(1)),
                new Handed(2, new ThrowsAtHashCode(), () -> new Plain(2)));
    }

    private static List<Object> inItself() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        return list;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keyWhoseHashCodeNeverComesToAnEnd_failsItsRecordsToo(boolean batches) {
        assertUnorderable(
                batches,
                ArrayList.class.getName() + " threw " + StackOverflowError.class.getName(),
                new Handed(1, inItself(), () -> new Plain(1)),
                new Handed(2, inItself(), () -> new Plain(2)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keyWhoseEqualsThrows_failsTheRecordThatIsCompared(boolean batches) {
        assertUnorderable(
                batches,
                ThrowsAtEquals.class.getName(),
                new Handed(1, new ThrowsAtEquals(), () -> new Plain(1)),
                new Handed(2, new ThrowsAtEquals(), () -> new Plain(2)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recordThatThrowsWhenItsKeyIsAskedFor_failed(boolean batches) {
        assertUnorderable(batches, ThrowsAtKey.class.getName(), new ThrowsAtKey(1), new ThrowsAtKey(2));
    }

    private static final class Changing {
        private int hash;

        @Override
        public int hashCode() {
            return hash++;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Changing;
        }
    }

    /** Order cannot be kept for such a key. Everything else is. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keyThatChangesItsHash_losesNoRecord_andIsNamedOnce(boolean batches) {
        SteppedBurrow<Object, String> burrow = keyed(batches);
        Changing key = new Changing();
        source.assign(P0, 0)
                .records(LongStream.range(0, 500)
                        .mapToObj(offset -> (SourceRecord<Object, String>)
                                new Handed(offset, offset % 5 == 0 ? "other" : key, () -> new Plain(offset)))
                        .toList());
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).hasSize(500).doesNotHaveDuplicates();
        assertThat(stored()).isEqualTo(500);
        assertThat(burrow.burrow().stats().inFlight()).isZero();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertReportedOnce(burrow, ErrorCode.SOURCE_CONTRACT, Changing.class.getName());
    }

    /** What is in it is nobody's business. */
    @Test
    void keysThatTheirHandlerChanges_areNamedByTheirClassAlone_onceForAll() {
        List<List<String>> keys = IntStream.range(0, 100)
                .<List<String>>mapToObj(i -> new ArrayList<>(List.of("canary-" + i)))
                .toList();
        SteppedBurrow<Object, String> burrow = SteppedBurrow.start(
                Burrow.<Object, String>builder()
                        .source(source)
                        .listener(noting)
                        .config(c -> c.ordering(Ordering.KEY))
                        .handler(m -> {
                            started.add(m.offset());
                            keys.get((int) m.offset() % 100).add("canary");
                        }),
                clock,
                1);
        source.assign(P0, 0)
                .records(LongStream.range(0, 100)
                        .mapToObj(offset -> (SourceRecord<Object, String>)
                                new Handed(offset, keys.get((int) offset), () -> new Plain(offset)))
                        .toList());
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).hasSize(100).doesNotHaveDuplicates();
        assertThat(stored()).isEqualTo(100);
        assertReportedOnce(burrow, ErrorCode.SOURCE_CONTRACT, ArrayList.class.getName() + " changed its hash");
        assertThat(errors).isNotEmpty().allSatisfy(error -> assertThat(error).hasMessageNotContaining("canary"));
        source.records(List.of(good(100)));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(stored()).isEqualTo(101); // the loop goes on
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
    }

    /** As a decoder that decrypts in place does. */
    @Test
    void arrayOfBytesThatIsWrittenTo_isNamedWhenTheNextRecordOfItsKeyComes() {
        SteppedBurrow<Object, String> burrow = keyed(false);
        byte[] key = {1, 2, 3};
        source.assign(P0, 0).records(List.of(new Handed(0, key, () -> {
            key[0] = 9;
            return new Plain(0);
        })));
        burrow.settle();
        source.records(List.of(new Handed(1, new byte[] {1, 2, 3}, () -> new Plain(1))));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).containsExactly(0L, 1L);
        assertThat(stored()).isEqualTo(2);
        assertReportedOnce(burrow, ErrorCode.SOURCE_CONTRACT, "byte[] changed its hash");
    }
}
