package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One partition of a commit is refused, for its text. The client tells one failure for all of them. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class PartlyRefusedCommitIT {
    private static final String TOO_LONG = "x".repeat(4097);

    private final EmbeddedKafka kafka;

    PartlyRefusedCommitIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void onePartitionIsRefused_theOthersAreStored_andItIsKnownWhich(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 2);
                PolledSource source = new PolledSource(scene.source())) {
            source.open();
            source.awaitOwned(3);

            assertOneRefused(scene, source.source().committer().commit(points(scene, 7), Scene.LIMIT), 7);
        }
    }

    /** Without waiting it is refused as a whole at first: what is sent next waits, and is cut. */
    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void onePartitionIsRefused_withoutWaiting_theNextCommitTellsWhich(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 2);
                PolledSource source = new PolledSource(scene.source())) {
            source.open();
            source.awaitOwned(3);

            CommitResult first = commitAsync(source, points(scene, 7));

            assertThat(PolledSource.all(first, CommitOutcome.RETRY))
                    .as("%s", first)
                    .isTrue();
            assertOneRefused(scene, commitAsync(source, points(scene, 8)), 8);
        }
    }

    private static CommitResult commitAsync(PolledSource source, Map<TopicPartition, CommitPoint> points) {
        AtomicReference<CommitResult> told = new AtomicReference<>();
        source.source().committer().commitAsync(points, Scene.LIMIT, told::set);
        Await.until("the answer", Scene.LIMIT, () -> {
            source.poll();
            return told.get() != null;
        });
        return Objects.requireNonNull(told.get());
    }

    private static void assertOneRefused(Scene scene, CommitResult result, long offset) {
        assertThat(result.outcomes())
                .containsEntry(partition(scene, 0), CommitOutcome.COMMITTED)
                .containsEntry(partition(scene, 1), CommitOutcome.REJECTED)
                .containsEntry(partition(scene, 2), CommitOutcome.COMMITTED);
        assertThat(result.cause()).isInstanceOf(OffsetMetadataTooLarge.class);
        assertThat(scene.committed(0)).isEqualTo(offset);
        assertThat(scene.committed(1)).isEqualTo(-1);
        assertThat(scene.committed(2)).isEqualTo(offset);
    }

    private static Map<TopicPartition, CommitPoint> points(Scene scene, long offset) {
        return Map.of(
                partition(scene, 0), CommitPoint.of(offset),
                partition(scene, 1), new CommitPoint(offset, -1, TOO_LONG),
                partition(scene, 2), CommitPoint.of(offset));
    }

    private static TopicPartition partition(Scene scene, int number) {
        return new TopicPartition(scene.topic(), number);
    }
}
