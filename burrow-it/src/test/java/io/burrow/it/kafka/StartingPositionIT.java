package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A group that has committed nothing yet. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class StartingPositionIT {
    private final EmbeddedKafka kafka;

    StartingPositionIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void latest_startingPositionIsCommitted_soThatARestartMissesNothing(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 2)) {
            scene.produce(0, "old", "old", "old");
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            var first = scene.start(fromLatest(scene, handled));
            scene.awaitCommitted(0, 3);
            scene.awaitCommitted(1, 0);
            first.close();

            // while nobody is there: a start at the latest again would pass these by
            scene.produce(0, "new 1", "new 2");
            scene.produce(1, "new 3");
            scene.start(fromLatest(scene, handled));

            scene.awaitCommitted(0, 5);
            scene.awaitCommitted(1, 1);
            assertThat(handled).containsExactlyInAnyOrder("new 1", "new 2", "new 3");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void earliest_commitsTheStartBeforeAnythingIsFinished(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 3);
            HeldStages stages = new HeldStages();
            scene.start(scene.burrow().asyncHandler(stages));

            stages.awaitStarted(3);
            scene.awaitCommitted(0, 0);
            stages.completeAll();
            scene.awaitCommitted(0, 3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void emptyTopic_isCommittedAndReadWhenRecordsCome(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            scene.start(fromLatest(scene, handled));
            scene.awaitCommitted(0, 0);

            scene.produce(0, "first");
            Await.until("the record", Scene.LIMIT, () -> handled.size() == 1);
            scene.awaitCommitted(0, 1);
        }
    }

    /** Left by another library, or by Kafka Streams, beside the offset. */
    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void foreignMetadata_saysNothing_andTheOffsetCounts(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 5);
            kafka.admin()
                    .alterConsumerGroupOffsets(
                            scene.group(),
                            Map.of(scene.partition(0), new OffsetAndMetadata(2, "bgAMAgAAAAA= \uffff not Burrow's")))
                    .all()
                    .get();
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            scene.start(scene.burrow().handler(message -> handled.add(String.valueOf(message.value()))));

            scene.awaitCommitted(0, 5);
            assertThat(handled).containsExactlyInAnyOrder("2", "3", "4");
        }
    }

    private static BurrowBuilder<String, String> fromLatest(Scene scene, Queue<String> handled) {
        return Scene.burrow(scene.source(scene.consumerProperties(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest")))
                .handler(message -> handled.add(String.valueOf(message.value())));
    }
}
