package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.ConfigException;
import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.Failure;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RetryTopicsTest {
    private static final RetryTopics RETRIES = RetryTopics.after(Duration.ofSeconds(10), Duration.ofMillis(1_500));

    private static Failure failure(String topic, Throwable cause) {
        return new Failure(new TopicPartition(topic, 0), 1, 1, cause, Duration.ZERO, Duration.ZERO);
    }

    private static int next(String topic) {
        return RETRIES.next(failure(topic, new IllegalStateException()));
    }

    @Test
    void names_haveTheDelayInMilliseconds_inTheOrderOfTheTiers() {
        assertThat(RETRIES.namesFor("orders")).containsExactly("orders-retry-10000", "orders-retry-1500");
        assertThat(RETRIES.with(List.of("b", "a")))
                .containsExactly("a", "a-retry-10000", "a-retry-1500", "b", "b-retry-10000", "b-retry-1500");
    }

    @Test
    void base_isTheTopicWithoutTheSuffixOfATier_andOfNothingElse() {
        assertThat(RETRIES.base("orders-retry-1500")).isEqualTo("orders");
        assertThat(RETRIES.base("orders-retry-1501")).isEqualTo("orders-retry-1501");
        assertThat(RETRIES.base("orders")).isEqualTo("orders");
        assertThat(RETRIES.base("-retry-1500")).isEqualTo("-retry-1500");
        assertThat(RETRIES.base("a-retry-7-retry-1500")).isEqualTo("a-retry-7");
    }

    @Test
    void next_goesThroughTheTiers_andThenToTheDeadLetters() {
        assertThat(next("orders")).isZero();
        assertThat(next("orders-retry-10000")).isEqualTo(1);
        assertThat(next("orders-retry-1500")).isEqualTo(-1);
    }

    @Test
    void next_ofATerminalFailure_isTheDeadLettersAtOnce() {
        assertThat(RETRIES.next(failure("orders", new TerminalException("no")))).isEqualTo(-1);
    }

    @Test
    void pattern_matchesTheRetryTopicsOfWhatItMatched_andNoMore() {
        Pattern pattern = RETRIES.with(Pattern.compile("orders|returns", Pattern.CASE_INSENSITIVE));
        assertThat(List.of("orders", "ORDERS-retry-1500", "returns-retry-10000"))
                .allMatch(topic -> pattern.matcher(topic).matches());
        assertThat(List.of("orders-dlt", "orders-retry-1", "returns-retry-", "other-retry-1500"))
                .noneMatch(topic -> pattern.matcher(topic).matches());
    }

    @Test
    void delays_thatBreakTheirRule_areAllNamed() {
        assertThatThrownBy(() -> RetryTopics.after(
                        Duration.ZERO,
                        Duration.ofNanos(1_500_000),
                        Duration.ofDays(8),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(1_000)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("retryTopics")
                .hasMessageContaining("PT0S")
                .hasMessageContaining("PT0.0015S")
                .hasMessageContaining("PT192H")
                .hasMessageContaining("must all differ: PT1S");
        assertThatThrownBy(RetryTopics::after)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must have 1 to 16 delays: 0");
    }

    @Test
    void lossOfOrder_hasToBeAccepted() {
        assertThat(RETRIES.losesOrder()).isTrue();
        assertThat(RETRIES.acceptLossOfOrder().losesOrder()).isFalse();
        assertThat(RETRIES.acceptLossOfOrder().namesFor("t")).isEqualTo(RETRIES.namesFor("t"));
    }
}
