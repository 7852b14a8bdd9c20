package io.burrow.it.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AwaitTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @Test
    void until_conditionHoldsLater_returnsThen() {
        AtomicInteger checks = new AtomicInteger();

        Await.until("three checks", LONG, () -> checks.incrementAndGet() == 3);

        assertThat(checks).hasValue(3);
    }

    @Test
    void until_noTime_checksOnce() {
        Await.until("truth", Duration.ZERO, () -> true);
    }

    @Test
    void until_notInTime_tellsWhatAndLimit() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Await.until("a miracle", Duration.ofMillis(20), () -> false))
                .withMessage("not within PT0.02S: a miracle");
    }

    @Test
    void until_conditionThrows_givesUp() {
        IOException checked = new IOException();
        UncheckedIOException unchecked = new UncheckedIOException(checked);

        assertThatIllegalStateException()
                .isThrownBy(() -> Await.until("x", LONG, () -> {
                    throw checked;
                }))
                .withCause(checked);
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Await.until("x", LONG, () -> {
                    throw unchecked;
                }))
                .isSameAs(unchecked);
    }

    @Test
    void until_interrupted_givesUpAndStaysInterrupted() {
        Thread.currentThread().interrupt();

        assertThatIllegalStateException()
                .isThrownBy(() -> Await.until("x", LONG, () -> false))
                .withMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
