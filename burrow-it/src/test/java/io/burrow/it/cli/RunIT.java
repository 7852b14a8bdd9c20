package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code ./burrow run} on a real broker: commands and printing, what becomes of a record that fails, bad input. */
class RunIT extends RunRig {
    RunIT(EmbeddedKafka kafka) {
        super(kafka);
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
    void exec_failures_areTriedAgainOrExhausted() throws Exception {
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
    void exhaustedWithoutDeadLetters_isParkedAndComesAgain() throws Exception {
        produce(4);
        Path attempts = directory.resolve("attempts");

        BurrowCliRun failing = runToEnd("--retries", "0", "--exec", "read -r v; test $v != v1");
        assertThat(failing.status()).as(failing.err()).isEqualTo(1);
        assertThat(failing.err())
                .contains("exhausted after attempt 1: " + topic + "-1@0: exit status 1", "stopped: 3 done, parked 1");

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
    void fiveExhaustedInARow_stopEverything_andSayWhy() throws Exception {
        produce(20);

        BurrowCliRun run = runToEnd("--retries", "0", "--exec", "exit 3");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("ERROR_THRESHOLD", "exit status 3", "halted: 0 done");
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
}
