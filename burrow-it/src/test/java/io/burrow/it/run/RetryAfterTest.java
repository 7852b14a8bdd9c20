package io.burrow.it.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2024-05-06T07:08:09Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | PT1S",
                "120 | PT2M",
                "0120 | PT2M",
                " 7  | PT7S",
                "3600 | PT1H",
                "Mon, 06 May 2024 07:10:09 GMT | PT2M",
                "Mon, 6 May 2024 07:08:19 GMT | PT10S"
            })
    void understood_isTheTimeToWait(String value, Duration delay) {
        assertThat(RetryAfter.parse(value, NOW)).contains(delay);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "000", "Mon, 06 May 2024 07:08:09 GMT", "Mon, 06 May 2024 06:00:00 GMT"})
    void noWaitOrPast_isTheShortest(String value) {
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3601", "999999999", "99999999999999999999999", "Mon, 06 May 2999 07:08:09 GMT"})
    void tooLong_isTheLongest(String value) {
        // 6 May 2999 is a Monday, or the date would mean nothing
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "-1", "1.5", "soon", "1 s", "Tue, 06 May 2024 07:10:09 GMT", "2024-05-06T07:10:09Z"})
    void notUnderstood_isNothing(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isEmpty();
    }
}
