package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.cli.BurrowCliRun;
import io.burrow.kafka.KafkaDeadLetters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS, SCRAM and rights: the client's own settings work, what is denied is named, and nothing secret is said. */
@Timeout(120)
class SecurityIT {
    private static final String PASSWORD = "user-s3cret";
    private static final PrintStream REAL_ERR = System.err;

    @TempDir
    static Path directory;

    private static SecuredKafka secured;
    private static final ByteArrayOutputStream SAID = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws Exception {
        secured = SecuredKafka.start(directory);
        System.setErr(new PrintStream(SAID, true, StandardCharsets.UTF_8)); // where the log goes
    }

    @AfterAll
    static void close() {
        System.setErr(REAL_ERR);
        secured.close();
    }

    @BeforeEach
    void forget() {
        SAID.reset();
    }

    /** Nothing secret was logged, whatever the test did. */
    @AfterEach
    void nothingSecretWasSaid() {
        assertThat(SAID.toString(StandardCharsets.UTF_8)).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void tlsAndScram_readsCommitsAndWritesDeadLetters(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(secured.kafka(), protocol, 1)) {
            String user = user(scene, true, true);
            String dead = scene.topic() + "-dlt";
            secured.kafka().createTopic(dead, 1);
            secured.allow(user, AclOperation.WRITE, ResourceType.TOPIC, dead);
            scene.produceNumbered(0, 3);
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow = scene.start(burrow(scene, user, PASSWORD)
                    .deadLetters(deadLetters(user, dead))
                    .config(config -> config.retryPolicy(RetryPolicy.never()))
                    .handler(message -> {
                        if ("1".equals(message.value())) {
                            throw new IllegalStateException("cannot");
                        }
                        handled.add(String.valueOf(message.value()));
                    }));

            scene.awaitCommitted(0, 3);
            assertThat(handled).containsExactlyInAnyOrder("0", "2");
            assertThat(burrow.stats().deadLettered()).isEqualTo(1);
            assertThat(RawTopic.read(secured.kafka(), dead)).hasSize(1);
            assertThat(SAID.toString(StandardCharsets.UTF_8)).doesNotContain("cannot be told from the old ones");
        }
    }

