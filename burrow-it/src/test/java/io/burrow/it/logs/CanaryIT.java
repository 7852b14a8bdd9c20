package io.burrow.it.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.child.Child;
import io.burrow.it.kafka.SharedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of a record, of a user's exception or of a secret is seen: with Burrow's loggers at their lowest level. */
@ExtendWith(SharedKafka.class)
@Timeout(240)
class CanaryIT {
    private final EmbeddedKafka kafka;

    @TempDir
    private Path directory;

    CanaryIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void everythingFails_andNoContentsAreSeen() throws Exception {
        kafka.createTopic("canary-orders", 1);
        kafka.createTopic("canary-dead", 1);
        CanaryPaths.RETRIES.namesFor("canary-orders").forEach(topic -> kafka.createTopic(topic, 1));
        kafka.createTopic("canary-small", 1, Map.of("max.message.bytes", "2000"));

        Child child = Child.run(
                directory,
                Duration.ofSeconds(210),
                List.of(
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                        "-Dorg.slf4j.simpleLogger.log.io.burrow=trace"),
                CanaryMain.class,
                List.of(kafka.bootstrapServers(), "canary-orders", "canary-dead", "canary-small"));

        assertThat(child.exit()).as(child.err()).isZero();
        assertThat(child.err())
                .as("what was driven")
                .contains("exhausted canary-orders-0@", "is handled for", "assigned [canary-orders-0]", "too large for")
                .contains("listener " + CanaryMain.class.getName(), "RUNNING -> CLOSING")
                .contains("WARN canary-batches - ", "exhausted canary-orders-retry-1500-0@", "WARN canary-once - ")
                .contains("WARN canary-outputs - ", "for the topic canary-small was refused with")
                .contains("The stats of the Burrow \"canary-broken\" cannot be read")
                .contains("The Burrow \"canary-broken\" has no meters: java.lang.IllegalStateException")
                .containsOnlyOnce("The metrics cannot be written: java.lang.IllegalStateException");
        assertThat(child.out().lines().filter(line -> line.startsWith("refused: ")))
                .hasSize(3);
        assertThat(child.out())
                .as("what was shown")
                .contains(
                        "burrow_records_total{burrow=\"canary-once\"", "\"name\":\"canary-outputs\"", "/events: data:")
                .contains("errorClass", "refused by the registry", "The metrics cannot be written");
        assertThat(child.err()).doesNotContain(CanaryMain.CANARY, CanaryMain.HEADER);
        assertThat(child.out()).doesNotContain(CanaryMain.CANARY);
    }
}
