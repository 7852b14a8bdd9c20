package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.ErrorCode;
import io.burrow.api.Health;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaDeadLettersBuilder;
import io.burrow.kafka.RefusedAction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records that are given up, and the topic that takes them. */
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
