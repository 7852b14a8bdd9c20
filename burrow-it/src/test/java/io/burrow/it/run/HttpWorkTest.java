package io.burrow.it.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.RetryAfterException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpWorkTest {
    private static final Instant NOW = Instant.EPOCH;

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void success_isDone(int status) {
        assertThatCode(() -> HttpWork.judge(status, Optional.of("5"), NOW)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void serverSaysWhen_isTriedAgainThen(int status) {
        assertThatThrownBy(() -> HttpWork.judge(status, Optional.of("5"), NOW))
                .isInstanceOfSatisfying(
                        RetryAfterException.class,
                        later -> assertThat(later.delay()).isEqualTo(Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @CsvSource({"429,", "429,soon", "503,", "503,-1", "500,5", "502,", "504,", "599,", "408,5", "425,"})
    void passing_isAFailedAttempt(int status, String retryAfter) {
        assertThatThrownBy(() -> HttpWork.judge(status, Optional.ofNullable(retryAfter), NOW))
                .hasCauseInstanceOf(AttemptFailedException.class)
                .hasRootCauseMessage("HTTP status " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 304, 400, 401, 404, 409, 413, 422, 600})
    void anythingElse_isNeverTriedAgain(int status) {
        assertThatThrownBy(() -> HttpWork.judge(status, Optional.of("5"), NOW))
                .isInstanceOf(RecordRefusedException.class)
                .hasMessage("HTTP status " + status);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8080/x, http://",
        "/x, http://",
        "ftp://localhost/x, http://",
        "http:///x, host",
        "http:x, host",
        "http://me:s3cret@localhost/, --header",
        "http://localhost:70000/, 65535"
    })
    void addressOfNoUse_isRefusedWithAReason(URI uri, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpWork(uri, Map.of(), Duration.ofSeconds(1)))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Content-Length", "Connection", "a b"})
    void headerOfNoUse_isRefused(String name) {
        URI uri = URI.create("http://localhost/");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpWork(uri, Map.of(name, List.of("x")), Duration.ofSeconds(1)))
                .withMessageContaining(name);
    }
}
