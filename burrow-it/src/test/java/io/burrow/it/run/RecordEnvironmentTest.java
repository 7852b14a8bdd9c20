package io.burrow.it.run;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordEnvironmentTest {
    private final Map<String, String> environment = new HashMap<>();

    @Test
    void position_isAlwaysThere() {
        RecordEnvironment.set(environment, Record.of(null, "v"), UTF_8);

        assertThat(environment)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "BURROW_TOPIC", "orders",
                        "BURROW_PARTITION", "3",
                        "BURROW_OFFSET", "17",
                        "BURROW_TIMESTAMP", "1234",
                        "BURROW_ATTEMPT", "1"));
    }

    @Test
    void textKey_comesInBothForms() {
        RecordEnvironment.set(environment, Record.of("Zoë", "v"), UTF_8);

        assertThat(environment).containsEntry("BURROW_KEY", "Zoë").containsEntry("BURROW_KEY_BASE64", "Wm/Dqw==");
    }

    @Test
    void keyThatWouldNotArriveAsItIs_comesEncodedOnly() {
        RecordEnvironment.set(environment, Record.of("a\0b", "v"), UTF_8);
        assertThat(environment).doesNotContainKey("BURROW_KEY").containsEntry("BURROW_KEY_BASE64", "YQBi");

        RecordEnvironment.set(environment, Record.of(new byte[] {(byte) 0xff}, new byte[0]), UTF_8);
        assertThat(environment).doesNotContainKey("BURROW_KEY").containsEntry("BURROW_KEY_BASE64", "/w==");

        RecordEnvironment.set(environment, Record.of("Zoë", "v"), US_ASCII);
        assertThat(environment).doesNotContainKey("BURROW_KEY").containsKey("BURROW_KEY_BASE64");
    }

    @Test
    void largeKey_isLeftOut() {
        RecordEnvironment.set(environment, Record.of("k".repeat(32 * 1024 + 1), "v"), UTF_8);

        assertThat(environment).doesNotContainKeys("BURROW_KEY", "BURROW_KEY_BASE64");
    }

    @Test
    void whatWasThereBefore_isNotMistakenForTheRecords() {
        environment.putAll(Map.of("BURROW_KEY", "x", "BURROW_KEY_BASE64", "x", "BURROW_TOMBSTONE", "x", "PATH", "p"));

        RecordEnvironment.set(environment, Record.of(null, "v"), UTF_8);

        assertThat(environment)
                .doesNotContainKeys("BURROW_KEY", "BURROW_KEY_BASE64", "BURROW_TOMBSTONE")
                .containsEntry("PATH", "p");
    }

    @Test
    void noValue_isToldApartFromAnEmptyOne() {
        RecordEnvironment.set(environment, Record.of("k", ""), UTF_8);
        assertThat(environment).doesNotContainKey("BURROW_TOMBSTONE");

        RecordEnvironment.set(environment, Record.of("k", null), UTF_8);
        assertThat(environment).containsEntry("BURROW_TOMBSTONE", "true");
    }
}
