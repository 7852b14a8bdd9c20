package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Health;
import io.burrow.api.ParkedRecord;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.DeadLetterHeaderStyle;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaDeadLettersBuilder;
import io.burrow.kafka.RefusedAction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exhausted records, and the topic that takes them. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class DeadLetterIT {
    private static final byte[] RAW_KEY = {0, (byte) 0xff, 7};
    private static final byte[] RAW_VALUE = {(byte) 0xc3, 0x28, 0, (byte) 0xfe};

    private final EmbeddedKafka kafka;

    DeadLetterIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void exhausted_goesToTheTopicWithItsBytesAndHeadersAndTheReason(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 2)) {
            kafka.createTopic(scene.topic() + "-dlt", 2);
            scene.produceNumbered(1, 1);
            scene.produce(List.of(new ProducerRecord<>(
                    scene.topic(),
                    1,
                    1_700_000_000_000L,
                    RAW_KEY,
                    RAW_VALUE,
                    List.of(
                            new RecordHeader("trace", new byte[] {1, 2}),
                            new RecordHeader("empty", (byte[]) null),
                            new RecordHeader("trace", new byte[] {3})))));
            scene.produceNumbered(1, 1);
            Instant begin = Instant.now();
            Burrow<String, String> burrow = scene.start(failingAt(scene, 1)
                    .deadLetters(letters(scene).withMessage(5).build()));

            scene.awaitCommitted(1, 3);
            assertThat(burrow.stats().deadLettered()).isEqualTo(1);
            assertThat(burrow.stats().processed()).isEqualTo(2);
            assertThat(burrow.health().status()).isEqualTo(Health.Status.READY);

            assertThat(RawTopic.read(kafka, scene.topic() + "-dlt"))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.key()).isEqualTo(RAW_KEY);
                        assertThat(letter.value()).isEqualTo(RAW_VALUE);
                        assertThat(letter.partition()).isEqualTo(1);
                        assertThat(letter.headers().headers("trace"))
                                .extracting(Header::value)
                                .containsExactly(new byte[] {1, 2}, new byte[] {3});
                        assertThat(letter.headers().lastHeader("empty").value()).isNull();
                        assertThat(header(letter, "__dlq.errors.topic")).isEqualTo(scene.topic());
                        assertThat(header(letter, "__dlq.errors.partition")).isEqualTo("1");
                        assertThat(header(letter, "__dlq.errors.offset")).isEqualTo("1");
                        assertThat(header(letter, "__dlq.errors.group")).isEqualTo(scene.group());
                        assertThat(header(letter, "__dlq.errors.delivery.count"))
                                .isEqualTo("2");
                        assertThat(header(letter, "__dlq.errors.message")).isEqualTo("canno");
                        assertThat(header(letter, "burrow.dlq.exception.class"))
                                .isEqualTo(IllegalStateException.class.getName());
                        assertThat(Instant.parse(header(letter, "burrow.dlq.failed.at")))
                                .isAfterOrEqualTo(begin);
                        assertThat(header(letter, "burrow.dlq.timestamp")).isEqualTo("1700000000000");
                        assertThat(letter.timestamp()).isGreaterThanOrEqualTo(begin.toEpochMilli());
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void exhausted_notAcknowledgedYet_holdsTheCommitPoint(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            kafka.createTopic(scene.topic() + "-dlt", 1);
            scene.produceNumbered(0, 5);
            KafkaDeadLetters<String, String> letters = letters(scene).build();
            CompletableFuture<@Nullable Void> acknowledgement = new CompletableFuture<>();
            AtomicBoolean stored = new AtomicBoolean();
            Burrow<String, String> burrow = scene.start(failingAt(scene, 2).deadLetters(new DeadLetterSink<>() {
                @Override
                public CompletionStage<?> send(DeadLetter<String, String> letter) {
                    return letters.send(letter).thenCompose(done -> {
                        stored.set(true);
                        return acknowledgement;
                    });
                }

                @Override
                public void open() {
                    letters.open();
                }

                @Override
                public void close(Duration timeout) {
                    letters.close(timeout);
                }
            }));

            Await.until("the dead letter to be stored", Scene.LIMIT, stored::get);
            Await.until("the rest handled", Scene.LIMIT, () -> burrow.stats().processed() == 4);
            scene.beat();
            assertThat(scene.committed(0)).isEqualTo(2);
            assertThat(burrow.stats().deadLettered()).isZero();

            acknowledgement.complete(null);
            scene.awaitCommitted(0, 5);
            assertThat(scene.commitHistory(0)).doesNotContain(3L, 4L);
        }
    }

    @Test
    void send_topicMissing_isTriedAgainUntilItIsThere() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            scene.produceNumbered(0, 3);
            Queue<ErrorCode> errors = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow = scene.start(failingAt(scene, 1)
                    .config(config -> config.deadLetterBackoff(BackoffStrategy.fixed(Duration.ofMillis(50))))
                    .listener(new ErrorCodes(errors))
                    .deadLetters(letters(scene).build()));

            Await.until("two failures", Scene.LIMIT, () -> burrow.stats().deadLetterFailures() >= 2);
            scene.beat();
            assertThat(scene.committed(0)).isEqualTo(1);
            assertThat(errors).contains(ErrorCode.DEAD_LETTER_FAILED);

            kafka.createTopic(scene.topic() + "-dlt", 1);
            scene.awaitCommitted(0, 3);
            assertThat(RawTopic.read(kafka, scene.topic() + "-dlt")).hasSize(1);
            assertThat(burrow.stats().deadLettered()).isEqualTo(1);
        }
    }

    @Test
    void tooLargeForItsTopic_strip_isStoredWithoutItsValueAndFinished() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            kafka.createTopic(scene.topic() + "-dlt", 1, Map.of("max.message.bytes", "2000"));
            scene.produce(List.of(new ProducerRecord<>(scene.topic(), 0, RAW_KEY, new byte[10_000])));
            scene.produceNumbered(0, 2);
            Burrow<String, String> burrow = scene.start(failingAt(scene, 0)
                    .deadLetters(letters(scene).onRefused(RefusedAction.STRIP).build()));

            scene.awaitCommitted(0, 3);
            assertThat(burrow.stats().deadLettered()).isEqualTo(1);
            assertThat(burrow.stats().deadLetterFailures()).isZero();
            assertThat(RawTopic.read(kafka, scene.topic() + "-dlt"))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.key()).isEqualTo(RAW_KEY);
                        assertThat(letter.value()).isEmpty();
                        assertThat(header(letter, "__dlq.errors.offset")).isEqualTo("0");
                        assertThat(header(letter, "burrow.dlq.value.stripped.bytes"))
                                .isEqualTo("10000");
                    });
        }
    }

    /** As Spring's own recoverer writes them: numbers in binary. What another style left from before is gone. */
    @Test
    void headersOfSpring_areReadBackAsSpringReadsThem() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            kafka.createTopic(scene.topic() + "-dlt", 1);
            produceOneThatFailedBefore(scene);
            scene.start(failingAt(scene, 0)
                    .deadLetters(letters(scene)
                            .headers(DeadLetterHeaderStyle.SPRING)
                            .withMessage()
                            .withStackTrace()
                            .build()));

            scene.awaitCommitted(0, 1);
            assertThat(RawTopic.read(kafka, scene.topic() + "-dlt"))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(names(letter))
                                .containsExactly(
                                        "trace",
                                        "kafka_dlt-original-topic",
                                        "kafka_dlt-original-partition",
                                        "kafka_dlt-original-offset",
                                        "kafka_dlt-original-timestamp",
                                        "kafka_dlt-original-timestamp-type",
                                        "kafka_dlt-original-consumer-group",
                                        "kafka_dlt-exception-fqcn",
                                        "kafka_dlt-exception-message",
                                        "kafka_dlt-exception-stacktrace",
                                        "burrow.dlq.attempts",
                                        "burrow.dlq.failed.at");
                        assertThat(header(letter, "kafka_dlt-original-topic")).isEqualTo(scene.topic());
                        assertThat(binary(letter, "kafka_dlt-original-partition")
                                        .getInt())
                                .isZero();
                        assertThat(binary(letter, "kafka_dlt-original-offset").getLong())
                                .isZero();
                        assertThat(binary(letter, "kafka_dlt-original-timestamp")
                                        .getLong())
                                .isEqualTo(1_700_000_000_000L);
                        assertThat(header(letter, "kafka_dlt-original-timestamp-type"))
                                .isEqualTo("CreateTime");
                        assertThat(header(letter, "kafka_dlt-original-consumer-group"))
                                .isEqualTo(scene.group());
                        assertThat(header(letter, "kafka_dlt-exception-fqcn"))
                                .isEqualTo(IllegalStateException.class.getName());
                        assertThat(header(letter, "kafka_dlt-exception-message"))
                                .isEqualTo("cannot be handled");
                        assertThat(header(letter, "kafka_dlt-exception-stacktrace"))
                                .startsWith(IllegalStateException.class.getName() + ": cannot be handled");
                    });
        }
    }

    /** As Connect's sinks write them: all as text. */
    @Test
    void headersOfConnect_areReadBackAsConnectWritesThem() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            kafka.createTopic(scene.topic() + "-dlt", 1);
            produceOneThatFailedBefore(scene);
            scene.start(failingAt(scene, 0)
                    .deadLetters(letters(scene)
                            .headers(DeadLetterHeaderStyle.CONNECT)
                            .withMessage()
                            .withStackTrace()
                            .build()));

            scene.awaitCommitted(0, 1);
            assertThat(RawTopic.read(kafka, scene.topic() + "-dlt"))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(names(letter))
                                .containsExactly(
                                        "trace",
                                        "__connect.errors.topic",
                                        "__connect.errors.partition",
                                        "__connect.errors.offset",
                                        "__connect.errors.exception.class.name",
                                        "__connect.errors.exception.message",
                                        "__connect.errors.exception.stacktrace",
                                        "burrow.dlq.group",
                                        "burrow.dlq.timestamp",
                                        "burrow.dlq.attempts",
                                        "burrow.dlq.failed.at");
                        assertThat(header(letter, "__connect.errors.topic")).isEqualTo(scene.topic());
                        assertThat(header(letter, "__connect.errors.partition")).isEqualTo("0");
                        assertThat(header(letter, "__connect.errors.offset")).isEqualTo("0");
                        assertThat(header(letter, "__connect.errors.exception.class.name"))
                                .isEqualTo(IllegalStateException.class.getName());
                        assertThat(header(letter, "__connect.errors.exception.message"))
                                .isEqualTo("cannot be handled");
                        assertThat(header(letter, "__connect.errors.exception.stacktrace"))
                                .startsWith(IllegalStateException.class.getName() + ": cannot be handled");
                        assertThat(header(letter, "burrow.dlq.group")).isEqualTo(scene.group());
                        assertThat(header(letter, "burrow.dlq.timestamp")).isEqualTo("1700000000000");
                    });
        }
    }

    @Test
    void tooLargeForItsTopic_park_isParkedAndSentOnCallOnceThereIsRoom() throws Exception {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            String dead = scene.topic() + "-dlt";
            Burrow<String, String> burrow = startWithOneTooLarge(scene, RefusedAction.PARK);

            Await.until(
                    "it to be parked and the rest handled",
                    Scene.LIMIT,
                    () -> burrow.stats().parked() == 1 && burrow.stats().processed() == 2);
            scene.beat();
            assertThat(scene.committed(0)).isZero();
            assertThat(burrow.parked())
                    .singleElement()
                    .extracting(ParkedRecord::offset, ParkedRecord::errorClass)
                    .containsExactly(0L, IllegalStateException.class.getName());
            assertThat(burrow.stats().deadLetterFailures()).isEqualTo(1);
            assertThat(burrow.stats().deadLettered()).isZero();
            assertThat(RawTopic.read(kafka, dead)).isEmpty();

            kafka.admin()
                    .incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, dead),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "20000"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            // the broker may hear of it a moment later than it is answered: then it is parked again
            Await.until("it to be stored", Scene.LIMIT, () -> {
                burrow.deadLetterParked(new TopicPartition(scene.topic(), 0), 0);
                return burrow.stats().deadLettered() == 1;
            });
            scene.awaitCommitted(0, 3);
            assertThat(RawTopic.read(kafka, dead))
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.value()).isEqualTo(new byte[10_000]));
        }
    }

    @Test
    void tooLargeForItsTopic_halt_haltsWithWhatToChange_andTheRecordComesAgain() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            Burrow<String, String> burrow = startWithOneTooLarge(scene, RefusedAction.HALT);

            Await.until("the halt", Scene.LIMIT, () -> burrow.state() == BurrowState.FAILED);
            BurrowException cause = Objects.requireNonNull(burrow.health().cause());
            assertThat(cause.code()).isEqualTo(ErrorCode.DEAD_LETTER_REFUSED);
            assertThat(cause).hasMessageContaining(scene.topic() + "-dlt").hasMessageContaining("max.message.bytes");
            assertThat(burrow.stats().deadLettered()).isZero();
            assertThat(scene.committed(0)).isZero();
            assertThat(RawTopic.read(kafka, scene.topic() + "-dlt")).isEmpty();
            burrow.close();

            Queue<Long> handled = new ConcurrentLinkedQueue<>();
            scene.start(scene.burrow().handler(message -> handled.add(message.offset())));
            scene.awaitCommitted(0, 3);
            assertThat(handled).contains(0L);
        }
    }

    /** Starts on three records, of which the first fails and is larger than the dead-letter topic takes. */
    private Burrow<String, String> startWithOneTooLarge(Scene scene, RefusedAction action) {
        kafka.createTopic(scene.topic() + "-dlt", 1, Map.of("max.message.bytes", "2000"));
        scene.produce(List.of(new ProducerRecord<>(scene.topic(), 0, RAW_KEY, new byte[10_000])));
        scene.produceNumbered(0, 2);
        return scene.start(
                failingAt(scene, 0).deadLetters(letters(scene).onRefused(action).build()));
    }

    /** A record with headers of a dead letter of each style, as one has that was put back into its topic. */
    private static void produceOneThatFailedBefore(Scene scene) {
        scene.produce(List.of(new ProducerRecord<>(
                scene.topic(),
                0,
                1_700_000_000_000L,
                RAW_KEY,
                RAW_VALUE,
                List.of(
                        new RecordHeader("__dlq.errors.topic", "before".getBytes(UTF_8)),
                        new RecordHeader("trace", new byte[] {1}),
                        new RecordHeader("kafka_dlt-original-topic", "before".getBytes(UTF_8)),
                        new RecordHeader("__connect.errors.topic", "before".getBytes(UTF_8))))));
    }

    private static List<String> names(ConsumerRecord<byte[], byte[]> record) {
        return Arrays.stream(record.headers().toArray()).map(Header::key).toList();
    }

    private static ByteBuffer binary(ConsumerRecord<byte[], byte[]> record, String name) {
        return ByteBuffer.wrap(record.headers().lastHeader(name).value());
    }

    private static BurrowBuilder<String, String> failingAt(Scene scene, long offset) {
        return scene.burrow()
                .config(config ->
                        config.retryPolicy(RetryPolicy.retries(1)).backoff(BackoffStrategy.fixed(Duration.ofMillis(5))))
                .handler(message -> {
                    if (message.partition() != scene.beatPartition() && message.offset() == offset) {
                        throw new IllegalStateException("cannot be handled");
                    }
                });
    }

    private KafkaDeadLettersBuilder<String, String> letters(Scene scene) {
        return KafkaDeadLetters.<String, String>builder()
                .properties(Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        300))
                .group(scene.group());
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
