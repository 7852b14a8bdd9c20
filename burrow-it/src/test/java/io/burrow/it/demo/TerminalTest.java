package io.burrow.it.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

    private static final Map<String, String> XTERM = Map.of("TERM", "xterm");

    @Test
    void of_terminal_isLive() {
        assertThat(Terminal.of(false, properties("burrow.terminal", "true"), XTERM)
                        .live())
                .isTrue();
    }

    @Test
    void of_noTerminal_isPlain() {
        assertThat(Terminal.of(false, new Properties(), XTERM).live()).isFalse();
    }

    @Test
    void of_askedForPlain_isPlain() {
        assertThat(Terminal.of(true, properties("burrow.terminal", "true"), XTERM)
                        .live())
                .isFalse();
    }

    @Test
    void of_noColour_isPlain() {
        Map<String, String> environment = Map.of("TERM", "xterm", "NO_COLOR", "1");

        assertThat(Terminal.of(false, properties("burrow.terminal", "true"), environment)
                        .live())
                .isFalse();
    }

    @Test
    void of_dumbOrUnknownTerminal_isPlain() {
        Properties terminal = properties("burrow.terminal", "true");

        assertThat(Terminal.of(false, terminal, Map.of("TERM", "dumb")).live()).isFalse();
        assertThat(Terminal.of(false, terminal, Map.of()).live()).isFalse();
    }

    @Test
    void of_terminal_isAttended_howeverPlain() {
        Properties terminal = properties("burrow.terminal", "true");

        assertThat(Terminal.of(false, terminal, XTERM).attended()).isTrue();
        assertThat(Terminal.of(true, terminal, Map.of("NO_COLOR", "1")).attended())
                .isTrue();
    }

    @Test
    void of_noTerminal_orALoginFromElsewhere_isNotAttended() {
        Map<String, String> login = Map.of("TERM", "xterm", "SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");

        assertThat(Terminal.of(false, new Properties(), XTERM).attended()).isFalse();
        assertThat(Terminal.of(false, properties("burrow.terminal", "true"), login)
                        .attended())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"120, 120", "' 80 ', 80", "0, 100", "10, 40", "500, 160", "wide, 100", "'', 100"})
    void of_columns_areBounded(String columns, int width) {
        assertThat(Terminal.of(false, properties("burrow.columns", columns), XTERM)
                        .width())
                .isEqualTo(width);
    }

    @ParameterizedTest
    @CsvSource({
        "stdout.encoding, UTF-8, UTF-8",
        "native.encoding, UTF-8, UTF-8",
        "native.encoding, ANSI_X3.4-1968, US-ASCII",
        "native.encoding, ISO-8859-1, US-ASCII",
        "native.encoding, none-such, US-ASCII",
        "other, UTF-8, US-ASCII"
    })
    void of_encoding_isUtf8OrAscii(String property, String encoding, String charset) {
        assertThat(Terminal.of(false, properties(property, encoding), XTERM).charset())
                .hasToString(charset);
    }

    @Test
    void of_stdoutEncoding_goesBeforeTheSystems() {
        Properties properties = properties("stdout.encoding", "US-ASCII");
        properties.setProperty("native.encoding", "UTF-8");

        assertThat(Terminal.of(false, properties, XTERM).charset()).isEqualTo(StandardCharsets.US_ASCII);
    }

    private static Properties properties(String name, String value) {
        Properties properties = new Properties();
        properties.setProperty(name, value);
        return properties;
    }
}
