package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ConfigException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Health;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a user gets wrong: each is told at the earliest moment, with a code, what it is, and what to do. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class BadInputIT {
    private final EmbeddedKafka kafka;

    BadInputIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource
    void start_topicMissing_saysWhichAndLeavesNothingBehind(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            Burrow<String, String> burrow = Scene.burrow(scene.source().topics(scene.topic(), "no-such-topic"))
                    .config(config -> config.name("missing-" + protocol))
                    .handler(message -> {})
                    .build();

            assertRefused(ErrorCode.TOPIC_MISSING, burrow::start)
                    .hasMessageContaining("[no-such-topic]")
                    .hasMessageContaining(kafka.bootstrapServers());
            assertThat(burrow.state()).isEqualTo(BurrowState.FAILED);
            assertThat(burrow.health().status()).isEqualTo(Health.Status.FAILED);
            assertThat(scene.members()).isZero();
            Await.until(
                    "no thread left",
                    Scene.LIMIT,
                    () -> threads("missing-" + protocol).isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void start_noBrokerThere_saysWhereItLooked(GroupProtocol protocol) throws IOException {
        String nobody = unusedAddress();
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            Burrow<String, String> burrow = Scene.burrow(
                            scene.source(scene.consumerProperties(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, nobody))
                                    .openTimeout(Duration.ofMillis(500)))
                    .handler(message -> {})
                    .build();

            assertRefused(ErrorCode.BROKER_UNREACHABLE, burrow::start).hasMessageContaining(nobody);
            assertThat(burrow.state()).isEqualTo(BurrowState.FAILED);
        }
    }

    @Test
    void start_hostUnknown_saysWhichHosts() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            Burrow<String, String> burrow = Scene.burrow(scene.source(scene.consumerProperties(
                                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere.invalid:9092"))
                            .openTimeout(Duration.ofMillis(500)))
                    .handler(message -> {})
                    .build();

            assertRefused(ErrorCode.BROKER_UNREACHABLE, burrow::start).hasMessageContaining("nowhere.invalid:9092");
        }
    }

    @Test
    void build_autoCommitOn_isRefusedBeforeAnythingStarts() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            var source = scene.source(scene.consumerProperties(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "true"));

            assertRefused(ErrorCode.AUTO_COMMIT_ON, source::build)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("enable.auto.commit must be false or left out: true");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void run_consumerOfTheUserCommitsByItself_stopsWithTheReason(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 1);
            Map<String, Object> properties = scene.consumerProperties();
            properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "true");
            properties.put(ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG, 50);
            HeldStages stages = new HeldStages();
            KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                    .consumer(() ->
                            new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()))
                    .topics(scene.topic())
                    .keyDeserializer(new StringDeserializer())
                    .valueDeserializer(new StringDeserializer())
                    .build();
            Burrow<String, String> burrow = scene.start(Burrow.<String, String>builder()
                    .source(source)
                    .config(Scene.quick())
                    .config(config -> config.drainTimeout(Duration.ofMillis(100)))
                    .asyncHandler(stages));

            Await.until("the stop", Scene.LIMIT, () -> burrow.state() == BurrowState.FAILED);
            BurrowException cause = Objects.requireNonNull(burrow.health().cause());
            assertThat(cause.code()).isEqualTo(ErrorCode.AUTO_COMMIT_ON);
            assertThat(cause)
                    .hasMessageContaining("enable.auto.commit")
                    .hasMessageContaining(cause.code().action());
        }
    }

    @Test
    void start_secondTime_isRefusedAndTheFirstGoesOn() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            Burrow<String, String> burrow = scene.start(scene.burrow().handler(message -> {}));

            assertRefused(ErrorCode.ALREADY_STARTED, burrow::start).hasMessageContaining("a second time");
            assertThat(burrow.state()).isEqualTo(BurrowState.RUNNING);
            scene.beat();
        }
    }

    @Test
    void start_sourceOfAnotherBurrow_isRefusedAndTheOtherGoesOn() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            KafkaSource<String, String> source = scene.source().build();
            BurrowBuilder<String, String> builder = Burrow.<String, String>builder()
                    .source(source)
                    .config(Scene.quick())
                    .handler(message -> {});
            scene.start(builder);
            scene.awaitCommitted(0, 0);

            assertRefused(ErrorCode.ALREADY_STARTED, builder.build()::start)
                    .hasMessageContaining("this source was opened before");
            scene.produce(0, "one more");
            Await.until("the other to go on", Duration.ofSeconds(10), () -> scene.committed(0) == 1);
        }
    }

    @Test
    void use_afterClose_isRefused() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            Burrow<String, String> burrow = scene.start(scene.burrow().handler(message -> {}));
            scene.beat();
            burrow.close();

            assertRefused(ErrorCode.CLOSED, burrow::start);
            assertRefused(ErrorCode.CLOSED, burrow::pause);
            assertRefused(ErrorCode.CLOSED, burrow::resume);
            assertRefused(ErrorCode.CLOSED, () -> burrow.drain(Duration.ofSeconds(1)));
            assertThat(burrow.state()).isEqualTo(BurrowState.CLOSED);
            assertThat(burrow.stats().processed())
                    .as("what it did can still be read")
                    .isEqualTo(1);
            assertThat(burrow.close(Duration.ZERO).clean()).isTrue();
        }
    }

    @Test
    void use_beforeStart_isRefused() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            Burrow<String, String> burrow =
                    scene.burrow().handler(message -> {}).build();

            assertRefused(ErrorCode.NOT_STARTED, burrow::pause);
            assertRefused(ErrorCode.NOT_STARTED, () -> burrow.drain(Duration.ofSeconds(1)));
        }
    }

    @Test
    void start_deadLetterTopicMissing_isRefused() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            Burrow<String, String> burrow = scene.burrow()
                    .handler(message -> {})
                    .deadLetters(KafkaDeadLetters.<String, String>builder()
                            .properties(Map.of(
                                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    kafka.bootstrapServers(),
                                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                    500))
                            .topic("no-such-dead-letters")
                            .build())
                    .build();

            assertRefused(ErrorCode.TOPIC_MISSING, burrow::start).hasMessageContaining("no-such-dead-letters");
            assertThat(scene.members()).isZero();
        }
    }

    @Test
    void run_noCommittedOffsetAndNoReset_stopsWithTheReason() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            Burrow<String, String> burrow = scene.start(Scene.burrow(
                            scene.source(scene.consumerProperties(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none")))
                    .handler(message -> {}));

            Await.until("the stop", Scene.LIMIT, () -> burrow.state() == BurrowState.FAILED);
            BurrowException cause = Objects.requireNonNull(burrow.health().cause());
            assertThat(cause.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
            assertThat(cause).hasMessageContaining("no offset is committed for " + scene.topic());
        }
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            ErrorCode code, ThrowingCallable call) {
        BurrowException refused = catchThrowableOfType(BurrowException.class, call);
        assertThat(refused).as("refused with %s", code).isNotNull();
        assertThat(refused.code()).isEqualTo(code);
        return assertThatThrownBy(() -> {
                    throw refused;
                })
                .hasMessageStartingWith(code + ": ")
                .hasMessageContaining(code.action());
    }

    private static Set<String> threads(String burrow) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.contains(burrow))
                .collect(Collectors.toSet());
    }

    private static String unusedAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }
}
