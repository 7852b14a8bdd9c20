package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.dlq.DeadLetterTopic;
import io.burrow.it.kafka.SharedKafka;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./burrow run} on a real broker: what is done with each record, what becomes of one that fails, bad input. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class RunIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final EmbeddedKafka kafka;
    private String topic = "";
    private String dead = "";

    @TempDir
    private Path directory;

    RunIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @BeforeEach
    void createTopics(TestInfo test) {
        topic = "run-it-" + test.getTestMethod().orElseThrow().getName();
        dead = topic + "-dlt";
        kafka.createTopic(topic, 2);
        kafka.createTopic(dead, 1);
    }

    @Test
    void exec_eachRecord_getsValueAndPosition() throws Exception {
        produce(20);
        Path done = directory.resolve("done");

        BurrowCliRun run = runToEnd(
                "--exec",
                "printf '%s %s %s %s %s\\n' $BURROW_TOPIC $BURROW_PARTITION $BURROW_OFFSET $BURROW_KEY \"$(cat)\" >> "
                        + done);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("stopped: 20 done");
        assertThat(Files.readAllLines(done))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20)
                        .mapToObj(i -> topic + " " + i % 2 + " " + i / 2 + " k" + i + " v" + i)
                        .toList());
        assertAllCommitted();
    }

    @Test
    void exec_failures_areTriedAgainOrGivenUp() throws Exception {
        produce(6);
        Path attempts = directory.resolve("attempts");

        BurrowCliRun run = runToEnd(
                "--retries",
                "2",
                "--backoff",
                "10ms",
                "--dead-letter-topic",
                dead,
                "--exec",
                "read -r v; echo $v >> " + attempts
                        + "; case $v in v1) exit 65;; v2) exit 7;; v3) test $BURROW_ATTEMPT = 2;; esac");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("stopped: 4 done, dead letters 2");
        assertThat(Files.readAllLines(attempts))
                .containsExactlyInAnyOrder("v0", "v1", "v2", "v2", "v2", "v3", "v3", "v4", "v5");
        assertThat(deadLetters()).containsExactlyInAnyOrder("v1: exit status 65", "v2: exit status 7");
        assertAllCommitted();
    }

    @Test
    void givenUpWithoutDeadLetters_isParkedAndComesAgain() throws Exception {
        produce(4);
        Path attempts = directory.resolve("attempts");

        BurrowCliRun failing = runToEnd("--retries", "0", "--exec", "read -r v; test $v != v1");
        assertThat(failing.status()).as(failing.err()).isEqualTo(1);
        assertThat(failing.err())
                .contains("given up after attempt 1: " + topic + "-1@0: exit status 1", "stopped: 3 done, parked 1");

        BurrowCliRun mended = runToEnd("--exec", "cat >> " + attempts);
        assertThat(mended.status()).as(mended.err()).isZero();
        assertThat(Files.readString(attempts)).contains("v1").doesNotContain("v0");
        assertAllCommitted();
    }

    @Test
    void untilEnd_endsWhereTheRestWaitsForWhatIsParked() {
        kafka.produce(
                topic,
                List.of(record(0, "k", "v0"), record(0, "k", "v1"), record(0, "other", "v2"), record(1, "k", "v3")));

        BurrowCliRun run = runToEnd("--retries", "0", "--exec", "read -r v; test $v != v0");

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("stopped: 2 done, parked 1, 2 fetched but not done: they come again");
    }

    @Test
    void exec_tooLong_isEndedAndTriedAgain() throws Exception {
        produce(1);
        Path fifo = fifo();

        BurrowCliRun run = runToEnd(
                "--timeout",
                "1s",
                "--backoff",
                "10ms",
                "--retries",
                "20",
                "--exec",
                "test $BURROW_ATTEMPT -ge 2 || exec cat < " + fifo);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("stopped: 1 done");
        assertAllCommitted();
    }

    @Test
    void exec_noSuchCommandInside_stopsEverything() throws Exception {
        produce(10);

        BurrowCliRun run = runToEnd("--exec", "{ no-such-command-here; } 2> /dev/null");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("RECORD_HALTED", "exit status 127: the shell found no such command", "halted: 0 done")
                .doesNotContain("\tat ");
    }

    @Test
    void fiveGivenUpInARow_stopEverything_andSayWhy() throws Exception {
        produce(20);

        BurrowCliRun run = runToEnd("--retries", "0", "--exec", "exit 3");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("ERROR_THRESHOLD", "exit status 3", "halted: 0 done");
    }

    @Test
    void http_statuses_sayWhatComesNext() throws Exception {
        produce(6);
        Queue<String> attempts = new ConcurrentLinkedQueue<>();
        Map<String, Long> firstNanos = new ConcurrentHashMap<>();
        Map<String, Long> waitedNanos = new ConcurrentHashMap<>();
        try (HttpReceiver server = new HttpReceiver(exchange -> {
            String value = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            int attempt = Integer.parseInt(exchange.getRequestHeaders().getFirst("Burrow-Attempt"));
            attempts.add(value + " " + attempt + " " + exchange.getRequestMethod());
            firstNanos.putIfAbsent(value, System.nanoTime());
            waitedNanos.put(value, System.nanoTime() - firstNanos.getOrDefault(value, 0L));
            boolean again = attempt > 1;
            exchange.getResponseHeaders().set("Retry-After", "1");
            HttpReceiver.answer(
                    exchange,
                    switch (value) {
                        case "v1" -> 400;
                        case "v2" -> again ? 200 : 429;
                        case "v3" -> again ? 204 : 503;
                        case "v4" -> 500;
                        default -> 200;
                    });
        })) {
            BurrowCliRun run = runToEnd(
                    "--retries", "1", "--backoff", "10ms", "--dead-letter-topic", dead, "--http", server.url());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.err()).contains("stopped: 4 done, dead letters 2");
        }
        assertThat(attempts)
                .containsExactlyInAnyOrder(
                        "v0 1 POST",
                        "v1 1 POST",
                        "v2 1 POST",
                        "v2 2 POST",
                        "v3 1 POST",
                        "v3 2 POST",
                        "v4 1 POST",
                        "v4 2 POST",
                        "v5 1 POST");
        assertThat(waitedNanos.get("v2"))
                .as("it was asked for a second")
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(deadLetters()).containsExactlyInAnyOrder("v1: HTTP status 400", "v4: HTTP status 500");
        assertAllCommitted();
    }

    @Test
    void http_whatTheServerPutsOff_usesUpNoRetries() throws Exception {
        kafka.produce(topic, List.of(record(0, "a", "mended"), record(1, "b", "broken")));
        Map<String, List<Integer>> statuses = Map.of(
                "mended", List.of(429, 503, 500, 200),
                "broken", List.of(429, 500, 429, 500, 200));
        Queue<String> attempts = new ConcurrentLinkedQueue<>();
        try (HttpReceiver server = new HttpReceiver(exchange -> {
            String value = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            int attempt = Integer.parseInt(exchange.getRequestHeaders().getFirst("Burrow-Attempt"));
            int status = statuses.get(value).get(attempt - 1);
            attempts.add(value + " " + attempt + " " + status);
            exchange.getResponseHeaders().set("Retry-After", "1");
            HttpReceiver.answer(exchange, status);
        })) {
            BurrowCliRun run = runToEnd(
                    "--retries", "1", "--backoff", "10ms", "--dead-letter-topic", dead, "--http", server.url());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.err()).contains("stopped: 1 done, dead letters 1");
        }
        assertThat(attempts)
                .containsExactlyInAnyOrder(
                        "mended 1 429",
                        "mended 2 503",
                        "mended 3 500",
                        "mended 4 200",
                        "broken 1 429",
                        "broken 2 500",
                        "broken 3 429",
                        "broken 4 500");
        assertThat(deadLetters()).containsExactly("broken: HTTP status 500");
        assertAllCommitted();
    }

    @Test
    void http_request_tellsThePosition() throws Exception {
        kafka.produce(topic, List.of(new ProducerRecord<>(topic, 1, 77L, "k".getBytes(UTF_8), (byte[]) null)));
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (HttpReceiver server = new HttpReceiver(exchange -> {
            for (String name : List.of("Topic", "Partition", "Offset", "Timestamp", "Key-Base64", "Tombstone")) {
                seen.add(name + "=" + exchange.getRequestHeaders().getFirst("Burrow-" + name));
            }
            seen.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + exchange.getRequestHeaders().get("X-Me"));
            HttpReceiver.answer(exchange, 200);
        })) {
            BurrowCliRun run =
                    runToEnd("--header", "Content-Type: text/plain", "--header", "X-Me: a", "--http", server.url());

            assertThat(run.status()).as(run.err()).isZero();
        }
        assertThat(seen)
                .containsExactly(
                        "Topic=" + topic,
                        "Partition=1",
                        "Offset=0",
                        "Timestamp=77",
                        "Key-Base64=aw==",
                        "Tombstone=true",
                        "/records?from=test text/plain [a]");
    }

    @Test
    void http_noAnswerInTime_isAFailedAttempt() throws Exception {
        produce(1);
        CountDownLatch never = new CountDownLatch(1);
        try (HttpReceiver server = new HttpReceiver(exchange -> {
            if (exchange.getRequestHeaders().getFirst("Burrow-Attempt").equals("1")) {
                awaitForEver(never);
            }
            HttpReceiver.answer(exchange, 200);
        })) {
            BurrowCliRun run = runToEnd("--timeout", "300ms", "--backoff", "10ms", "--http", server.url());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.err()).contains("stopped: 1 done");
        }
    }

    @Test
    void http_nobodyListens_stopsAndSaysSo() throws Exception {
        produce(20);

        BurrowCliRun run = runToEnd("--retries", "0", "--http", "http://" + unusedAddress() + "/");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("ERROR_THRESHOLD", "no answer: ConnectException");
    }

    @Test
    void print_writesALineForEachRecord() throws Exception {
        produce(4);
        try (RunProcess run = RunProcess.start(directory, line("--until-end", "--print"))) {
            assertThat(run.awaitEnd()).as(run.err()).isZero();

            assertThat(run.out().lines())
                    .containsExactlyInAnyOrder(
                            topic + "-0@0\tv0", topic + "-1@0\tv1", topic + "-0@1\tv2", topic + "-1@1\tv3");
            assertThat(run.err()).contains("stopped: 4 done");
        }
        assertAllCommitted();
    }

    @Test
    void print_readerEnds_endsCleanly() throws Exception {
        produce(1);
        try (RunProcess run = RunProcess.startPiped(directory, line("--print"))) {
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(run.process().getInputStream(), UTF_8));
            assertThat(reader.readLine()).isEqualTo(topic + "-0@0\tv0");
            reader.close();

            produce(1);

            assertThat(run.awaitEnd()).as(run.err()).isZero();
            assertThat(run.err()).contains("stopped: 1 done").doesNotContain("Broken pipe", "Exception");
        }
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void print_whereNothingCanBeWritten_stopsAndSaysSo() throws Exception {
        produce(1);
        try (RunProcess run = RunProcess.startInto(directory, Path.of("/dev/full"), line("--print"))) {
            assertThat(run.awaitEnd()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains("RECORD_HALTED", "standard output cannot be written", "halted: 0 done");
        }
        assertThat(committed()).isZero();
    }

    @Test
    void metrics_areServed() throws Exception {
        Path started = directory.resolve("started");
        produce(1);
        try (RunProcess run =
                RunProcess.start(directory, line("--metrics-port", "0", "--exec", "echo x >> " + started))) {
            Await.until("the first record", LIMIT, () -> Files.exists(started));
            var page = Pattern.compile("metrics at (http://\\S+)").matcher(run.err());
            assertThat(page.find()).as(run.err()).isTrue();

            String metrics = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(page.group(1) + "metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();

            assertThat(metrics).contains("burrow_");
            run.terminate();
            assertThat(run.awaitEnd()).isZero();
        }
    }

    @Test
    void topicMissing_saysWhichAndWhatToDo() {
        BurrowCliRun run = BurrowCliRun.of(
                "run",
                "--bootstrap-servers",
                kafka.bootstrapServers(),
                "--group",
                "g",
                "--topic",
                "no-such-topic",
                "--print");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("burrow: TOPIC_MISSING", "[no-such-topic]", "create the topic, correct its name")
                .doesNotContain("\tat ");
    }

    @Test
    void deadLetterTopicMissing_saysWhich() {
        BurrowCliRun run = runToEnd("--dead-letter-topic", "no-such-letters", "--exec", "true");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("burrow: TOPIC_MISSING", "no-such-letters")
                .doesNotContain("\tat ");
    }

    @Test
    void metricsPortTaken_saysSoBeforeItStarts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BurrowCliRun run = runToEnd("--metrics-port", "" + taken.getLocalPort(), "--exec", "true");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err())
                    .contains("" + taken.getLocalPort(), "choose another port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void propertiesThatCannotBe_areRefusedByName() throws Exception {
        Path file = Files.writeString(directory.resolve("client.properties"), "enable.auto.commit=true\n");

        BurrowCliRun run = runToEnd("--properties", file.toString(), "--exec", "true");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("enable.auto.commit must be false or left out")
                .doesNotContain("\tat ");
    }

    private void produce(int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new ProducerRecord<>(topic, i % 2, ("k" + i).getBytes(UTF_8), ("v" + i).getBytes(UTF_8)));
        }
        kafka.produce(topic, records);
    }

    private ProducerRecord<byte[], byte[]> record(int partition, String key, String value) {
        return new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private String[] line(String... arguments) {
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

    private BurrowCliRun runToEnd(String... arguments) {
        List<String> line = new ArrayList<>(List.of("run", "--until-end"));
        line.addAll(List.of(line(arguments)));
        return BurrowCliRun.of(line.toArray(String[]::new));
    }

    private List<String> deadLetters() {
        List<String> letters = new ArrayList<>();
        try (DeadLetterTopic all = DeadLetterTopic.open(kafka.bootstrapServers(), dead)) {
            all.read(record -> letters.add(new String(record.value(), UTF_8) + ": "
                    + new String(
                            record.headers().lastHeader("__dlq.errors.message").value(), UTF_8)));
        }
        return letters;
    }

    private long committed() {
        return kafka.client().committed(topic).values().stream()
                .mapToLong(offset -> offset.offset())
                .sum();
    }

    private void assertAllCommitted() {
        Map<TopicPartition, Long> ends = kafka.client().endOffsets(topic);
        assertThat(kafka.client().committed(topic))
                .allSatisfy((partition, offset) -> assertThat(offset.offset()).isEqualTo(ends.get(partition)))
                .hasSameSizeAs(ends);
    }

    private Path fifo() throws IOException, InterruptedException {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    private static void awaitForEver(CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static String unusedAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }
}
