package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Brokers forget an offset that was committed too long ago, so one that does not change is stored again. */
@ExtendWith(SharedKafka.class)
@Timeout(180)
class RecommitIT {
    private static final int TIMES = 4;

    private final EmbeddedKafka kafka;

    RecommitIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource
    void nothingChanges_theOffsetsOfAnIdleAndOfABlockedPartitionAreStoredAgain(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 2)) {
            int idle = 0;
            int blocked = 1;
            scene.produceNumbered(idle, 3);
            scene.produceNumbered(blocked, 3);
            CompletableFuture<String> open = new CompletableFuture<>();
            scene.start(scene.burrow()
                    .config(config -> config.recommitInterval(Duration.ofMillis(200)))
                    .asyncHandler(message -> message.partition() == blocked && message.offset() == 1
                            ? open
                            : AsyncMessageHandler.done()));
            scene.awaitCommitted(idle, 3);
            scene.awaitCommitted(blocked, 1);

            Await.until("the same commit again", Scene.LIMIT, () -> times(scene, idle, 3) >= TIMES);
            Await.until("the same commit again", Scene.LIMIT, () -> times(scene, blocked, 1) >= TIMES);

            assertThat(scene.committed(idle)).isEqualTo(3);
            assertThat(scene.committed(blocked)).isEqualTo(1);
        }
    }

    private static int times(Scene scene, int partition, long offset) {
        return Collections.frequency(scene.commitHistory(partition), offset);
    }
}
