package io.burrow.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GapLedgerTest {
    private static final int WIDE = 100_000_000;

    @Test
    void new_standsAtTheStart() {
        GapLedger ledger = new GapLedger(7, WIDE);
        assertThat(ledger.advance()).isZero();
        assertThat(ledger.commitPoint()).isEqualTo(7);
        assertThat(ledger.span()).isZero();
    }

    @Test
    void complete_outOfOrder_holdsCommitPoint() {
        GapLedger ledger = new GapLedger(0, WIDE);
        long[] sequences = track(ledger, 0, 1, 2, 3, 4);
        for (int index : new int[] {2, 4, 1, 3}) {
            ledger.complete(sequences[index]);
            ledger.advance();
            assertThat(ledger.commitPoint()).isZero();
        }
        ledger.complete(sequences[0]);
        assertThat(ledger.advance()).isEqualTo(5);
        assertThat(ledger.commitPoint()).isEqualTo(5);
    }

    @Test
    void complete_ancestorsOrder_movesStepByStep() {
        GapLedger ledger = new GapLedger(0, WIDE);
        long[] sequences = track(ledger, 0, 1, 2, 3, 4);
        long[] expected = {1, 1, 1, 3, 5};
        int[] order = {0, 2, 4, 1, 3};
        for (int i = 0; i < order.length; i++) {
            ledger.complete(sequences[order[i]]);
            ledger.advance();
            assertThat(ledger.commitPoint()).isEqualTo(expected[i]);
        }
    }

    @Test
    void holes_doNotHoldTheCommitPoint() {
        GapLedger ledger = new GapLedger(5, WIDE);
        long[] sequences = track(ledger, 10, 17, 1_000_000_000_000L);
        ledger.complete(sequences[0]);
        ledger.advance();
        assertThat(ledger.commitPoint()).isEqualTo(17);
        ledger.complete(sequences[1]);
        ledger.advance();
        assertThat(ledger.commitPoint()).isEqualTo(1_000_000_000_000L);
        ledger.complete(sequences[2]);
        ledger.advance();
        assertThat(ledger.commitPoint()).isEqualTo(1_000_000_000_001L);
    }

    @Test
    void endPosition_beyondTheLastRecord_isTheCommitPointWhenAllIsDone() {
        GapLedger ledger = new GapLedger(0, WIDE);
        long[] sequences = track(ledger, 0);
        ledger.endPosition(3); // two markers follow
        ledger.advance();
        assertThat(ledger.commitPoint()).isZero();
        ledger.complete(sequences[0]);
        ledger.advance();
        assertThat(ledger.commitPoint()).isEqualTo(3);
        ledger.endPosition(9); // more markers, no record
        assertThat(ledger.commitPoint()).isEqualTo(9);
        ledger.endPosition(4);
        assertThat(ledger.commitPoint()).isEqualTo(9);
    }

    @Test
    void track_offsetThatDoesNotRise_isRefusedWithBothOffsets() {
        GapLedger ledger = new GapLedger(4, WIDE);
        assertThatThrownBy(() -> ledger.track(3)).hasMessage("offset 3 does not follow 3");
        ledger.track(8);
        assertThatThrownBy(() -> ledger.track(8)).hasMessage("offset 8 does not follow 8");
        ledger.endPosition(20);
        assertThatThrownBy(() -> ledger.track(19)).hasMessage("offset 19 does not follow 19");
        assertThat(ledger.span()).isOne();
    }

    @Test
    void track_nearTheEndOfLong_works() {
        GapLedger ledger = new GapLedger(Long.MAX_VALUE - 3, WIDE);
        long[] sequences = track(ledger, Long.MAX_VALUE - 2, Long.MAX_VALUE - 1);
        assertThatThrownBy(() -> ledger.track(Long.MAX_VALUE)).hasMessageContaining("no position follows");
        ledger.complete(sequences[1]);
        ledger.complete(sequences[0]);
        ledger.advance();
        assertThat(ledger.commitPoint()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void negativeStart_isRefused() {
        assertThatThrownBy(() -> new GapLedger(-1, WIDE)).hasMessage("startPosition must not be negative: -1");
    }

    @Test
    void full_refusesAndForgetsNothing_untilTheHeadMoves() {
        GapLedger ledger = new GapLedger(0, 3);
        long[] sequences = track(ledger, 4, 7, 9);
        assertThat(ledger.room()).isZero();
        assertThatThrownBy(() -> ledger.track(11)).hasMessage("the span is full: 3 records from offset 4");
        ledger.complete(sequences[1]);
        ledger.advance();
        assertThat(ledger.room()).isZero(); // the oldest holds it
        ledger.complete(sequences[0]);
        ledger.advance();
        assertThat(ledger.room()).isEqualTo(2);
        track(ledger, 11, 12);
        assertThat(ledger.commitPoint()).isEqualTo(9);
        ledger.capacity(1);
        assertThat(ledger.room()).isZero();
        ledger.capacity(5);
        assertThat(ledger.room()).isEqualTo(2);
        assertThatThrownBy(() -> ledger.capacity(0)).hasMessage("capacity must be positive: 0");
    }

    @Test
    void wrapAround_ofTheTable_keepsEveryOffset() {
        GapLedger ledger = new GapLedger(0, 1_500);
        ArrayDeque<Long> open = new ArrayDeque<>();
        for (long offset = 0; offset < 40_000; offset += 3) { // many times the two chunks it begins with
            open.add(ledger.track(offset));
            if (open.size() == 1_500) {
                for (int i = 0; i < 700; i++) {
                    ledger.complete(open.remove());
                }
                ledger.advance();
                assertThat(ledger.commitPoint()).isEqualTo(ledger.headSequence() * 3);
            }
        }
    }

    @Test
    void singleSlot_movesByOne() {
        GapLedger ledger = new GapLedger(0, 1);
        for (long offset = 0; offset < 5_000; offset++) {
            long sequence = ledger.track(offset);
            assertThat(ledger.advance()).isZero();
            ledger.complete(sequence);
            assertThat(ledger.advance()).isOne();
            assertThat(ledger.commitPoint()).isEqualTo(offset + 1);
        }
    }

    @Test
    void chunkBoundary_inOneStepAndInTwo() {
        for (int first : new int[] {1, 63, 64, 65, 1023, 1024, 1025, 2048, 3000}) {
            GapLedger ledger = new GapLedger(0, WIDE);
            long[] sequences = track(ledger, LongStream.range(0, 4_000).toArray());
            for (int i = 0; i < first; i++) {
                ledger.complete(sequences[i]);
            }
            assertThat(ledger.advance()).isEqualTo(first);
            assertThat(ledger.finishedInSpan()).isZero();
            for (int i = first; i < 4_000; i++) {
                ledger.complete(sequences[i]);
            }
            assertThat(ledger.finishedInSpan()).isEqualTo(4_000 - first);
            assertThat(ledger.advance()).isEqualTo(4_000 - first);
            assertThat(ledger.commitPoint()).isEqualTo(4_000);
        }
    }

    @Test
    void aMillionAboveOneGap_movesAtOnce() {
        GapLedger ledger = new GapLedger(0, WIDE);
        for (int i = 0; i < 1_000_000; i++) {
            long sequence = ledger.track(i);
            if (i > 0) {
                ledger.complete(sequence);
            }
        }
        ledger.advance();
        assertThat(ledger.commitPoint()).isZero();
        assertThat(ledger.finishedInSpan()).isEqualTo(999_999);
        ledger.complete(0);
        assertThat(ledger.advance()).isEqualTo(1_000_000);
        assertThat(ledger.commitPoint()).isEqualTo(1_000_000);
    }

    static LongStream seeds() {
        return LongStream.range(0, 3_000);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomHistory_agreesWithTheOracle(long seed) {
        Random random = new Random(seed);
        long offset = random.nextInt(4) == 0 ? Long.MAX_VALUE - 1_000_000 : random.nextInt(1_000);
        GapLedger fast = new GapLedger(offset, WIDE);
        SlowLedger slow = new SlowLedger(offset);
        List<Integer> running = new ArrayList<>();
        List<Long> sequences = new ArrayList<>();
        int steps = 30 + random.nextInt(seed % 100 == 0 ? 1_500 : 100);
        int completeBias = 1 + random.nextInt(4);
        for (int step = 0; step < steps; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    for (int n = random.nextInt(90); n > 0; n--) {
                        offset += random.nextInt(5) == 0 ? random.nextInt(50) : 0;
                        sequences.add(fast.track(offset));
                        slow.track(offset);
                        running.add(sequences.size() - 1);
                        offset++;
                    }
                }
                case 2 -> {
                    offset += random.nextInt(3);
                    fast.endPosition(offset);
                    slow.endPosition(offset);
                }
                default -> {
                    for (int n = random.nextInt(40 * completeBias); n > 0 && !running.isEmpty(); n--) {
                        int pick = random.nextInt(random.nextBoolean() ? Math.min(4, running.size()) : running.size());
                        int index = running.remove(pick);
                        fast.complete(sequences.get(index));
                        slow.complete(index);
                    }
                }
            }
            long before = fast.commitPoint();
            if (random.nextInt(3) > 0) {
                fast.advance();
                assertThat(fast.commitPoint()).isEqualTo(slow.commitPoint()).isGreaterThanOrEqualTo(before);
            }
            assertThat(fast.span() - fast.finishedInSpan()).isEqualTo(slow.unfinished());
        }
    }

    @Test
    void idle_givesBackWhatABurstNeeded() {
        int burst = 20 * GapLedger.CHUNK_SLOTS;
        GapLedger ledger = new GapLedger(0, burst);
        for (int i = 0; i < burst; i++) {
            ledger.complete(ledger.track(i));
        }
        ledger.advance();
        assertThat(ledger.spares()).isBetween(3, 16);
        for (int i = 0; i < 16; i++) {
            ledger.advance();
        }
        assertThat(ledger.spares()).isEqualTo(2);
    }

    @Test
    void steadyState_allocatesNothing() {
        GapLedger ledger = new GapLedger(0, WIDE);
        long offset = 0;
        for (int warm = 0; warm < 3; warm++) {
            offset = pass(ledger, offset);
        }
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        pass(ledger, offset);
        assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(1_000); // of 100 000 records
    }

    private static long pass(GapLedger ledger, long from) {
        long offset = from;
        for (int i = 0; i < 1_000; i++) {
            for (int n = 0; n < 100; n++) {
                ledger.complete(ledger.track(offset++));
            }
            ledger.advance();
        }
        return offset;
    }

    private static long[] track(GapLedger ledger, long... offsets) {
        return LongStream.of(offsets).map(ledger::track).toArray();
    }
}
