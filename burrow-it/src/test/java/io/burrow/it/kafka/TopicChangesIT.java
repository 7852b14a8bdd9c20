package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.PartitionStats;
import io.burrow.api.TopicPartition;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Topics that appear, grow, vanish and come back while they are read. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class TopicChangesIT {
    private final EmbeddedKafka kafka;

    TopicChangesIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** What was written before any member heard of the partition is not what {@code latest} leaves out. */
    @ParameterizedTest
    @EnumSource
    void partitionIsAdded_latest_itsFirstRecordsAreHandled(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produce(0, "old");
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            scene.start(Scene.burrow(scene.source(seldomLooking(scene, "latest", 3_000)))
                    .handler(message -> handled.add(String.valueOf(message.value()))));
            scene.awaitCommitted(0, 1);

            kafka.admin()
                    .createPartitions(Map.of(scene.topic(), NewPartitions.increaseTo(3)))
                    .all()
                    .get();
            Await.until(
                    "a leader",
                    Scene.LIMIT,
                    () -> kafka.endOffsets(scene.topic()).size() == 3);
            scene.produce(2, "first", "second");

            scene.awaitCommitted(2, 2);
            assertThat(handled).containsExactlyInAnyOrder("first", "second");
        }
    }

    @ParameterizedTest
    @EnumSource
    void topicAppearsThatMatches_latest_isReadFromItsBeginning(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produce(0, "old");
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Map<String, Object> properties = seldomLooking(scene, "latest", 1_000);
            var source = io.burrow.kafka.KafkaSource.<String, String>builder()
                    .properties(properties)
                    .pattern(Pattern.compile(Pattern.quote(scene.topic()) + "(-later)?"))
                    .keyDeserializer(new org.apache.kafka.common.serialization.StringDeserializer())
                    .valueDeserializer(new org.apache.kafka.common.serialization.StringDeserializer());
            scene.start(Scene.burrow(source).handler(message -> handled.add(String.valueOf(message.value()))));
            scene.awaitCommitted(0, 1);

            String later = scene.topic() + "-later";
            kafka.createTopic(later, 1);
            kafka.createTopic(scene.topic() + "-another", 1);
            write(later, "first", "second");

            awaitCommitted(scene, later, 2);
            assertThat(handled).containsExactlyInAnyOrder("first", "second");
        }
    }

    @ParameterizedTest
    @EnumSource
    void topicVanishesAndComesBack_theOtherGoesOn_andNothingOfTheNewOneIsSkipped(GroupProtocol protocol)
            throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            String other = scene.topic() + "-other";
            kafka.createTopic(other, 1);
            write(other, "old 0", "old 1", "old 2");
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Map<String, Object> properties = seldomLooking(scene, "earliest", 1_000);
            Burrow<String, String> burrow =
                    scene.start(Scene.burrow(scene.source(properties).topics(scene.topic(), other))
                            .handler(message -> handled.add(String.valueOf(message.value()))));
            awaitCommitted(scene, other, 3);

            delete(other);
            scene.produce(0, "of the other");
            scene.awaitCommitted(0, 1);
            kafka.createTopic(other, 1);
            write(other, "new 0", "new 1", "new 2", "new 3", "new 4");

            Await.until(
                    "all of the new topic",
                    Scene.LIMIT,
                    () -> handled.containsAll(List.of("new 0", "new 1", "new 2", "new 3", "new 4")));
            awaitCommitted(scene, other, 5);
            scene.produce(0, "of the other, again");
            scene.awaitCommitted(0, 2);
            assertThat(burrow.state()).isEqualTo(BurrowState.RUNNING);
        }
    }

    /** A request fails as a whole for the topic that is gone; nothing is fetched, so that nobody hears of it before. */
    @ParameterizedTest
    @EnumSource
    void topicVanishes_whatEndsAfterwards_isCommittedForTheOther(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            String other = scene.topic() + "-other";
            kafka.createTopic(other, 1);
            write(other, "of the one that goes");
            scene.produce(0, "of the one that stays");
            AtomicInteger started = new AtomicInteger();
            CompletableFuture<Void> end = new CompletableFuture<>();
            Map<String, Object> properties = scene.consumerProperties(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 1);
            Burrow<String, String> burrow =
                    scene.start(Scene.burrow(scene.source(properties).topics(scene.topic(), other))
                            .config(config -> config.commitTimeout(Duration.ofSeconds(2)))
                            .asyncHandler(message -> {
                                started.incrementAndGet();
                                return end;
                            }));
            Await.until("both to be handled", Scene.LIMIT, () -> started.get() == 2);
            scene.awaitCommitted(0, 0);
            awaitCommitted(scene, other, 0);
            Scene.stopFetching(burrow);

            delete(other);
            end.complete(null);

            // the broker may store it with a request that fails: what counts is whether Burrow knows
            Await.until("the other to be known as committed", Scene.LIMIT, () -> {
                PartitionStats stats = burrow.stats().partitions().get(new TopicPartition(scene.topic(), 0));
                return stats != null && stats.committed() == 1;
            });
            assertThat(scene.committed(0)).isEqualTo(1);
            assertThat(burrow.state()).isEqualTo(BurrowState.PAUSED);
        }
    }

    /** Nothing is fetched meanwhile, so that nothing says to the client that the topic was away. */
    @ParameterizedTest
    @EnumSource
    void topicIsMadeAnewUnseen_nothingOfTheNewOneIsSkipped(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produce(0, "old 0", "old 1", "old 2");
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow = scene.start(
                    Scene.burrow(scene.source(scene.consumerProperties(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 1))
                                    .topicCheckInterval(Duration.ofMillis(500)))
                            // under one protocol the client tries a commit for such a topic until its time is over
                            .config(config -> config.commitTimeout(Duration.ofSeconds(3)))
                            .handler(message -> handled.add(String.valueOf(message.value()))));
            scene.awaitCommitted(0, 3);
            Scene.stopFetching(burrow);

            delete(scene.topic());
            kafka.createTopic(scene.topic(), 2); // with another number the classic client would notice
            write(scene.topic(), "new 0", "new 1", "new 2", "new 3", "new 4");
            burrow.resume();

            Await.until(
                    "all of the new topic",
                    Scene.LIMIT,
                    () -> handled.containsAll(List.of("new 0", "new 1", "new 2", "new 3", "new 4")));
            awaitCommitted(scene, scene.topic(), 5);
        }
    }

    /** How often a client looks for topics; until then a classic one knows of nothing new. */
    private static Map<String, Object> seldomLooking(Scene scene, String reset, int lookingMillis) {
        Map<String, Object> properties = scene.consumerProperties(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, lookingMillis);
        return properties;
    }

    private void delete(String topic) throws Exception {
        kafka.admin().deleteTopics(List.of(topic)).all().get();
        Await.until(
                "the end of " + topic,
                Scene.LIMIT,
                () -> !kafka.admin().listTopics().names().get().contains(topic));
    }

    private void write(String topic, String... values) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String value : values) {
            records.add(new ProducerRecord<>(topic, 0, null, value.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        kafka.produce(topic, records);
    }

    private void awaitCommitted(Scene scene, String topic, long offset) {
        TopicPartition partition = new TopicPartition(topic, 0);
        Await.until("commit of " + offset + " for " + partition, Scene.LIMIT, () -> {
            var committed = kafka.committed(scene.group()).get(new org.apache.kafka.common.TopicPartition(topic, 0));
            return committed != null && committed.offset() == offset;
        });
    }
}
