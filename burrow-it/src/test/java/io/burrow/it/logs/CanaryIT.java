package io.burrow.it.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.child.Child;
import io.burrow.it.kafka.SharedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nothing of a record, of a user's exception or of a secret is seen: with Burrow's loggers at their lowest level. */
@ExtendWith(SharedKafka.class)
@Timeout(180)
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

        Child child = Child.run(
                directory,
                Duration.ofSeconds(150),
                List.of(
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                        "-Dorg.slf4j.simpleLogger.log.io.burrow=trace"),
                CanaryMain.class,
                List.of(kafka.bootstrapServers(), "canary-orders", "canary-dead"));

        assertThat(child.exit()).as(child.err()).isZero();
        assertThat(child.err())
                .as("what was driven")
                .contains("gave up canary-orders-0@", "is handled for", "assigned [canary-orders-0]", "too large for")
                .contains("listener " + CanaryMain.class.getName(), "RUNNING -> CLOSING");
        assertThat(child.out().lines().filter(line -> line.startsWith("refused: ")))
                .hasSize(3);
        assertThat(child.err()).doesNotContain(CanaryMain.CANARY, CanaryMain.HEADER);
        assertThat(child.out()).doesNotContain(CanaryMain.CANARY);
    }
}
