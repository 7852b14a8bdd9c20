package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.ScriptedSource;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestMessage;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources that lie about positions and partitions, throw, or hand over nothing where something is due. */
@Timeout(180)
class SourceMisuseTest extends MisuseRig {
    private static final TopicPartition P1 = new TopicPartition("t", 1);

    private final ScriptedSource<String, String> source = new ScriptedSource<>();

    private SteppedBurrow<String, String> scripted() {
        return start(over(source).listener(noting).handler(m -> started.add(m.offset())));
    }

    private static List<SourceRecord<String, String>> records(long... offsets) {
        return Arrays.stream(offsets)
                .mapToObj(offset -> ScriptedSource.record(offset, "k" + offset, "v"))
                .toList();
    }

    /** Goes on to the end: everything that was handed over well is handled, and what is finished is committed. */
    private void assertHalted(SteppedBurrow<String, String> burrow, String what) {
        burrow.settle().advance(Duration.ofSeconds(40));
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        BurrowException cause = burrow.burrow().health().cause();
        assertThat(cause.code()).isEqualTo(ErrorCode.SOURCE_CONTRACT);
        assertThat(cause).hasMessageContaining(what);
        assertThat(source.closed).isTrue();
    }

    private long stored() {
        return source.committed.getOrDefault(P0, CommitPoint.of(0)).offset();
    }

