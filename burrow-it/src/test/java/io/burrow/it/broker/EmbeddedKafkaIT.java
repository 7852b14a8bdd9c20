package io.burrow.it.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.internals.Exit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class EmbeddedKafkaIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void committed_afterConsuming_isReadBackWithMetadata(String protocol) {
        String topic = "orders-" + protocol;
        String group = "shop-" + protocol;
        TopicPartition partition = new TopicPartition(topic, 0);
        kafka.createTopic(topic, 1);

        assertThat(kafka.produce(topic, Records.numbered(topic, 5))).isEqualTo(5);
        try (Consumer<byte[], byte[]> consumer = Records.consumer(kafka, group, protocol)) {
            consumer.subscribe(List.of(topic));
            assertThat(Records.read(consumer, 5)).containsExactly("0", "1", "2", "3", "4");
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(3, "note")));
        }

        assertThat(kafka.committed(group)).containsExactly(Map.entry(partition, new OffsetAndMetadata(3, "note")));
    }

    @Test
    void committed_unknownGroup_isEmpty() {
        assertThat(kafka.committed("nobody")).isEmpty();
    }

    @Test
    void produce_twoTopics_fillsEachAlone() {
        kafka.createTopic("left", 2);
        kafka.createTopic("right", 3);

        kafka.produce("left", Records.numbered("left", 20));
        kafka.produce("right", Records.numbered("right", 30));

        assertThat(kafka.endOffsets("left")).hasSize(2);
        assertThat(written("left")).isEqualTo(20);
        assertThat(kafka.endOffsets("right")).hasSize(3);
        assertThat(written("right")).isEqualTo(30);
    }

    @Test
    void produce_rightAfterCreateTopic_losesNothing() {
        for (int round = 0; round < 10; round++) {
            String topic = "fresh-" + round;
            kafka.createTopic(topic, 8);
            kafka.produce(topic, Records.numbered(topic, 100));
            assertThat(written(topic)).isEqualTo(100);
        }
    }

    @Test
    void produce_recordRefusedByBroker_throws() {
        kafka.createTopic("narrow", 1, Map.of("max.message.bytes", "200"));

        List<ProducerRecord<byte[], byte[]>> records = List.of(new ProducerRecord<>("narrow", new byte[1_000]));

        assertThatThrownBy(() -> kafka.produce("narrow", records)).hasCauseInstanceOf(RecordTooLargeException.class);
    }

    @Test
    void produce_recordOfAnotherTopic_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kafka.produce("here", Records.numbered("there", 1)))
                .withMessageContaining("there");
    }

    @Test
    void createTopic_existing_throws() {
        kafka.createTopic("twice", 1);

        assertThatThrownBy(() -> kafka.createTopic("twice", 1)).isInstanceOf(TopicExistsException.class);
    }

    @Test
    void settings_serveTransactions() {
        kafka.createTopic("ledger", 1);
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "bookkeeper"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("ledger", "aborted".getBytes(UTF_8)));
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("ledger", "committed".getBytes(UTF_8)));
            producer.commitTransaction();
        }

        try (Consumer<byte[], byte[]> consumer = Records.consumer(kafka, "auditor", "consumer")) {
            consumer.subscribe(List.of("ledger"));
            assertThat(Records.read(consumer, 1)).containsExactly("committed");
        }
    }

    @Test
    void settings_serveShareGroups() throws ExecutionException, InterruptedException {
        kafka.createTopic("shared", 1);
        kafka.produce("shared", Records.numbered("shared", 3));
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, "sharers");
        AlterConfigOp fromStart =
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        kafka.admin()
                .incrementalAlterConfigs(Map.of(group, List.of(fromStart)))
                .all()
                .get();

        try (KafkaShareConsumer<byte[], byte[]> consumer = new KafkaShareConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        "sharers"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("shared"));
            int[] read = {0};
            Await.until("3 shared records", LIMIT, () -> {
                read[0] += consumer.poll(Duration.ofMillis(100)).count();
                return read[0] == 3;
            });
        }
    }

    @Test
    void property_ofTheBuilder_goesBeforeOurs() {
        try (EmbeddedKafka roomy = EmbeddedKafka.builder()
                .property("num.partitions", "7")
                .property("auto.create.topics.enable", "true")
                .start()) {
            roomy.produce("made-on-demand", Records.numbered("made-on-demand", 1));

            assertThat(roomy.endOffsets("made-on-demand")).hasSize(7);
        }
    }

    @Test
    void start_badProperty_throwsItsName() {
        assertThatThrownBy(() -> EmbeddedKafka.builder()
                        .property("num.io.threads", "none")
                        .start())
                .hasMessageContaining("num.io.threads");
    }

    @Test
    void fatalFault_doesNotEndTheProcess() {
        Exit.halt(1, "said by a test");
        Exit.exit(1, "said by a test");

        assertThat(kafka.client().isServing()).isTrue();
    }

    private static long written(String topic) {
        return kafka.endOffsets(topic).values().stream().mapToLong(end -> end).sum();
    }
}
