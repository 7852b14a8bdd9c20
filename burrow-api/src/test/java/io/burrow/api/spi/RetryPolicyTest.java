package io.burrow.api.spi;

import static io.burrow.api.spi.RetryDecision.DEAD_LETTER;
import static io.burrow.api.spi.RetryDecision.GIVE_UP;
import static io.burrow.api.spi.RetryDecision.HALT;
import static io.burrow.api.spi.RetryDecision.PARK;
import static io.burrow.api.spi.RetryDecision.RETRY;
import static io.burrow.api.spi.RetryDecision.SKIP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.TopicPartition;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static Failure failure(int attempt, Throwable cause, Duration elapsed) {
        return new Failure(new TopicPartition("orders", 0), 42, attempt, cause, elapsed, Duration.ZERO);
    }

    private static Failure failure(int attempt) {
        return failure(attempt, new Exception(), Duration.ZERO);
    }

    private static Failure failure(Throwable cause) {
        return failure(1, cause, Duration.ZERO);
    }

    @Test
    void retries_countsAttemptsAfterTheFirst() {
        RetryPolicy three = RetryPolicy.retries(3);
        assertThat(three.decide(failure(1))).isEqualTo(RETRY);
        assertThat(three.decide(failure(3))).isEqualTo(RETRY);
        assertThat(three.decide(failure(4))).isEqualTo(GIVE_UP);
        assertThat(three.decide(failure(Integer.MAX_VALUE))).isEqualTo(GIVE_UP);
    }

    @Test
    void retries_negative_isRefused() {
        assertThatThrownBy(() -> RetryPolicy.retries(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("retries must not be negative: -1");
    }

    @Test
    void never_givesUpAtOnce_foreverNever() {
        assertThat(RetryPolicy.never().decide(failure(1))).isEqualTo(GIVE_UP);
        assertThat(RetryPolicy.forever().decide(failure(Integer.MAX_VALUE))).isEqualTo(RETRY);
    }

    @Test
    void within_givesUpWhenTheTimeHasPassed() {
        RetryPolicy minute = RetryPolicy.within(Duration.ofMinutes(1));
        assertThat(minute.decide(failure(9, new Exception(), Duration.ofNanos(59_999_999_999L))))
                .isEqualTo(RETRY);
        assertThat(minute.decide(failure(9, new Exception(), Duration.ofMinutes(1))))
                .isEqualTo(GIVE_UP);
        assertThat(RetryPolicy.within(Duration.ZERO).decide(failure(1))).isEqualTo(GIVE_UP);
    }

    @Test
    void within_impossibleLimit_isRefused() {
        assertThatThrownBy(() -> RetryPolicy.within(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit must not be negative: PT-0.000000001S");
        assertThatThrownBy(() -> RetryPolicy.within(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void and_retriesOnlyWhileBothSaySo() {
        RetryPolicy both = RetryPolicy.retries(3).and(RetryPolicy.within(Duration.ofMinutes(1)));
        assertThat(both.decide(failure(3))).isEqualTo(RETRY);
        assertThat(both.decide(failure(4))).isEqualTo(GIVE_UP);
        assertThat(both.decide(failure(1, new Exception(), Duration.ofHours(1))))
                .isEqualTo(GIVE_UP);
    }

    @Test
    void and_answersAsTheFirstThatDoesNotRetry() {
        RetryPolicy parks = failure -> PARK;
        RetryPolicy halts = failure -> HALT;
        assertThat(parks.and(halts).decide(failure(1))).isEqualTo(PARK);
        assertThat(halts.and(parks).decide(failure(1))).isEqualTo(HALT);
        assertThat(RetryPolicy.forever().and(parks).decide(failure(1))).isEqualTo(PARK);
        RetryPolicy notAsked = failure -> {
            throw new AssertionError("asked");
        };
        assertThat(parks.and(notAsked).decide(failure(1))).isEqualTo(PARK);
    }

    @Test
    void on_class_answersForItAndItsSubclasses() {
        RetryPolicy policy = RetryPolicy.retries(3).on(IOException.class, SKIP);
        assertThat(policy.decide(failure(new IOException()))).isEqualTo(SKIP);
        assertThat(policy.decide(failure(new FileNotFoundException()))).isEqualTo(SKIP);
        assertThat(policy.decide(failure(new Exception()))).isEqualTo(RETRY);
        assertThat(policy.decide(failure(new Exception(new IOException()))))
                .as("looks at the cause itself, not at causes of it")
                .isEqualTo(RETRY);
    }

    @Test
    void on_lastOneSaid_isAskedFirst() {
        RetryPolicy policy =
                RetryPolicy.retries(3).on(IOException.class, DEAD_LETTER).on(FileNotFoundException.class, PARK);
        assertThat(policy.decide(failure(new FileNotFoundException()))).isEqualTo(PARK);
        assertThat(policy.decide(failure(new IOException()))).isEqualTo(DEAD_LETTER);
    }

    @Test
    void on_predicate_answersWhereItHolds() {
        RetryPolicy policy = RetryPolicy.never().on(cause -> cause.getCause() != null, RETRY);
        assertThat(policy.decide(failure(new Exception(new Exception())))).isEqualTo(RETRY);
        assertThat(policy.decide(failure(new Exception()))).isEqualTo(GIVE_UP);
    }

    @Test
    void combinators_null_isRefusedWhenCombined() {
        RetryPolicy policy = RetryPolicy.never();
        assertThatThrownBy(() -> policy.and(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> policy.on((Class<? extends Throwable>) null, RETRY))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> policy.on(IOException.class, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> policy.on(cause -> true, null)).isInstanceOf(NullPointerException.class);
    }
}
