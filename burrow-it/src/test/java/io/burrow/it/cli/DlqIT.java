package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.demo.DemoPlan;
import io.burrow.it.dlq.DeadLetterTopic;
import io.burrow.it.kafka.SharedKafka;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

/** {@code ./burrow dlq} on letters of each style, one that tells no origin, and one without its value. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class DlqIT {
    private static final byte[] KEY = {0, (byte) 0xff, 7};
    private static final byte[] VALUE = "s3cret".getBytes(UTF_8);

    private final EmbeddedKafka kafka;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String source = "";
    private String dead = "";

    DlqIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @BeforeEach
    void createLetters(TestInfo test) {
        source = "dlq-it-" + test.getTestMethod().orElseThrow().getName();
        dead = source + "-dlt";
        kafka.createTopic(source, 2);
        kafka.createTopic(dead, 2);
        kafka.produce(
                dead,
                List.of(
                        letter(
                                0,
                                text("__dlq.errors.topic", source),
                                text("__dlq.errors.partition", "1"),
                                text("__dlq.errors.offset", "40"),
                                text("burrow.dlq.exception.class", "java.lang.IllegalStateException"),
                                text("burrow.dlq.attempts", "4"),
                                text("burrow.dlq.failed.at", "2024-05-06T07:08:09Z")),
                        letter(
                                0,
                                text("kafka_dlt-original-topic", source),
                                new RecordHeader(
                                        "kafka_dlt-original-partition",
                                        ByteBuffer.allocate(4).putInt(0).array()),
                                new RecordHeader(
                                        "kafka_dlt-original-offset",
                                        ByteBuffer.allocate(8).putLong(41).array()),
                                text("kafka_dlt-exception-fqcn", "org.example.Bad\u001b[2J")),
                        letter(
                                1,
                                text("__connect.errors.topic", source),
                                text("__connect.errors.partition", "7"),
                                text("__connect.errors.offset", "42"),
                                text("__connect.errors.task.id", "0")),
                        letter(1),
                        letter(
                                1,
                                text("__dlq.errors.topic", source),
                                text("__dlq.errors.partition", "1"),
                                text("__dlq.errors.offset", "44"),
                                text("burrow.dlq.value.stripped.bytes", "2000000"))));
    }

    private ProducerRecord<byte[], byte[]> letter(int partition, Header... added) {
        List<Header> headers = new ArrayList<>();
        headers.add(text("trace", "s3cret trace"));
        headers.add(new RecordHeader("empty", (byte[]) null));
        headers.addAll(List.of(added));
        return new ProducerRecord<>(dead, partition, KEY, VALUE, headers);
    }

    private static Header text(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    @Test
    void list_tellsOfEachStyleAndNothingOfTheContents() {
        assertThat(run("list")).isZero();

        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(7).noneMatch(line -> line.contains("s3cret") || line.contains("\u001b"));
        assertThat(lines.get(0)).contains("POSITION", "ORIGIN", "ATTEMPTS", "TIME", "EXCEPTION");
        assertThat(lines.get(1))
                .startsWith("0@0 ")
                .contains(source + "-1@40 ", " 4 ", "2024-05-06T07:08:09Z", "java.lang.IllegalStateException");
        assertThat(lines.get(2)).startsWith("0@1 ").contains(source + "-0@41 ", " - ", "org.example.Bad?[2J");
        assertThat(lines.get(3)).startsWith("1@0 ").contains(source + "-7@42 ");
        assertThat(lines.get(4)).startsWith("1@1 ").contains(" - ");
        assertThat(lines.get(5)).startsWith("1@2 ").contains("(value left out)");
        assertThat(lines.get(6)).isEqualTo("records: 5");
    }

    @Test
    void list_moreThanWanted_saysSo() {
        assertThat(run("list", "--max", "3")).isZero();

        assertThat(out.toString().lines())
                .hasSize(5)
                .last()
                .isEqualTo("the first 3 records; there are more, see --max");
    }

    @Test
    void show_showsContentsOnlyIfAsked() {
        assertThat(run("show", "--partition", "0", "--offset", "1")).isZero();
        assertThat(out.toString())
                .contains("origin: " + source + "-0@41", "key: 3 bytes", "value: 6 bytes")
                .contains("  trace: 12 bytes", "  empty: none", "  kafka_dlt-original-offset: 41")
                .doesNotContain("s3cret");

        assertThat(run("show", "--partition", "0", "--offset", "1", "--contents"))
                .isZero();
        assertThat(out.toString()).contains("value: s3cret").doesNotContain("s3cret trace");
    }

    @Test
    void show_nothingThere_fails() {
        assertThat(run("show", "--partition", "0", "--offset", "2")).isEqualTo(1);
        assertThat(run("show", "--partition", "2", "--offset", "0")).isEqualTo(1);

        assertThat(err.toString().lines())
                .containsExactly(
                        "burrow: there is no record at " + dead + "-0@2: it holds the offsets 0 to 1",
                        "burrow: the topic " + dead + " has no partition 2");
    }

    @Test
    void replay_one_goesBackAsItWas() {
        assertThat(run("replay", "--partition", "0", "--offset", "0")).isZero();

        assertThat(out.toString().lines()).containsExactly("replayed: 1, skipped: 0");
        assertThat(read(source)).singleElement().satisfies(record -> {
            assertThat(record.partition()).isEqualTo(1);
            assertThat(record.key()).isEqualTo(KEY);
            assertThat(record.value()).isEqualTo(VALUE);
            assertThat(record.headers().toArray())
                    .containsExactly(text("trace", "s3cret trace"), new RecordHeader("empty", (byte[]) null));
        });
    }

    @Test
    void replay_all_sendsWhatItCanAndTellsTheRest() {
        assertThat(run("replay", "--all", "--dry-run")).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "would send 0@0 to " + source + "-1",
                        "would send 0@1 to " + source + "-0",
                        "would send 1@0 to " + source,
                        "would replay: 3, skipped: 2");
        assertThat(read(source)).isEmpty();

        assertThat(run("replay", "--all")).isEqualTo(1);
        assertThat(out.toString().lines()).last().isEqualTo("replayed: 3, skipped: 2");
        assertThat(err.toString())
                .contains("skipped 1@1: its headers do not tell", "skipped 1@2: its value was left out");
        assertThat(read(source)).hasSize(3);
    }

    @Test
    void replay_toAnotherTopic_needsNoOrigin() {
        kafka.createTopic(source + "-again", 1);

        assertThat(run("replay", "--partition", "1", "--offset", "1", "--to", source + "-again"))
                .isZero();
        assertThat(read(source + "-again")).hasSize(1);
        assertThat(run("replay", "--all", "--to", "nowhere-at-all")).isEqualTo(1);
        assertThat(err.toString()).contains("burrow: there is no topic nowhere-at-all at " + kafka.bootstrapServers());
    }

    @Test
    void noSuchTopic_isToldAndNotMade() {
        assertThat(execute("list", "no-such-topic")).isEqualTo(1);
        assertThat(execute("list", "no-such-topic")).isEqualTo(1);

        assertThat(err.toString().lines())
                .containsOnly("burrow: there is no topic no-such-topic at " + kafka.bootstrapServers());
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (DeadLetterTopic all = DeadLetterTopic.open(kafka.bootstrapServers(), topic)) {
            all.read(records::add);
        }
        return records;
    }

    private int run(String command, String... arguments) {
        return execute(command, dead, arguments);
    }

    private int execute(String command, String topic, String... arguments) {
        List<String> line = new ArrayList<>(
                List.of("dlq", command, "--bootstrap-servers", kafka.bootstrapServers(), "--topic", topic));
        line.addAll(List.of(arguments));
        CommandLine burrow = BurrowCli.commandLine(DemoPlan.standard());
        burrow.setOut(new PrintWriter(out, true));
        burrow.setErr(new PrintWriter(err, true));
        return burrow.execute(line.toArray(String[]::new));
    }
}
