package io.burrow.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.TopicPartition;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the text, the answer is a part of what was put in, or nothing. */
class SnapshotCodecTest {
    private static final TopicPartition P = new TopicPartition("t", 3);

    private static final int FUZZ = Integer.getInteger("burrow.snapshot.fuzz", 100_000);

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    private static Snapshot random(Random random, long base, TreeSet<Long> oracle) {
        OffsetRanges.Builder builder = OffsetRanges.builder();
        long at = base + 1;
        for (int i = random.nextInt(60); i > 0; i--) {
            at += random.nextInt(4) == 0 ? random.nextInt(1_000_000) : random.nextInt(4);
            long end = at + 1 + random.nextInt(random.nextInt(5) == 0 ? 1_000 : 4);
            builder.add(at, end);
            LongStream.range(at, end).forEach(oracle::add);
            at = end;
        }
        return new Snapshot(random.nextInt(1_000) - 1, builder.build());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsEncoded_isDecoded(long seed) {
        Random random = new Random(seed);
        long base = random.nextLong(1L << 40);
        TreeSet<Long> oracle = new TreeSet<>();
        Snapshot snapshot = random(random, base, oracle);
        assertThat(snapshot.finished().size()).isEqualTo(oracle.size());

        Snapshot decoded = SnapshotCodec.decode(P, base, 7, SnapshotCodec.encode(P, base, 7, snapshot, 100_000));

        assertThat(decoded).isEqualTo(snapshot.isEmpty() ? Snapshot.none() : snapshot);
        for (long offset : oracle) {
            assertThat(decoded.contains(offset, decoded.newestEpoch())).isTrue();
            assertThat(decoded.finished().contains(offset + 1)).isEqualTo(oracle.contains(offset + 1));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatDoesNotFit_isCutAfterTheLowest(long seed) {
        Random random = new Random(seed);
        TreeSet<Long> oracle = new TreeSet<>();
        Snapshot snapshot = random(random, 100, oracle);
        long size = -1;
        for (int limit = 0; limit < 200; limit++) {
            String text = SnapshotCodec.encode(P, 100, -1, snapshot, limit);
            assertThat(text.length()).isLessThanOrEqualTo(limit);
            OffsetRanges kept = SnapshotCodec.decode(P, 100, -1, text).finished();
            assertThat(kept.size()).isGreaterThanOrEqualTo(size);
            size = kept.size();
            for (int i = 0; i < kept.ranges(); i++) {
                boolean last = i == kept.ranges() - 1;
                assertThat(kept.from(i)).isEqualTo(snapshot.finished().from(i));
                assertThat(kept.to(i))
                        .isBetween(
                                last ? kept.from(i) + 1 : snapshot.finished().to(i),
                                snapshot.finished().to(i));
            }
        }
    }

    @Test
    void everyDamage_isSeen() {
        Snapshot snapshot = random(new Random(5), 1_000, new TreeSet<>());
        String text = SnapshotCodec.encode(P, 1_000, 3, snapshot, 4096);
        assertThat(SnapshotCodec.decode(P, 1_000, 3, text)).isEqualTo(snapshot);
        for (int i = 0; i < text.length(); i++) {
            assertThat(SnapshotCodec.decode(P, 1_000, 3, text.substring(0, i)).isEmpty())
                    .as("cut at %s", i)
                    .isTrue();
            for (char other : new char[] {'A', 'b', '7', '_', ' ', '\u4000', '\u4e00', '\ubfff', '\ud800'}) {
                String damaged = text.substring(0, i) + other + text.substring(i + 1);
                assertThat(damaged.equals(text)
                                || SnapshotCodec.decode(P, 1_000, 3, damaged).isEmpty())
                        .as("%s at %s", other, i)
                        .isTrue();
            }
        }
        assertThat(SnapshotCodec.decode(P, 1_000, 3, text + "A").isEmpty()).isTrue();
        for (TopicPartition other : List.of(new TopicPartition("t", 4), new TopicPartition("u", 3))) {
            assertThat(SnapshotCodec.decode(other, 1_000, 3, text).isEmpty()).isTrue();
        }
        assertThat(SnapshotCodec.decode(P, 1_001, 3, text).isEmpty()).isTrue();
        assertThat(SnapshotCodec.decode(P, 1_000, 4, text).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bw1:", "bw1:AAAAAA", "AQAAAX4", "free text", "bw2:AAAA", "bf5AAAEAA==", "\ud800"})
    void foreignText_saysNothing(String text) {
        assertThat(SnapshotCodec.decode(P, 10, -1, text)).isEqualTo(Snapshot.none());
    }

    @Test
    void aRandomHalf_of55000Offsets_fitsWhatABrokerKeeps() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            OffsetRanges.Builder builder = OffsetRanges.builder();
            for (long offset = 1_001; offset < 1_001 + 61_000; offset++) {
                if (random.nextBoolean()) {
                    builder.add(offset, offset + 1);
                }
            }
            Snapshot snapshot = new Snapshot(3, builder.build());
            String text = SnapshotCodec.encode(P, 1_000, 3, snapshot, 4_096);
            assertThat(text.length()).isLessThanOrEqualTo(4_096);
            Snapshot decoded = SnapshotCodec.decode(P, 1_000, 3, text);
            assertThat(decoded.finished().end()).as("seed %s", seed).isGreaterThanOrEqualTo(1_001 + 55_000);
            assertThat(isPart(decoded.finished(), snapshot.finished())).isTrue();
        }
    }

    @Test
    void aMillionOffsets_withAHundredGaps_take200Characters() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            TreeSet<Long> gaps = new TreeSet<>();
            while (gaps.size() < 100) {
                gaps.add(50L + random.nextInt(1_000_000));
            }
            OffsetRanges.Builder builder = OffsetRanges.builder();
            long from = 1;
            for (long gap : gaps) {
                if (gap > from) {
                    builder.add(from, gap);
                }
                from = gap + 1;
            }
            Snapshot snapshot = new Snapshot(3, builder.add(from, 1_000_051).build());
            String text = SnapshotCodec.encode(P, 0, 3, snapshot, 4_096);
            assertThat(text.length()).as("seed %s", seed).isLessThanOrEqualTo(200);
            assertThat(SnapshotCodec.decode(P, 0, 3, text)).isEqualTo(snapshot);
        }
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of("runs", 200, 300, Encodings.RUNS),
                Arguments.of("a random half", 1, 1, Encodings.BITMAP),
                Arguments.of("finished ones far apart", 400, 0, Encodings.SPARSE),
                Arguments.of("unfinished ones far apart", 0, 400, Encodings.HOLES));
    }

