package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientVersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"4.3.1", "4.3.2-SNAPSHOT", "4.4.0", "4.10", "5.0.0", "8.3.1-ccs", "8.4.0-ce", "unknown"})
    void check_newEnough_isTaken(String version) {
        assertThatCode(() -> ClientVersion.check(version)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.3.0", "4.3", "4.2.9", "3.9.1", "7.9.0-ccs", "8.2.0-ce"})
    void check_tooOld_isRefused(String version) {
        assertThatThrownBy(() -> ClientVersion.check(version))
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining(version)
                .hasMessageContaining("4.3.1")
                .extracting(e -> ((BurrowException) e).code())
                .isEqualTo(ErrorCode.CLIENT_TOO_OLD);
    }

    @Test
    void check_theClientOnTheClassPath_isTaken() {
        assertThatCode(ClientVersion::check).doesNotThrowAnyException();
    }
}
