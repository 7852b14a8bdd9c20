package io.burrow.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BurrowExceptionTest {
    @ParameterizedTest
    @EnumSource
    void everyCode_saysWhatToDo(ErrorCode code) {
        assertThat(code.action()).isNotBlank().hasSizeBetween(10, 120).doesNotEndWith(".");
        assertThat(code.action().substring(0, 1)).isLowerCase();
        assertThat(new BurrowException(code, "something happened"))
                .hasMessage(code + ": something happened (" + code.action() + ")");
    }

    @Test
    void actions_differ() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::action)).doesNotHaveDuplicates();
    }

    @Test
    void exception_keepsCodeAndCause() {
        Exception cause = new Exception();
        BurrowException error = new BurrowException(ErrorCode.SOURCE_FAILED, "poll failed", cause);

        assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(error).hasCause(cause);
        assertThatThrownBy(() -> new BurrowException(null, "x"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("code");
    }

    @Test
    void configException_joinsItsProblems() {
        ConfigException error = new ConfigException(
                ErrorCode.CONFIG_NOT_CHANGEABLE,
                List.of(new ConfigProblem("a", "must be positive", "0"), new ConfigProblem("b", "must be odd", "2")));

        assertThat(error.code()).isEqualTo(ErrorCode.CONFIG_NOT_CHANGEABLE);
        assertThat(error.problems()).hasSize(2);
        assertThat(error).hasMessageContaining("a must be positive: 0; b must be odd: 2 (");
    }

    @Test
    void exceptions_surviveSerialization() throws Exception {
        ConfigException config = copy(new ConfigException(List.of(new ConfigProblem("a", "must be odd", "2"))));
        assertThat(config.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(config).hasMessageContaining("a must be odd: 2");
        assertThat(config.problems()).as("only in the message").isEmpty();

        RetryAfterException retry = copy(new RetryAfterException(Duration.ofSeconds(3)));
        assertThat(retry.delay()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void retryAfter_holdsDelayAndCause() {
        Exception cause = new Exception();
        RetryAfterException error = new RetryAfterException(Duration.ofSeconds(3), cause);

        assertThat(error.delay()).isEqualTo(Duration.ofSeconds(3));
        assertThat(error).hasCause(cause).hasMessage("retry after PT3S");
        assertThat(new RetryAfterException(Duration.ZERO)).hasNoCause();
    }

    @Test
    void retryAfter_impossibleDelay_isRefused() {
        assertThatThrownBy(() -> new RetryAfterException(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("delay must not be negative: PT-0.000000001S");
        assertThatThrownBy(() -> new RetryAfterException(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("delay");
    }

    @Test
    void decodingFailure_isTerminal() {
        assertThat(new DecodingException("value of orders-3@42", null)).isInstanceOf(TerminalException.class);
    }

    @SuppressWarnings("unchecked")
    private static <T> T copy(T original) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }
}
