package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code ./burrow run} ends in a process of its own: asked to, in time or not; and killed, with nothing lost. */
@ExtendWith(SharedKafka.class)
@Timeout(600)
class RunStopIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    /** Thousands of processes are started and ended, one after the other on each processor. */
    private static final Duration FOR_COMMANDS = Duration.ofMinutes(8);

    private static final int PARTITIONS = 4;
    private static final int RECORDS = 10_000;

    private final EmbeddedKafka kafka;
    private String topic = "";

    @TempDir
    private Path directory;

    RunStopIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @BeforeEach
    void createTopic(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName() + "-" + test.getDisplayName();
        topic = "run-stop-it-" + name.replaceAll("\\W+", "-");
        kafka.createTopic(topic, PARTITIONS);
    }

    @Test
    void terminated_letsCommandsEndAndCommits() throws Exception {
        produce(PARTITIONS);
        Path started = directory.resolve("started");
        Path done = directory.resolve("done");
        Path fifo = fifo();
        RandomAccessFile held = new RandomAccessFile(fifo.toFile(), "rw");
        try (RunProcess run =
                start("--exec", "exec 3< " + fifo + "; echo x >> " + started + "; cat <&3; echo x >> " + done)) {
            Await.until("all commands", LIMIT, () -> lines(started).size() == PARTITIONS);

            run.terminate();
            held.close(); // what the commands wait for

            assertThat(run.awaitEnd()).as(run.err()).isZero();
            assertThat(run.err()).contains("stopped: 4 done").doesNotContain("Exception");
        } finally {
            held.close();
        }
        assertThat(lines(done)).hasSize(PARTITIONS);
        assertThat(committed()).isEqualTo(PARTITIONS);
    }

    @Test
    void terminated_commandsThatDoNotEnd_areEndedAndTheirRecordsComeAgain() throws Exception {
        produce(PARTITIONS);
        Path started = directory.resolve("started");
        Path fifo = fifo();
        try (RandomAccessFile held = new RandomAccessFile(fifo.toFile(), "rw");
                RunProcess run = start(
                        "--retries",
                        "0",
                        "--close-timeout",
                        "300ms",
                        "--exec",
                        "exec 3< " + fifo + "; echo $$ >> " + started + "; cat <&3")) {
            assertThat(held.getChannel().isOpen()).isTrue();
            Await.until("all commands", LIMIT, () -> lines(started).size() == PARTITIONS);

            run.terminate();

            assertThat(run.awaitEnd()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains("--close-timeout", "stopped: 0 done");
        }
        assertThat(committed()).isZero();
        for (String pid : lines(started)) {
            Await.until(
                    "the end of the command " + pid,
                    LIMIT,
                    () -> ProcessHandle.of(Long.parseLong(pid)).stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    /** As Ctrl-C in a terminal does, whether a command dies of it or ends itself with a status of its choice. */
    @ParameterizedTest
    @ValueSource(strings = {"true", "trap \"exit 1\" TERM", "trap \"exit 65\" TERM"})
    void terminatedTogetherWithItsCommands_givesNoRecordUp(String trap) throws Exception {
        produce(PARTITIONS);
        Path started = directory.resolve("started");
        Path fifo = fifo();
        try (RandomAccessFile held = new RandomAccessFile(fifo.toFile(), "rw");
                RunProcess run = start(
                        "--retries",
                        "0",
                        "--exec",
                        trap + "; exec 3< " + fifo + "; cat <&3 & echo $$ >> " + started + "; wait $!")) {
            assertThat(held.getChannel().isOpen()).isTrue();
            Await.until("all commands", LIMIT, () -> lines(started).size() == PARTITIONS);

            List<ProcessHandle> commands = run.process().descendants().toList();
            run.terminate();
            commands.forEach(ProcessHandle::destroy);

            assertThat(run.awaitEnd()).as(run.err()).isZero();
            assertThat(run.err())
                    .contains("stopped: 0 done, 4 fetched but not done: they come again")
                    .doesNotContain("exhausted");
        }
        assertThat(committed()).isZero();
    }

    @Test
    void killed_amidTenThousandRequests_losesNone() throws Exception {
        produce(RECORDS);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger requests = new AtomicInteger();
        CountDownLatch killed = new CountDownLatch(1);
        try (HttpReceiver server = new HttpReceiver(exchange -> {
            if (requests.incrementAndGet() > RECORDS / 2) {
                await(killed); // so that it is killed in the middle
            }
            exchange.getRequestBody().readAllBytes();
            seen.add(exchange.getRequestHeaders().getFirst("Burrow-Partition") + " "
                    + exchange.getRequestHeaders().getFirst("Burrow-Offset"));
            HttpReceiver.answer(exchange, 200);
        })) {
            String[] work = {"--until-end", "--order", "none", "--http", server.url()};
            try (RunProcess run = start(work)) {
                Await.until("half of the records", LIMIT, () -> requests.get() > RECORDS / 2 && committed() > 0);
                run.kill();
            }
            assertThat(seen.size()).as("handled when it was killed").isLessThan(RECORDS);
            killed.countDown();
            int before = requests.get();

            try (RunProcess run = start(work)) {
                assertThat(run.awaitEnd()).as(run.err()).isZero();
            }
            assertThat(requests.get() - before).as("requests of the second run").isLessThan(RECORDS);
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(positions());
        assertThat(committed()).isEqualTo(RECORDS);
    }

    @Test
    void killed_amidTenThousandCommands_losesNone() throws Exception {
        produce(RECORDS);
        Path done = directory.resolve("done");
        String[] work = {"--until-end", "--exec", "printf '%s %s\\n' $BURROW_PARTITION $BURROW_OFFSET >> " + done};
        try (RunProcess run = start(work)) {
            Await.until("a part of the records", LIMIT, () -> lines(done).size() > RECORDS / 4 && committed() > 0);
            run.kill();
        }
        int before = lines(done).size();
        assertThat(before).as("handled when it was killed").isLessThan(RECORDS);

        try (RunProcess run = start(work)) {
            assertThat(run.awaitEnd(FOR_COMMANDS)).as(run.err()).isZero();
        }
        assertThat(lines(done).size() - before).as("commands of the second run").isLessThan(RECORDS);
        assertThat(Set.copyOf(lines(done))).containsExactlyInAnyOrderElementsOf(positions());
        assertThat(committed()).isEqualTo(RECORDS);
    }

    private static List<String> positions() {
        return IntStream.range(0, PARTITIONS)
                .boxed()
                .flatMap(partition ->
                        IntStream.range(0, RECORDS / PARTITIONS).mapToObj(offset -> partition + " " + offset))
                .toList();
    }

    private void produce(int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new ProducerRecord<>(
                    topic, i % PARTITIONS, ("k" + i % 1_000).getBytes(UTF_8), ("v" + i).getBytes(UTF_8)));
        }
        kafka.produce(topic, records);
    }

    /** A static member: after a kill its successor has the partitions at once. */
    private RunProcess start(String... arguments) throws IOException {
        Path properties = directory.resolve("client.properties");
        Files.writeString(properties, "group.instance.id=one\n");
        List<String> line = new ArrayList<>(List.of(
                "--bootstrap-servers",
                kafka.bootstrapServers(),
                "--group",
                topic,
                "--topic",
                topic,
                "--from",
                "earliest",
                "--properties",
                properties.toString()));
        line.addAll(List.of(arguments));
        return RunProcess.start(directory, line.toArray(String[]::new));
    }

    private long committed() {
        return kafka.client().committed(topic).values().stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
    }

    private static List<String> lines(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.toList();
        }
    }

    private Path fifo() throws IOException, InterruptedException {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
