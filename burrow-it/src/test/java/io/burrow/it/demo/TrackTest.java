package io.burrow.it.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrackTest {

    @Test
    void from_commitPoint_givesWhatWasSeenUpToTheHighestStarted() {
        OffsetStates states = new OffsetStates();
        states.set(10, Cell.RUNNING);
        states.set(12, Cell.DONE);
        states.set(11, Cell.RETRYING);
        states.set(14, Cell.RUNNING);

        assertThat(states.from(10)).containsExactly(Cell.RUNNING, Cell.RETRYING, Cell.DONE, Cell.WAITING, Cell.RUNNING);
        assertThat(states.from(14)).containsExactly(Cell.RUNNING);
        assertThat(states.from(15)).isEmpty();
    }

    @Test
    void from_ringWentRound_forgetsTheOldest() {
        OffsetStates states = new OffsetStates();
        int round = 1 << 14;
        states.set(5, Cell.DONE);
        states.set(5 + round, Cell.RUNNING);

        assertThat(states.from(5)).hasSize(round).containsOnly(Cell.WAITING);
        assertThat(states.from(5 + round)).containsExactly(Cell.RUNNING);
    }

    @Test
    void read_steadyTotals_givesTheRateOfTheLastTwoSeconds() {
        RateMeter meter = new RateMeter();
        long second = 1_000_000_000L;

        assertThat(meter.read(0, 0)).isZero();
        assertThat(meter.read(second, 20)).isEqualTo(20.0);
        assertThat(meter.read(2 * second, 120)).isEqualTo(60.0);
        assertThat(meter.read(3 * second, 220)).isEqualTo(100.0);
    }

    @Test
    void read_sameMoment_givesZero() {
        RateMeter meter = new RateMeter();
        meter.read(5, 1);

        assertThat(meter.read(5, 2)).isZero();
    }
}