    /** Each way of writing is there because it is the best for something, and is read back. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void eachShape_isWrittenInTheWayThatSuitsIt(String name, int gap, int run, int encoding) {
        Random random = new Random(1);
        OffsetRanges.Builder builder = OffsetRanges.builder();
        long at = 1;
        for (int i = 0; i < 3_000; i++) {
            at += 1 + (gap == 1 ? geometric(random) : random.nextInt(gap + 1));
            long end = at + 1 + (run == 1 ? geometric(random) : random.nextInt(run + 1));
            builder.add(at, end);
            at = end;
        }
        Snapshot snapshot = new Snapshot(1, builder.build());
        assertThat(Encodings.best(0, snapshot.finished(), 1 << 20).encoding()).isEqualTo(encoding);
        assertThat(SnapshotCodec.decode(P, 0, 1, SnapshotCodec.encode(P, 0, 1, snapshot, 60_000)))
                .isEqualTo(snapshot);
    }

    private static int geometric(Random random) {
        int value = 0;
        while (random.nextBoolean()) {
            value++;
        }
        return value;
    }

    /** A text that claims more than it holds must not make memory of it. */
    @ParameterizedTest
    @ValueSource(ints = {Encodings.RUNS, Encodings.BITMAP, Encodings.SPARSE, Encodings.HOLES})
    void aCountWithoutContents_isRefused(int encoding) {
        StringBuilder text = new StringBuilder();
        BitText.Writer bits = new BitText.Writer(text);
        bits.number(1L << 40);
        bits.bits(0, 45);
        bits.end();
        assertThatThrownBy(() -> Encodings.read(encoding, 10, new BitText.Reader(text.toString(), 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static boolean isPart(OffsetRanges part, OffsetRanges whole) {
        for (int i = 0; i < part.ranges(); i++) {
            for (long offset = part.from(i); offset < part.to(i); offset++) {
                if (!whole.contains(offset)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void extremes_areKept() {
        OffsetRanges last =
                OffsetRanges.builder().add(Long.MAX_VALUE - 1, Long.MAX_VALUE).build();
        Snapshot snapshot = new Snapshot(Integer.MAX_VALUE, last);
        assertThat(SnapshotCodec.decode(P, 0, -1, SnapshotCodec.encode(P, 0, -1, snapshot, 4096)))
                .isEqualTo(snapshot);
    }

    @Test
    void aRecordOfALaterEpoch_isAnotherOne() {
        Snapshot snapshot = new Snapshot(4, OffsetRanges.builder().add(20, 30).build());
        assertThat(snapshot.contains(25, 4)).isTrue();
        assertThat(snapshot.contains(25, 5)).isFalse();
        assertThat(snapshot.contains(30, 4)).isFalse();
    }

    @Test
    @Timeout(value = 24, unit = TimeUnit.HOURS) // as long as it is told to
    void whateverComes_theAnswerIsPartOfWhatWasSent() {
        long seed = Long.getLong("burrow.snapshot.seed", 1);
        Random random = new Random(seed);
        for (int i = 0; i < FUZZ; i++) {
            Snapshot snapshot = random(random, 50, new TreeSet<>());
            StringBuilder text = new StringBuilder(SnapshotCodec.encode(P, 50, 1, snapshot, 20 + random.nextInt(400)));
            for (int change = random.nextInt(3); change > 0 && !text.isEmpty(); change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(1 << 16));
                    case 1 -> text.deleteCharAt(at);
                    case 2 -> text.insert(at, (char) (' ' + random.nextInt(95)));
                    default -> text.setLength(at);
                }
            }
            OffsetRanges decoded =
                    SnapshotCodec.decode(P, 50, 1, text.toString()).finished();
            assertThat(isPart(decoded, snapshot.finished()))
                    .as("seed %s, input %s", seed, i)
                    .isTrue();
        }
    }

    @Test
    void ranges_mustRise() {
        OffsetRanges.Builder builder = OffsetRanges.builder().add(5, 7);
        for (List<Long> wrong : List.of(List.of(6L, 8L), List.of(9L, 9L), List.of(-1L, 3L))) {
            assertThatThrownBy(() -> builder.add(wrong.get(0), wrong.get(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