    // ---- positions

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 0, -1, Long.MIN_VALUE})
    void offsetThatDoesNotRise_halts_andCommitsNothingUnfinished(long offset) {
        SteppedBurrow<String, String> burrow = scripted();
        SourceRecord<String, String> lie = new Lying(offset);
        source.assign(P0, 5)
                .records(records(5))
                .then((partitions, receiver) ->
                        receiver.receive(P0, List.of(lie).iterator(), 7));
        assertHalted(burrow, "offset " + offset + " after 5");
        assertThat(started).containsExactly(5L);
        assertThat(stored()).isLessThanOrEqualTo(6);
    }

    @Test
    void offsetsThatFallWithinOneBatch_halt() {
        SteppedBurrow<String, String> burrow = scripted();
        source.assign(P0, 0)
                .then((partitions, receiver) ->
                        receiver.receive(P0, records(5, 4).iterator(), 6));
        assertHalted(burrow, "offset 4 after 5");
        assertThat(stored()).isLessThanOrEqualTo(6);
    }

    @Test
    void endPositionThatFalls_halts() {
        SteppedBurrow<String, String> burrow = scripted();
        source.assign(P0, 0)
                .records(records(0, 1, 2))
                .then((partitions, receiver) -> receiver.receive(P0, Collections.emptyIterator(), 2));
        assertHalted(burrow, "end position 2 after 2");
        assertThat(stored()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void endPositionBelowItsRecords_halts_heldBackOrNot(int bound) {
        SteppedBurrow<String, String> burrow = start(over(source)
                .config(c -> c.maxInFlightRecords(bound).concurrency(1))
                .handler(m -> started.add(m.offset())));
        source.assign(P0, 0)
                .then((partitions, receiver) ->
                        receiver.receive(P0, records(0, 1, 2).iterator(), 2));
        assertHalted(burrow, "end position 2 after 2");
    }

    // ---- partitions

    @Test
    void recordsOfWhatIsNotAssigned_areDropped() {
        SteppedBurrow<String, String> burrow = scripted();
        source.then((partitions, receiver) -> receiver.receive(P0, records(0).iterator(), 1))
                .assign(P0, 0)
                .then((partitions, receiver) -> receiver.receive(P1, records(7).iterator(), 8))
                .records(records(0));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).containsExactly(0L);
        assertThat(source.committed).containsOnlyKeys(P0);
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
    }

    @Test
    void partitionThatIsAssignedTwice_beginsAfresh_andTheSourceIsNamed() {
        SteppedBurrow<String, String> burrow = start(over(source).asyncHandler(this::begin));
        source.assign(P0, 0).records(records(0, 1));
        burrow.settle();
        var former = List.copyOf(stages.values());
        source.assign(P0, 0).records(records(0, 1)).assign(P0, 0).records(records(0, 1));
        burrow.settle();
        former.forEach(stage -> stage.complete(null));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(stored()).isZero();
        complete(burrow, 0, 1);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(stored()).isEqualTo(2);
        assertReportedOnce(burrow, ErrorCode.SOURCE_CONTRACT, ScriptedSource.class.getName());
    }

    @Test
    void whatIsNotAssigned_canBeRevokedLostAndReset_withoutHarm() {
        SteppedBurrow<String, String> burrow = scripted();
        source.then((partitions, receiver) -> {
                    partitions.revoked(List.of(P0));
                    partitions.lost(List.of(P0, P1));
                    partitions.reset(P1, 7);
                })
                .assign(P0, 0)
                .then((partitions, receiver) -> {
                    partitions.revoked(List.of(P1));
                    partitions.lost(List.of(P1));
                    partitions.reset(P1, 7);
                    partitions.revoked(List.of());
                    partitions.assigned(List.of());
                })
                .records(records(0, 1));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(started).containsExactlyInAnyOrder(0L, 1L);
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void partitionThatIsNamedTwiceInOneRevoke_isGivenUpOnce() {
        SteppedBurrow<String, String> burrow = scripted();
        source.assign(P0, 0)
                .records(records(0, 1))
                .then((partitions, receiver) -> partitions.revoked(List.of(P0, P0)))
                .assign(P0, 2)
                .records(records(2));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().stats().processed()).isEqualTo(3);
        assertThat(stored()).isEqualTo(3);
    }

    /** Steps with nothing where something is due. */
    @SuppressWarnings("NullAway")
    static List<ScriptedSource.Step<String, String>> nothings() {
        List<TopicPartition> hole = Arrays.asList(P1, null);
        return List.of(
                (partitions, receiver) -> partitions.assigned(null),
                (partitions, receiver) -> partitions.assigned(Arrays.asList(new AssignedPartition(P1, 0, null), null)),
                (partitions, receiver) -> partitions.revoked(null),
                (partitions, receiver) -> partitions.revoked(hole),
                (partitions, receiver) -> partitions.lost(null),
                (partitions, receiver) -> partitions.lost(hole),
                (partitions, receiver) -> partitions.reset(null, 0),
                (partitions, receiver) -> partitions.reset(P0, -1),
                (partitions, receiver) -> receiver.receive(null, Collections.emptyIterator(), 5),
                (partitions, receiver) -> receiver.receive(P0, null, 5),
                (partitions, receiver) -> receiver.receive(
                        P0,
                        Collections.<SourceRecord<String, String>>singletonList(null)
                                .iterator(),
                        5));
    }

    @ParameterizedTest
    @MethodSource("nothings")
    void nothingWhereSomethingIsDue_halts_andTheSourceIsNamed(ScriptedSource.Step<String, String> step) {
        SteppedBurrow<String, String> burrow = scripted();
        source.assign(P0, 0).records(records(0, 1)).then(step);
        assertHalted(burrow, ScriptedSource.class.getName());
        assertThat(started).containsExactlyInAnyOrder(0L, 1L);
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void recordsOfAPausedPartition_areKeptAndNamed_andTooManyHalt() {
        int each = 50_000;
        SteppedBurrow<String, String> burrow = start(over(source)
                .config(c -> c.concurrency(1).maxInFlightRecords(10))
                .asyncHandler(this::begin));
        source.assign(P0, 0).records(records(0, 1));
        burrow.burrow().pause(P0);
        burrow.settle();
        burrow.burrow().pause(P0);
        burrow.settle();
        for (int i = 0; i < 4; i++) {
            long from = 2 + (long) i * each;
            source.then((partitions, receiver) -> receiver.receive(
                    P0,
                    LongStream.range(from, from + each)
                            .mapToObj(offset -> ScriptedSource.record(offset, "k", "v"))
                            .iterator(),
                    from + each));
        }
        burrow.turn();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertReportedOnce(burrow, ErrorCode.SOURCE_CONTRACT, ScriptedSource.class.getName());
        for (int i = 0; i < 6; i++) {
            burrow.turn();
        }
        assertThat(burrow.burrow().health().cause().code()).isEqualTo(ErrorCode.SOURCE_CONTRACT);
        assertThat(burrow.burrow().health().cause()).hasMessageContaining("paused");
    }

    // ---- records

    /** A record that lies about whatever a test likes. */
    private static class Lying implements SourceRecord<String, String> {
        private final long offset;

        Lying(long offset) {
            this.offset = offset;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public @Nullable Object orderingKey() {
            return "k";
        }

        @Override
        public int sizeBytes() {
            return 1;
        }

        @Override
        public Message<String, String> decode() {
            return TestMessage.<String, String>builder("k", "v")
                    .at("t", 0, Math.max(0, offset))
                    .build();
        }
    }

    @Test
    void offsetThatThrows_halts_andTheSourceIsNotBlamedForLess() {
        SteppedBurrow<String, String> burrow = scripted();
        source.assign(P0, 0)
                .records(records(0))
                .then((partitions, receiver) -> receiver.receive(
                        P0,
                        List.of(new Lying(1) {
                                    @Override
                                    public long offset() {
                                        throw new AssertionError("offset");
                                    }
                                })
                                .iterator(),
                        2));
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause().code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(stored()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -5, Integer.MIN_VALUE})
    void sizeThatThrowsOrIsLessThanNothing_countsAsNothing(int size) {
        SteppedBurrow<String, String> burrow = scripted();
        source.assign(P0, 0)
                .records(List.of(
                        new Lying(0) {
                            @Override
                            public int sizeBytes() {
                                if (size == 0) {
                                    throw new AssertionError("size");
                                }
                                return size;
                            }
                        },
                        new Lying(1)));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(started).containsExactlyInAnyOrder(0L, 1L);
        assertThat(stored()).isEqualTo(2);
        assertThat(burrow.burrow().stats().inFlightBytes()).isZero();
    }

    /** It says less once it was decoded, or more: neither is held for ever, nor is the bound gone. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100_000})
    void sizeThatChanges_stopsNoPartition_andTheBoundStays(int later) {
        SteppedBurrow<String, String> burrow = start(
                over(source).config(c -> c.maxPartitionInFlightBytes(2_500)).handler(m -> started.add(m.offset())));
        source.assign(P0, 0);
        for (int from = 0; from < 100; from += 10) {
            source.records(LongStream.range(from, from + 10)
                    .mapToObj(o -> changing(o, later))
                    .toList());
            burrow.settle();
            assertThat(started).hasSize(from + 10);
            assertThat(burrow.burrow().stats().inFlightBytes()).isZero();
        }
        burrow.advance(Duration.ofSeconds(5));
        assertThat(stored()).isEqualTo(100);
        assertThat(burrow.burrow().health().partitions())
                .singleElement()
                .satisfies(p -> assertThat(p.reason()).isEqualTo(BlockedReason.WAITING_FOR_DATA));
    }

    private static Lying changing(long offset, int later) {
        return new Lying(offset) {
            private boolean asked;

            @Override
            public int sizeBytes() {
                int size = asked ? later : 1_000;
                asked = true;
                return size;
            }
        };
    }
}
