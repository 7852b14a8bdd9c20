package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.BrokerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./burrow broker} in a process of its own: what a client finds there, and that nothing is left of it. */
@Timeout(300)
class BrokerIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Pattern LISTENING = Pattern.compile("(?m)^listening on localhost:(\\d+)$");

    @TempDir
    private Path directory;

    private Path temporary = Path.of("");

    @BeforeEach
    void makeDirectoryForTemporaryFiles() throws IOException {
        temporary = Files.createDirectory(directory.resolve("tmp"));
    }

    @Test
    void clients_findTheTopicsWithTheirRecords_andCanWriteMore() throws Exception {
        try (RunProcess broker = start("--topic", "orders:3", "--topic", "orders-dead", "--records", "orders:100")) {
            String servers = awaitServers(broker);
            assertThat(broker.out())
                    .contains("topic orders: partitions 3, records 100", "topic orders-dead: partitions 1, records 0")
                    .contains("not for production");

            try (BrokerClient client = new BrokerClient(servers)) {
                assertThat(client.endOffsets("orders")).hasSize(3);
                assertThat(client.endOffsets("orders-dead"))
                        .containsExactlyEntriesOf(Map.of(new TopicPartition("orders-dead", 0), 0L));
                client.produce("orders", List.of(new ProducerRecord<>("orders", "key-1".getBytes(UTF_8), new byte[0])));
            }

            TreeSet<String> expected = new TreeSet<>(List.of("key-1="));
            IntStream.rangeClosed(1, 100).forEach(number -> expected.add("key-" + number + "=orders " + number));
            assertThat(records(servers, "orders", 101)).isEqualTo(expected);
            assertEndsWell(broker);
        }
    }

    @Test
    void terminated_endsWell_andLeavesNothing() throws Exception {
        try (RunProcess broker = start("--topic", "orders")) {
            awaitServers(broker);
            List<ProcessHandle> children = broker.process().descendants().toList();
            assertThat(children).hasSize(1);
            assertThat(brokerDirectories()).hasSize(1);

            assertEndsWell(broker);

            assertThat(brokerDirectories()).isEmpty();
            assertThat(children).noneMatch(ProcessHandle::isAlive);
        }
    }

    /** As Ctrl-C in a terminal does. */
    @Test
    void terminatedTogetherWithItsChild_endsWell_andLeavesNothing() throws Exception {
        try (RunProcess broker = start()) {
            awaitServers(broker);

            broker.process().descendants().forEach(ProcessHandle::destroy);
            assertEndsWell(broker);

            assertThat(brokerDirectories()).isEmpty();
        }
    }

    @Test
    void terminatedWhileItStarts_endsWell_andLeavesNothing() throws Exception {
        try (RunProcess broker = start("--topic", "orders")) {
            Await.until(
                    "its child",
                    LIMIT,
                    () -> broker.process().descendants().findAny().isPresent());

            assertEndsWell(broker);

            assertThat(brokerDirectories()).isEmpty();
        }
    }

    @Test
    void aBrokerThatDies_isAFailure_andLeavesNothing() throws Exception {
        try (RunProcess broker = start()) {
            awaitServers(broker);

            broker.process().descendants().forEach(ProcessHandle::destroyForcibly);

            assertThat(broker.awaitEnd()).isEqualTo(1);
            assertThat(broker.err())
                    .contains("burrow: the broker ended by itself, with status 137")
                    .doesNotContain("LocalBrokerException"); // no stack trace
            assertThat(brokerDirectories()).isEmpty();
        }
    }

    @Test
    void portInUse_isNamed_andTheOtherGoesOn() throws Exception {
        try (RunProcess first = start("--topic", "orders")) {
            String servers = awaitServers(first);
            String port = servers.substring(servers.indexOf(':') + 1);

            try (RunProcess second =
                    RunProcess.startCommand(directory, temporary, "broker", "--port", port, "--topic", "bills")) {
                assertThat(second.awaitEnd()).isEqualTo(1);
                assertThat(second.err())
                        .contains("port " + port + " of localhost")
                        .doesNotContain("\tat ");
                assertThat(second.out()).isEmpty();
            }
            assertThat(brokerDirectories()).hasSize(1);
            try (BrokerClient client = new BrokerClient(servers)) {
                assertThat(client.admin().listTopics().names().get()).containsExactly("orders");
            }
            assertEndsWell(first);
        }
    }

    @Test
    void topicsThatTheBrokerRefuses_areNamed_andNothingIsLeft() throws Exception {
        // names that are the same among the broker's own metrics
        try (RunProcess broker = start("--topic", "a.b", "--topic", "a_b")) {
            assertThat(broker.awaitEnd()).isEqualTo(1);
            assertThat(broker.err())
                    .contains("burrow: cannot make the topic a_b: ")
                    .doesNotContain("\tat ");
            assertThat(brokerDirectories()).isEmpty();
        }
    }

    private RunProcess start(String... arguments) throws IOException {
        String[] words = Stream.concat(Stream.of("broker", "--port", "0"), Stream.of(arguments))
                .toArray(String[]::new);
        return RunProcess.startCommand(directory, temporary, words);
    }

    private static String awaitServers(RunProcess broker) throws IOException {
        Await.until(
                "a broker that listens, or its end",
                LIMIT,
                () -> LISTENING.matcher(broker.out()).find()
                        || !broker.process().isAlive());
        Matcher listening = LISTENING.matcher(broker.out());
        assertThat(listening.find()).as(broker.err()).isTrue();
        return "localhost:" + listening.group(1);
    }

    private static void assertEndsWell(RunProcess broker) throws IOException, InterruptedException {
        broker.terminate();
        assertThat(broker.awaitEnd()).as(broker.err()).isZero();
        assertThat(broker.err()).doesNotContain("burrow:", "Exception");
    }

    private List<Path> brokerDirectories() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("burrow-broker-"))
                    .toList();
        }
    }

    /** All of a topic, as a group would get it. */
    private static TreeSet<String> records(String servers, String topic, int count) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", servers);
        properties.put("group.id", "look");
        properties.put("auto.offset.reset", "earliest");
        TreeSet<String> found = new TreeSet<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            Await.until("all records", LIMIT, () -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    found.add(record.key() + "=" + record.value());
                }
                return found.size() >= count;
            });
        }
        return found;
    }
}
