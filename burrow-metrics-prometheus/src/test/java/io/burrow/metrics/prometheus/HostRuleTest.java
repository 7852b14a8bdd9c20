package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRuleTest {
    private final HostRule loopback = new HostRule(false, Set.of("burrow.internal"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:9400",
                "127.0.0.1",
                "127.0.0.1:1",
                "127.1.2.3:80",
                "[::1]",
                "[::1]:9400",
                "[0:0:0:0:0:0:0:1]:9400",
                "[::ffff:127.0.0.1]:9400",
                "app.localhost:9400",
                "burrow.internal",
                "Burrow.Internal:443"
            })
    void ownNames_areAllowed(String host) {
        assertThat(loopback.allows(List.of(host))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "evil.example:9400",
                "127.0.0.1.evil.example",
                "127.0.0.1.evil.example:9400",
                "localhost.evil.example",
                "notlocalhost",
                "burrow.internal.evil.example",
                "10.0.0.1:9400",
                "[::2]:9400",
                "[::ffff:10.0.0.1]:9400",
                "[::1%lo]:9400",
                "[::1",
                "[]:9400",
                "[abc]:9400",
                "[:]:9400",
                "[1:::1]:9400",
                "[::1].evil.example",
                "0.0.0.0:9400",
                ":9400",
                "localhost:9400:evil",
                "127.0.0.1@evil.example"
            })
    void otherNames_areNot(String host) {
        assertThat(loopback.allows(List.of(host))).isFalse();
    }

    @Test
    void noHost_orMoreThanOne_isNone() {
        assertThat(loopback.allows(null)).isFalse();
        assertThat(loopback.allows(List.of())).isFalse();
        assertThat(loopback.allows(List.of("localhost", "evil.example"))).isFalse();
        assertThat(loopback.allows(List.of("localhost", "localhost"))).isFalse();
    }

    @Test
    void onAnotherAddress_everyNameWillDo() {
        assertThat(new HostRule(true, Set.of()).allows(List.of("anything.example")))
                .isTrue();
    }
}
