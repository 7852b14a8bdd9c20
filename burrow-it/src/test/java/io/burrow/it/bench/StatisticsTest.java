package io.burrow.it.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void median_oddNumber_isTheOneInTheMiddle() {
        assertThat(Statistics.median(9, 1, 5)).isEqualTo(5);
    }

    @Test
    void median_evenNumber_isBetweenTheTwoInTheMiddle() {
        assertThat(Statistics.median(1, 100, 4, 2)).isEqualTo(3);
    }

    @Test
    void spread_isHalfTheDistance_asAShareOfTheMedian() {
        assertThat(Statistics.spread(90, 100, 120)).isCloseTo(0.15, within(1e-9));
    }

    @Test
    void oneValue_isItsOwnMedian_withoutSpread() {
        assertThat(Statistics.median(7)).isEqualTo(7);
        assertThat(Statistics.spread(7)).isZero();
        assertThat(Statistics.spread(0, 0)).isZero();
    }

    @Test
    void nothing_isNotANumber() {
        assertThat(Statistics.median()).isNaN();
        assertThat(Statistics.spread()).isNaN();
    }
}
