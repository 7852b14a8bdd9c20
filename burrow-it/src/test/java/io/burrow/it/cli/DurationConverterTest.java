package io.burrow.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
    @ParameterizedTest
    @CsvSource({"1ms,PT0.001S", "500ms,PT0.5S", "30s,PT30S", "5m,PT5M", "2h,PT2H", "24h,PT24H"})
    void numberAndUnit_isATime(String text, Duration time) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "0s", "-1s", "1.5s", "1 s", "25h", "2d", "999999999s", "PT5S"})
    void anythingElse_isRefusedWithTheForm(String text) {
        assertThatExceptionOfType(TypeConversionException.class)
                .isThrownBy(() -> new DurationConverter().convert(text))
                .withMessageContaining("such as 500ms, 30s, 5m or 2h");
    }
}
