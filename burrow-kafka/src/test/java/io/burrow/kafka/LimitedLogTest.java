package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class LimitedLogTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // such clocks begin anywhere, and wrap
    private final LimitedLog log = new LimitedLog(NOPLogger.NOP_LOGGER, nanos::get);

    @Test
    void whatHappensAgainAndAgain_isSaidOnceInHalfAMinute_withHowOften() {
        assertThat(log.times()).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            assertThat(log.times()).isZero();
        }
        nanos.addAndGet(Duration.ofSeconds(30).toNanos() - 1);
        assertThat(log.times()).isZero();

        nanos.incrementAndGet();
        assertThat(log.times()).isEqualTo(7);
        assertThat(log.times()).isZero();
    }
}
