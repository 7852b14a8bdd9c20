package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.PartitionStats;
import io.burrow.api.TopicPartition;
import io.burrow.core.Burrow;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers end in any order; what the broker holds as committed never passes one that has not. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class CommitPointIT {
    private final EmbeddedKafka kafka;

    CommitPointIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource
    void complete_outOfOrder_holdsCommitPoint(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            HeldStages stages = new HeldStages();
            scene.produceNumbered(0, 10);
            Burrow<String, String> burrow = scene.start(scene.burrow().asyncHandler(scene.exceptBeats(stages)));
            stages.awaitStarted(10);

            stages.complete(9, 8, 7, 6, 5, 4, 2);
            scene.beat();
            assertThat(scene.committed(0)).isZero();
            assertThat(stats(burrow, scene).finishedAboveGap()).isEqualTo(7);
            assertThat(stats(burrow, scene).inFlight()).isEqualTo(3);

            stages.complete(0);
            scene.awaitCommitted(0, 1);
            stages.complete(1);
            scene.awaitCommitted(0, 3);
            scene.beat();
            assertThat(scene.committed(0)).isEqualTo(3);
            assertThat(stats(burrow, scene).commitPoint()).isEqualTo(3);

            stages.complete(3);
            scene.awaitCommitted(0, 10);
            assertThat(stats(burrow, scene).span()).isZero();
            // what is finished above a gap is kept with it, so an offset can be committed more than once
            assertThat(scene.commitHistory(0)).isSorted();
            assertThat(Set.copyOf(scene.commitHistory(0))).containsExactlyInAnyOrder(0L, 1L, 3L, 10L);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void complete_onePartitionHeld_othersGoOn(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 3)) {
            HeldStages held = new HeldStages();
            scene.produceNumbered(0, 5);
            scene.produceNumbered(1, 500);
            scene.produceNumbered(2, 500);
            Burrow<String, String> burrow = scene.start(scene.burrow()
                    .asyncHandler(
                            message -> message.partition() == 0 ? held.handle(message) : AsyncMessageHandler.done()));

            scene.awaitCommitted(1, 500);
            scene.awaitCommitted(2, 500);
            held.awaitStarted(5);
            assertThat(scene.committed(0)).isZero();
            assertThat(burrow.stats().processed()).isEqualTo(1_000);

            held.complete(0, 1, 2, 3, 4);
            scene.awaitCommitted(0, 5);
        }
    }

    private static PartitionStats stats(Burrow<String, String> burrow, Scene scene) {
        return Objects.requireNonNull(
                burrow.stats().partitions().get(new TopicPartition(scene.topic(), 0)), "partition 0");
    }
}
