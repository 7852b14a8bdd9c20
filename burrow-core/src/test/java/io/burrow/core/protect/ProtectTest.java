package io.burrow.core.protect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Breaker and budget, by themselves. */
class ProtectTest {
    private final Breaker breaker = new Breaker();
    private final Budget budget = new Budget();

    private void opened() {
        breaker.configure(50, 4, 100, 2);
        for (int i = 0; i < 3; i++) {
            assertThat(breaker.record(i > 0, 0, 10)).isNull();
        }
        assertThat(breaker.record(false, 0, 10)).isEqualTo(Breaker.State.OPEN);
    }

    @Test
    void breaker_opensAtTheShareOfAFullWindow_andNotBefore() {
        opened();
        assertThat(breaker.tryStart()).isFalse();
        assertThat(breaker.tick(109)).isFalse();
        assertThat(breaker.tryStart()).isFalse();
    }

    @Test
    void breaker_forgetsWhatLeftTheWindow() {
        breaker.configure(50, 4, 100, 2);
        breaker.record(true, 0, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(breaker.record(i % 4 == 3, 0, 1)).isNull();
        }
    }

    @Test
    void halfOpen_letsSoManyThrough_andClosesWhenTheyFareWell() {
        opened();
        assertThat(breaker.tick(110)).isTrue();
        assertThat(breaker.tryStart()).isTrue();
        assertThat(breaker.tryStart()).isTrue();
        assertThat(breaker.tryStart()).isFalse();
        breaker.notStarted();
        assertThat(breaker.tryStart()).isTrue();
        assertThat(breaker.record(false, 111, 112)).isNull();
        assertThat(breaker.record(false, 111, 112)).isEqualTo(Breaker.State.CLOSED);
        assertThat(breaker.tryStart()).isTrue();
    }

    @Test
    void halfOpen_opensAgain_whenProbesFail() {
        opened();
        breaker.tick(110);
        breaker.tryStart();
        assertThat(breaker.record(true, 111, 120)).isEqualTo(Breaker.State.OPEN);
        assertThat(breaker.tick(219)).isFalse();
        assertThat(breaker.tick(220)).isTrue();
    }

    @Test
    void attemptsFromBeforeTheOpening_decideNothing() {
        opened();
        breaker.tick(110);
        assertThat(breaker.record(true, 109, 120)).isNull();
        assertThat(breaker.state()).isEqualTo(Breaker.State.HALF_OPEN);
    }

    @Test
    void probesThatNeverEnd_areMadeUpFor() {
        opened();
        breaker.tick(110);
        assertThat(breaker.tryStart() && breaker.tryStart()).isTrue();
        assertThat(breaker.tick(209)).isFalse();
        assertThat(breaker.tick(210)).isTrue();
        assertThat(breaker.tryStart()).isTrue();
    }

    @Test
    void budget_givesABurstAndThenTheRate() {
        budget.configure(10, 1_000, 3);
        assertThat(budget.tryTake(0) && budget.tryTake(0) && budget.tryTake(0)).isTrue();
        assertThat(budget.tryTake(0)).isFalse();
        assertThat(budget.nanosUntilNext(0)).isEqualTo(100);
        assertThat(budget.tryTake(99)).isFalse();
        assertThat(budget.tryTake(100)).isTrue();
        assertThat(budget.tryTake(100)).isFalse();
    }

    @Test
    void budget_doesNotDrift() {
        budget.configure(7, 1_000_000, 1);
        int given = 0;
        for (long now = 0; now < 100_000_000; now += 1_000) {
            given += budget.tryTake(now) ? 1 : 0;
        }
        assertThat(given).isBetween(695, 700); // 7 in a million, asked for a hundred million
    }

    @Test
    void reservations_queueUp() {
        budget.configure(10, 1_000, 1);
        assertThat(budget.reserve(0)).isZero();
        assertThat(budget.reserve(0)).isEqualTo(100);
        assertThat(budget.reserve(0)).isEqualTo(200);
        assertThat(budget.reserve(150)).isEqualTo(150);
    }

    @Test
    void anotherRate_withReservationsTakenBack_holdsFromNow() {
        budget.configure(10, 1_000, 1);
        for (int i = 0; i < 100; i++) {
            budget.reserve(0);
        }
        budget.configure(100, 1_000, 1);
        budget.forgetReserved(50);
        assertThat(budget.reserve(50)).isZero();
        assertThat(budget.reserve(50)).isEqualTo(10);
        assertThat(budget.reserve(50)).isEqualTo(20);
    }

    @Test
    void reservationsTakenBack_giveNothingTwice() {
        budget.configure(10, 1_000, 1);
        assertThat(budget.reserve(0)).isZero();
        budget.forgetReserved(0);
        assertThat(budget.reserve(0)).isZero(); // the one that was in use, once
        assertThat(budget.reserve(0)).isEqualTo(100);
    }

    @Test
    void zero_isNoLimit() {
        budget.configure(0, 1_000, 1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(budget.tryTake(0)).isTrue();
        }
        assertThat(budget.reserve(0)).isZero();
    }
}
