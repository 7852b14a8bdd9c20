package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.dlq.DeadLetterTopic;
import io.burrow.it.kafka.SharedKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code ./burrow run} in this process, on a topic and a dead-letter topic of each test. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
abstract class RunRig {
    static final Duration LIMIT = Duration.ofSeconds(60);

    final EmbeddedKafka kafka;
    String topic = "";
    String dead = "";

    @TempDir
    Path directory;

    RunRig(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @BeforeEach
    void createTopics(TestInfo test) {
        topic = "run-it-" + test.getTestMethod().orElseThrow().getName();
        dead = topic + "-dlt";
        kafka.createTopic(topic, 2);
        kafka.createTopic(dead, 1);
    }

    final void produce(int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new ProducerRecord<>(topic, i % 2, ("k" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8)));
        }
        kafka.produce(topic, records);
    }

    final ProducerRecord<byte[], byte[]> record(int partition, String key, String value) {
        return new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    final String[] line(String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                "--bootstrap-servers",
                kafka.bootstrapServers(),
                "--group",
                topic,
                "--topic",
                topic,
                "--from",
                "earliest"));
        line.addAll(List.of(arguments));
        return line.toArray(String[]::new);
    }

    final BurrowCliRun runToEnd(String... arguments) {
        List<String> line = new ArrayList<>(List.of("run", "--until-end"));
        line.addAll(List.of(line(arguments)));
        return BurrowCliRun.of(line.toArray(String[]::new));
    }

    final List<String> deadLetters() {
        List<String> letters = new ArrayList<>();
        try (DeadLetterTopic all = DeadLetterTopic.open(kafka.bootstrapServers(), dead)) {
            all.read(record -> letters.add(new String(record.value(), UTF_8) + ": "
                    + new String(
                            record.headers().lastHeader("__dlq.errors.message").value(), UTF_8)));
        }
        return letters;
    }

    final long committed() {
        return kafka.client().committed(topic).values().stream()
                .mapToLong(offset -> offset.offset())
                .sum();
    }

    final void assertAllCommitted() {
        Map<TopicPartition, Long> ends = kafka.client().endOffsets(topic);
        assertThat(kafka.client().committed(topic))
                .allSatisfy((partition, offset) -> assertThat(offset.offset()).isEqualTo(ends.get(partition)))
                .hasSameSizeAs(ends);
    }

    final Path fifo() throws IOException, InterruptedException {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    static void awaitForEver(CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    static String unusedAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }
}
