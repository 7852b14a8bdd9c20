package io.burrow.kafka;

import static io.burrow.kafka.Harness.P0;
import static io.burrow.kafka.Harness.P1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** When intake is held back: by what is held, and by what is still to come. */
class HeldOutputsTest {
    private static final Output OUTPUT = new Output(new ProducerRecord<>("receipts", new byte[1]), 10);

    private final HeldOutputs held = new HeldOutputs(1_000, 100_000);
    private final PartitionOutputs place = place(held);

    private static PartitionOutputs place(HeldOutputs held) {
        held.open(P0);
        return Objects.requireNonNull(held.place(P0));
    }

    private static List<Output> outputs(int count) {
        return Collections.nCopies(count, OUTPUT);
    }

    /** Reads so many records and ends all but some of them. */
    private void read(int from, int count, int unfinished, int outputsEach) {
        for (int i = 0; i < count; i++) {
            place.expect();
            if (i >= unfinished) {
                place.finished(from + i, outputs(outputsEach));
            }
        }
    }

    @Test
    void nothingKnownYet_letsOnePollIn() {
        read(0, 499, 499, 0);
        assertThat(held.isFull()).isFalse();
        place.expect();
        assertThat(held.isFull()).isTrue();
        read(500, 50, 0, 1);
        assertThat(held.isFull()).as("500 and 50, of 1000").isTrue();
        for (int offset = 0; offset < 200; offset++) {
            place.finished(offset, outputs(0));
        }
        assertThat(held.isFull()).as("they write less than that").isFalse();
    }

    @Test
    void whatIsInWork_isCountedInAdvance() {
        read(0, 50, 0, 4);
        assertThat(held.records()).isEqualTo(200);
        read(50, 199, 199, 0);
        assertThat(held.isFull()).as("200 and 199 times 4").isFalse();
        place.expect();
        assertThat(held.isFull()).as("200 and 200 times 4").isTrue();
    }

    @Test
    void bytesInWork_areCountedInAdvance() {
        HeldOutputs small = new HeldOutputs(1_000_000, 10_000);
        PartitionOutputs one = place(small);
        for (int i = 0; i < 50; i++) {
            one.expect();
            one.finished(i, outputs(4));
        }
        for (int i = 0; i < 199; i++) {
            one.expect();
        }
        assertThat(small.isFull()).isFalse();
        one.expect();
        assertThat(small.isFull()).as("2000 bytes and 200 times 40").isTrue();
    }

    @Test
    void fewUnfinished_neverStopTheOthers() {
        HeldOutputs small = new HeldOutputs(1_000, 100_000);
        PartitionOutputs one = place(small);
        for (int i = 0; i < 50; i++) {
            one.expect();
            one.finished(i, outputs(500)); // each of them half of the bound
        }
        one.forget(one.below(50));
        for (int i = 0; i < 99; i++) {
            one.expect(); // parked, say
        }
        assertThat(small.isFull()).isFalse();
    }

    @Test
    void whatRecordsWriteLately_counts() {
        read(0, 50, 0, 10);
        place.forget(place.below(50));
        assertThat(held.isFull()).isFalse();
        read(50, 99, 99, 0);
        place.expect();
        assertThat(held.isFull()).as("100 times 10").isTrue();
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 50; i++) {
                place.expect();
                place.finished(1_000L + i, outputs(0));
            }
            held.isFull();
        }
        assertThat(held.isFull()).as("lately they write nothing").isFalse();
    }

    @Test
    void partitionThatGoes_takesWhatIsUnfinishedAlong() {
        read(0, 500, 500, 0);
        assertThat(held.isFull()).isTrue();
        held.close(List.of(P0, P1));
        assertThat(held.isFull()).isFalse();
        place.finished(0, outputs(1));
        assertThat(held.records()).isZero();
    }
}