    @Test
    void dlqCommand_withPropertiesOfAFile_comesIn() throws Exception {
        try (Scene scene = Scene.on(secured.kafka(), GroupProtocol.CONSUMER, 1)) {
            String user = user(scene, true, true);
            scene.produceNumbered(0, 1);
            Path file = directory.resolve("client.properties");
            Properties properties = new Properties();
            secured.clientProperties(user, PASSWORD)
                    .forEach((name, value) -> properties.setProperty(name, String.valueOf(value)));
            try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                properties.store(writer, null);
            }

            BurrowCliRun run = BurrowCliRun.of(
                    "dlq",
                    "list",
                    "--bootstrap-servers",
                    secured.kafka().secureServers(),
                    "--topic",
                    scene.topic(),
                    "--properties",
                    file.toString());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).contains("0@0 ", "records: 1").doesNotContain("s3cret");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void wrongPassword_isTold(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(secured.kafka(), protocol, 1)) {
            String user = user(scene, true, true);

            BurrowException refused =
                    refused(burrow(scene, user, "wrong-s3cret").handler(message -> {}));

            assertThat(refused.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
            assertThat(refused).hasMessageContaining("credentials");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void groupDenied_isNamed(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(secured.kafka(), protocol, 1)) {
            String user = user(scene, true, false);

            BurrowException refused = refused(burrow(scene, user, PASSWORD).handler(message -> {}));

            assertThat(refused.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
            assertThat(refused).hasMessageContaining("Read of the group " + scene.group());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void topicDenied_isNamed(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(secured.kafka(), protocol, 1)) {
            String user = user(scene, false, true);

            BurrowException refused = refused(burrow(scene, user, PASSWORD).handler(message -> {}));

            assertThat(refused.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
            assertThat(refused).hasMessageContaining("Describe and Read of the topics [" + scene.topic() + "]");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void topicMayBeSeenButNotRead_isNamedWhenItIsRead(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(secured.kafka(), protocol, 1)) {
            String user = user(scene, false, true);
            secured.allow(user, AclOperation.DESCRIBE, ResourceType.TOPIC, scene.topic());
            scene.produceNumbered(0, 1);

            Burrow<String, String> burrow =
                    burrow(scene, user, PASSWORD).handler(message -> {}).build();
            BurrowException denied;
            try (burrow) {
                denied = catchThrowableOfType(BurrowException.class, burrow::start);
                if (denied == null) {
                    Await.until("the stop", Scene.LIMIT, () -> burrow.state() == BurrowState.FAILED);
                    denied = Objects.requireNonNull(burrow.health().cause());
                }
            }
            assertThat(denied.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
            assertThat(denied).hasMessageContaining("Read of the topics [" + scene.topic() + "]");
            assertSilent(denied);
        }
    }

    @Test
    void deadLetterTopicDenied_isNamedAtTheStart() throws Exception {
        try (Scene scene = Scene.on(secured.kafka(), GroupProtocol.CONSUMER, 1)) {
            String user = user(scene, true, true);
            String dead = scene.topic() + "-dlt";
            secured.kafka().createTopic(dead, 1);

            BurrowException refused = refused(burrow(scene, user, PASSWORD)
                    .deadLetters(deadLetters(user, dead))
                    .handler(message -> {}));

            assertThat(refused.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
            assertThat(refused).hasMessageContaining("Describe and Write of the dead-letter topic " + dead);
        }
    }

    @Test
    void deadLetterTopicMayBeSeenButNotWritten_isNamedAndTheRecordStaysUnfinished() throws Exception {
        try (Scene scene = Scene.on(secured.kafka(), GroupProtocol.CONSUMER, 1)) {
            String user = user(scene, true, true);
            String dead = scene.topic() + "-dlt";
            secured.kafka().createTopic(dead, 1);
            secured.allow(user, AclOperation.DESCRIBE, ResourceType.TOPIC, dead);
            scene.produceNumbered(0, 1);
            Queue<BurrowException> errors = new ConcurrentLinkedQueue<>();
            scene.start(burrow(scene, user, PASSWORD)
                    .deadLetters(deadLetters(user, dead))
                    .listener(new BurrowListener() {
                        @Override
                        public void error(BurrowException error) {
                            errors.add(error);
                        }
                    })
                    .config(config -> config.retryPolicy(RetryPolicy.never()))
                    .handler(message -> {
                        if (message.partition() == 0) {
                            throw new IllegalStateException("cannot");
                        }
                    }));

            Await.until("the refusal", Scene.LIMIT, () -> !errors.isEmpty());
            BurrowException error = Objects.requireNonNull(errors.peek());
            assertThat(error.code()).isEqualTo(ErrorCode.DEAD_LETTER_FAILED);
            assertThat(error).hasMessageContaining(dead).hasMessageContaining("lacks the right to write to it");
            assertSilent(error);
            scene.beat();
            assertThat(scene.committed(0)).isZero();
        }
    }

    /** Makes a user of its own for a test, with the rights that it asks for. */
    private static String user(Scene scene, boolean topic, boolean group) throws Exception {
        String user = "user-of-" + scene.topic();
        secured.createUser(user, PASSWORD);
        if (topic) {
            secured.allow(user, AclOperation.READ, ResourceType.TOPIC, scene.topic());
        }
        if (group) {
            secured.allow(user, AclOperation.READ, ResourceType.GROUP, scene.group());
        }
        return user;
    }

    private static BurrowBuilder<String, String> burrow(Scene scene, String user, String password) {
        Map<String, Object> properties = scene.consumerProperties();
        properties.putAll(secured.clientProperties(user, password));
        return Scene.burrow(scene.source(properties));
    }

    private static KafkaDeadLetters<String, String> deadLetters(String user, String topic) {
        return KafkaDeadLetters.<String, String>builder()
                .properties(new HashMap<>(secured.clientProperties(user, PASSWORD)))
                .topic(topic)
                .build();
    }

    private static BurrowException refused(BurrowBuilder<String, String> builder) throws IOException {
        try (Burrow<String, String> burrow = builder.build()) {
            BurrowException refused = catchThrowableOfType(BurrowException.class, burrow::start);
            assertThat(refused).isNotNull();
            assertSilent(refused);
            return refused;
        }
    }

    /** Neither the error nor any of its causes says what is secret. */
    private static void assertSilent(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("s3cret");
    }
}
