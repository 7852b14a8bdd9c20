package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.burrow.api.BurrowState;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Inspection;
import io.burrow.api.Inspection.Gap;
import io.burrow.api.Inspection.Part;
import io.burrow.api.PartitionStats;
import io.burrow.api.WaitingRecord;
import io.burrow.api.WaitingRecord.WaitsFor;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The close look: gaps in parts, and records that wait. */
class InspectionTest extends EngineRig {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Inspection look(SteppedBurrow<String, String> burrow) {
        return burrow.burrow().inspect();
    }

    @Test
    void nothingHeld_isEmpty() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        produce(10);
        burrow.settle();

        assertThat(look(burrow).gaps()).isEmpty();
        assertThat(look(burrow).waiting()).isEmpty();
        assertThat(look(burrow).stats().processed()).isEqualTo(10);
    }

    @Test
    void gap_isToldRecordByRecord_whereItIsNarrow() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(6);
        burrow.settle();
        complete(burrow, 0, 1, 3, 4);

        assertThat(look(burrow).gaps())
                .containsExactly(new Gap(
                        P0, List.of(new Part(2, 1, 0), new Part(3, 1, 1), new Part(4, 1, 1), new Part(5, 1, 0))));
    }

    @Test
    void gap_thatIsWide_isToldInABoundedNumberOfParts_thatAddUp() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.concurrency(5_000).maxPartitionInFlightRecords(5_000)));
        produce(4_321);
        burrow.settle();
        complete(burrow, LongStream.range(1, 4_000).filter(n -> n % 3 != 0).toArray());

        PartitionStats stats = look(burrow).stats().partitions().get(P0);
        List<Part> parts = look(burrow).gaps().get(0).parts();
        assertThat(parts).hasSize(Inspection.MOST_PARTS);
        assertThat(parts.get(0).firstOffset()).isZero();
        assertThat(parts.stream().mapToLong(Part::records).sum())
                .isEqualTo(stats.span())
                .isEqualTo(4_321);
        assertThat(parts.stream().mapToLong(Part::finished).sum()).isEqualTo(stats.finishedAboveGap());
        long next = 0;
        for (Part part : parts) {
            long from = next;
            next += part.records();
            assertThat(part.firstOffset()).isEqualTo(from);
            assertThat(part.finished()).isEqualTo((int) LongStream.range(Math.max(1, from), Math.min(4_000, next))
                    .filter(n -> n % 3 != 0)
                    .count());
        }
    }

    @Test
    void retryingAndParked_areToldByPositionAndClass() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.offset() == 1) {
                        throw new ConnectException("a secret");
                    }
                })
                .config(c -> c.retryPolicy(RetryPolicy.retries(2)).backoff(BackoffStrategy.fixed(SECOND))));
        produce(3);
        burrow.settle().advance(Duration.ofMillis(400));
        assertThat(look(burrow).waiting())
                .containsExactly(new WaitingRecord(
                        P0,
                        1,
                        WaitsFor.RETRY,
                        1,
                        Duration.ofMillis(400),
                        Duration.ofMillis(600),
                        "java.net.ConnectException"));

        burrow.advance(Duration.ofSeconds(9));
        assertThat(look(burrow).waiting())
                .containsExactly(new WaitingRecord(
                        P0,
                        1,
                        WaitsFor.OPERATOR,
                        3,
                        Duration.ofMillis(9_400),
                        Duration.ZERO,
                        "java.net.ConnectException"));
    }

    @Test
    void deadLetterThatIsNotTaken_waitsForTheSink() {
        InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();
        sink.failNext(1_000);
        SteppedBurrow<String, String> burrow =
                start(failing(0).deadLetters(sink).config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(2);
        burrow.settle();

        assertThat(look(burrow).waiting())
                .extracting(WaitingRecord::offset, WaitingRecord::waitsFor)
                .containsExactly(tuple(0L, WaitsFor.DEAD_LETTER));
    }

    @Test
    void manyThatWait_areToldFromTheLowestOffset_upToTheBound() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    throw new IllegalStateException("no");
                })
                .config(c ->
                        c.errorThreshold(0).retryPolicy(RetryPolicy.never()).onExhausted(ExhaustedAction.PARK)));
        produce(500);
        burrow.settle();

        assertThat(look(burrow).stats().parked()).isEqualTo(500);
        assertThat(look(burrow).waiting())
                .extracting(WaitingRecord::offset)
                .containsExactlyElementsOf(
                        LongStream.range(0, Inspection.MOST_WAITING).boxed().toList());
    }

    @Test
    void afterAHalt_whatWasHeldStaysToBeSeen() {
        SteppedBurrow<String, String> burrow =
                start(failing(2).config(c -> c.retryPolicy(RetryPolicy.never()).onExhausted(ExhaustedAction.HALT)));
        produce(5);
        burrow.settle();

        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(look(burrow).gaps().get(0).parts().get(0)).isEqualTo(new Part(2, 1, 0));
        assertThat(look(burrow).waiting())
                .extracting(WaitingRecord::offset, WaitingRecord::errorClass)
                .containsExactly(tuple(2L, "java.lang.IllegalStateException"));
        assertThat(look(burrow).stats()).isEqualTo(burrow.burrow().stats());
    }
}
