package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.PartitionStats;
import io.burrow.api.TopicPartition;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Positions that do not move by reading alone: deleted records, reset policies, compaction. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class PositionsIT {
    private final EmbeddedKafka kafka;

    PositionsIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void deletedWhileNobodyReads_beginsAtWhatIsLeft_andTellsIt(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 2);
            Burrow<String, String> before = scene.start(scene.burrow().handler(message -> {}));
            scene.awaitCommitted(0, 2);
            before.close();
            scene.produce(0, "2", "3", "4", "5", "6", "7");
            scene.deleteBefore(0, 5);

            Queue<String> handled = new ConcurrentLinkedQueue<>();
            PositionWatch watch = new PositionWatch();
            Burrow<String, String> burrow = scene.start(
                    scene.burrow().listener(watch).handler(message -> handled.add(String.valueOf(message.value()))));

            scene.awaitCommitted(0, 8);
            assertThat(handled).containsExactlyInAnyOrder("5", "6", "7");
            assertThat(watch.moves()).containsExactly("0: 2 -> 5");
            assertThat(burrow.stats().positionResets()).isEqualTo(1);
            assertThat(scene.commitHistory(0)).isSorted();
        }
    }

    /** Retention overtakes the reader while a record that it fetched before is still being handled. */
    @ParameterizedTest
    @CsvSource({
        "CLASSIC_COOPERATIVE, earliest, 6",
        "CONSUMER, earliest, 6",
        "CLASSIC_COOPERATIVE, latest, 8",
        "CONSUMER, latest, 8",
        "CLASSIC_COOPERATIVE, by_duration:PT1H, 6",
        "CONSUMER, by_duration:PT1H, 6"
    })
    void deletedBeforeItWasRead_goesOnWhereThePolicySays_tellsIt_andForgetsNothing(
            GroupProtocol protocol, String policy, long landing) throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            HeldStages stages = new HeldStages();
            PositionWatch watch = new PositionWatch();
            Burrow<String, String> burrow =
                    scene.start(resetting(scene, policy).listener(watch).asyncHandler(scene.exceptBeats(stages)));
            scene.awaitCommitted(0, 0);
            scene.produceNumbered(0, 3);
            stages.awaitStarted(3);
            stages.complete(0, 1);
            overtake(scene, burrow);

            burrow.resume();

            Await.until("the move to be told", Scene.LIMIT, () -> watch.moves().equals(List.of("0: 3 -> " + landing)));
            assertThat(burrow.stats().positionResets()).isEqualTo(1);
            scene.produce(0, "8");
            stages.awaitStarted(3 + (int) (9 - landing));
            assertThat(stages.started()).doesNotContain(3L, 4L, 5L).contains(8L);
            for (long offset = landing; offset <= 8; offset++) {
                stages.complete(offset);
            }
            scene.beat();
            assertThat(scene.committed(0))
                    .as("the record that is still handled")
                    .isEqualTo(2);
            stages.complete(2);
            scene.awaitCommitted(0, 9);
            assertThat(scene.commitHistory(0)).isSorted();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void deletedBeforeItWasRead_withoutAPolicy_stopsWithTheReason(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 3);
            Burrow<String, String> before = scene.start(scene.burrow().handler(message -> {}));
            scene.awaitCommitted(0, 3);
            scene.awaitCommitted(1, 0);
            before.close();
            PositionWatch watch = new PositionWatch();
            Burrow<String, String> burrow =
                    scene.start(resetting(scene, "none").listener(watch).handler(message -> {}));
            Await.until(
                    "the assignment",
                    Scene.LIMIT,
                    () -> burrow.stats().partitions().size() == 2);
            overtake(scene, burrow);

            burrow.resume();

            Await.until("the stop", Scene.LIMIT, () -> burrow.state() == BurrowState.FAILED);
            BurrowException cause = Objects.requireNonNull(burrow.health().cause());
            assertThat(cause.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
            assertThat(cause)
                    .hasMessageContaining("the position in " + scene.topic() + "-0 is outside of the log")
                    .hasMessageContaining("auto.offset.reset=none");
            assertThat(watch.moves()).isEmpty();
            assertThat(scene.committed(0)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"CLASSIC_COOPERATIVE, PT1H, 0", "CONSUMER, PT1H, 0", "CONSUMER, PT0S, 2"})
    void nothingCommitted_byDuration_startsThere(GroupProtocol protocol, String duration, int left) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 2);
            Queue<Long> handled = new ConcurrentLinkedQueue<>();
            scene.start(resetting(scene, "by_duration:" + duration).handler(message -> handled.add(message.offset())));

            scene.awaitCommitted(0, 2);
            assertThat(handled).hasSize(2 - left);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void compactedHoles_doNotHoldTheCommitPoint_andAreNoMoves(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            String topic = scene.topic() + "-compacted";
            kafka.createTopic(
                    topic,
                    1,
                    Map.of(
                            "cleanup.policy", "compact",
                            "min.cleanable.dirty.ratio", "0.001",
                            "segment.ms", "50",
                            "max.compaction.lag.ms", "50"));
            // keys 0 to 3, each overwritten; then the log is moved on until the cleaner has been there
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                records.add(keyed(topic, "key " + i % 4, i));
            }
            records.add(5, keyed(topic, "only once", 5));
            kafka.produce(topic, records);
            Await.until("the cleaner", Scene.LIMIT, () -> {
                kafka.produce(topic, List.of(keyed(topic, "mover", 0)));
                return RawTopic.read(kafka, topic).size() < 20;
            });
            long end = kafka.endOffsets(topic).get(new org.apache.kafka.common.TopicPartition(topic, 0));
            PositionWatch watch = new PositionWatch();
            Queue<Long> handled = new ConcurrentLinkedQueue<>();
            scene.start(Scene.burrow(scene.source().topics(topic))
                    .listener(watch)
                    .handler(message -> handled.add(message.offset())));

            Await.until(
                    "the end committed",
                    Scene.LIMIT,
                    () -> kafka.committed(scene.group()).values().stream().anyMatch(offset -> offset.offset() == end));
            assertThat(handled).contains(5L, end - 1).doesNotContain(0L, 1L);
            assertThat(watch.moves()).isEmpty();
        }
    }

    /** Stops fetching at offset 3 and lets the log begin at 6 and end at 8 meanwhile. */
    private static void overtake(Scene scene, Burrow<String, String> burrow) throws Exception {
        Await.until("the end of the first three", Scene.LIMIT, () -> {
            PartitionStats stats =
                    Objects.requireNonNull(burrow.stats().partitions().get(new TopicPartition(scene.topic(), 0)));
            return stats.endPosition() == 3;
        });
        Scene.stopFetching(burrow);
        scene.produce(0, "3", "4", "5", "6", "7");
        scene.deleteBefore(0, 6);
    }

    private static BurrowBuilder<String, String> resetting(Scene scene, String policy) {
        Map<String, Object> properties = scene.consumerProperties(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, policy);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 1);
        return Scene.burrow(scene.source(properties));
    }

    private static ProducerRecord<byte[], byte[]> keyed(String topic, String key, int value) {
        return new ProducerRecord<>(
                topic, 0, key.getBytes(UTF_8), Integer.toString(value).getBytes(UTF_8));
    }
}
