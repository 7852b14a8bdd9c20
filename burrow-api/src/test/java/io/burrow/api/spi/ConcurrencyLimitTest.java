package io.burrow.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The limiters against a downstream that serves so many at once, and makes the others wait. */
class ConcurrencyLimitTest {
    private static final long SERVICE_NANOS = 10_000_000;

    private static ConcurrencyLimit.Window window(int limit, int capacity, boolean failing, int wanted) {
        int running = Math.min(limit, wanted);
        long mean = SERVICE_NANOS * Math.max(1, running) / Math.max(1, Math.min(running, capacity));
        long ended = 200_000_000L * running / mean;
        return new ConcurrencyLimit.Window(
                limit, 1, 1_000, failing ? 0 : ended, failing ? ended : 0, mean, running, Duration.ofMillis(200));
    }

    private static int settle(ConcurrencyLimit limiter, int from, int capacity, int windows) {
        int limit = from;
        for (int i = 0; i < windows; i++) {
            limit = Math.max(1, Math.min(1_000, limiter.next(window(limit, capacity, false, 1_000))));
        }
        return limit;
    }

    static Stream<ConcurrencyLimit> limiters() {
        return Stream.of(ConcurrencyLimit.gradient(), ConcurrencyLimit.aimd(Duration.ofMillis(13)));
    }

    @ParameterizedTest
    @MethodSource("limiters")
    void limit_findsWhatTheDownstreamCanTake_fromBelow(ConcurrencyLimit limiter) {
        assertThat(settle(limiter, 1, 100, 500)).isBetween(90, 170);
    }

    @ParameterizedTest
    @MethodSource("limiters")
    void limit_followsAChange(ConcurrencyLimit limiter) {
        int limit = settle(limiter, 1, 200, 500);
        assertThat(limit).isBetween(180, 340);
        limit = settle(limiter, limit, 50, 500);
        assertThat(limit).isBetween(40, 100);
        assertThat(settle(limiter, limit, 200, 500)).isBetween(180, 340);
    }

    @ParameterizedTest
    @MethodSource("limiters")
    void failures_shrinkIt_andItRecovers(ConcurrencyLimit limiter) {
        int limit = settle(limiter, 1, 100, 500);
        for (int i = 0; i < 200; i++) {
            limit = limiter.next(window(limit, 100, true, 1_000));
        }
        assertThat(limit).isEqualTo(1);
        assertThat(settle(limiter, limit, 100, 500)).isBetween(90, 170);
    }

    /** Every 300 windows the gradient looks what the latency is with half the limit. */
    @Test
    void gradient_windowsThatGoBadlyWhereItProbes_costLittle() {
        for (int bad = 295; bad < 306; bad++) {
            ConcurrencyLimit limiter = ConcurrencyLimit.gradient();
            int before = settle(limiter, 1, 100, 290);
            int limit = settle(limiter, before, 100, bad - 1 - 290);
            limit = limiter.next(window(limit, 100, true, 1_000));
            limit = settle(limiter, limit, 100, 10);
            assertThat(limit).as("window %s went badly", bad).isBetween(before * 7 / 10, before * 12 / 10);
        }
    }

    @ParameterizedTest
    @MethodSource("limiters")
    void withoutNeed_itDoesNotGrow(ConcurrencyLimit limiter) {
        int limit = 20;
        for (int i = 0; i < 100; i++) {
            limit = limiter.next(window(limit, 100, false, 10));
        }
        assertThat(limit).isEqualTo(20);
    }

    @ParameterizedTest
    @MethodSource("limiters")
    void anEmptyWindow_changesNothing(ConcurrencyLimit limiter) {
        assertThat(limiter.next(new ConcurrencyLimit.Window(20, 1, 100, 0, 0, 0, 20, Duration.ofSeconds(1))))
                .isEqualTo(20);
    }

    @Test
    void fixed_isTheCeiling() {
        assertThat(ConcurrencyLimit.fixed().next(window(3, 1, true, 1))).isEqualTo(1_000);
    }

    @Test
    void badArguments_areRefused() {
        assertThatThrownBy(() -> ConcurrencyLimit.aimd(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("latencyBound must be positive: PT0S");
        assertThatThrownBy(() -> new ConcurrencyLimit.Window(0, 1, 2, 0, 0, 0, 0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
