package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of the user's own that misbehave: their records failed, or lost their order, and the others go on. */
@Timeout(180)
class KeyMisuseTest extends RecordMisuseRig {
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
        SteppedBurrow<Object, String> burrow = started(builder, batches);
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
