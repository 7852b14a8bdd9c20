package io.burrow.it.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class DemoIT {

    /** The standard plan in a tenth of the time. */
    private static final DemoPlan SHORT = new DemoPlan(
            2,
            Duration.ofMillis(50),
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            40,
            200,
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            500,
            2,
            Duration.ofMillis(100),
            1_000,
            40);

    /** What a scrape shows of the three partitions: docs/operations.md tells how to find it. */
    private static final List<Pattern> HELD_UP = List.of(
            Pattern.compile("burrow_partition_parked\\{burrow=\"look\",partition=\"1\",topic=\"[^\"]+\"} 1\\.0"),
            Pattern.compile("burrow_partition_retrying\\{burrow=\"look\",partition=\"2\",topic=\"[^\"]+\"} 1\\.0"),
            Pattern.compile("burrow_partition_blocked\\{burrow=\"look\",partition=\"3\",reason=\"held_by_stuck\","
                    + "topic=\"[^\"]+\"} 1\\.0"));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final AtomicReference<String> seen = new AtomicReference<>("");
    private final AtomicReference<String> scraped = new AtomicReference<>("");

    @Test
    void run_brokerOfItsOwn_isMuchFasterAndLosesNothing() throws IOException {
        DemoFigures figures = run(null);

        assertSound(figures);
        assertThat(FiguresJson.of(figures))
                .contains("serial_per_s", "burrow_per_s", "speedup", "\"lost\" : 0", "\"dead_lettered\" : 1");
        assertThat(printed())
                .contains("attempt 3 failed, the record is exhausted")
                .contains("read from the dead-letter topic: offset ")
                .contains("500 of 500 records committed")
                .contains("1,000 records handled, 1,000 committed")
                .contains("lost 0, redelivered " + figures.redelivered())
                .doesNotContain("\u001b");
    }

    @Test
    void run_withAPage_showsItsBurrows_andAtTheEndThreePartitionsThatAreHeldUp() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        List<URI> opened = new CopyOnWriteArrayList<>();
        Browser broken = new Browser(new Terminal(false, true, 100, StandardCharsets.UTF_8), uri -> {
            opened.add(uri);
            throw new IllegalStateException("test: the browser is broken, and the demo goes on");
        });
        try (PipedOutputStream keyboard = new PipedOutputStream();
                DemoPage page = new DemoPage(0, new PipedInputStream(keyboard), broken)) {
            URI stats = page.uri().resolve("/stats");
            Thread viewer = new Thread(() -> {
                try {
                    Await.until("what holds the partitions up", Duration.ofSeconds(150), () -> {
                        String body = client.send(HttpRequest.newBuilder(stats).build(), BodyHandlers.ofString())
                                .body();
                        seen.set(body);
                        return body.contains("\"name\":\"look\"")
                                && body.contains("\"parked\":1")
                                && body.contains("\"retrying\":1")
                                && client.send(
                                                HttpRequest.newBuilder(
                                                                page.uri().resolve("/health/ready"))
                                                        .build(),
                                                BodyHandlers.ofString())
                                        .body()
                                        .contains("handled for");
                    });
                    Await.until("the same in the metrics", Duration.ofSeconds(60), () -> {
                        HttpRequest scrape =
                                HttpRequest.newBuilder(page.metricsUri()).build();
                        scraped.set(client.send(scrape, BodyHandlers.ofString()).body());
                        return HELD_UP.stream()
                                .allMatch(each -> each.matcher(scraped.get()).find());
                    });
                } finally {
                    enter(keyboard);
                }
            });
            viewer.start();

            assertSound(run(null, page));

            viewer.join();
            assertThat(opened).containsExactly(page.uri());
        }
        assertThat(seen.get())
                .contains("\"name\":\"burrow-40\"", "\"name\":\"failing\"", "\"name\":\"look\"")
                .contains("\"parked\":1", "\"retrying\":1");
        assertThat(scraped.get())
                .contains("burrow_deadletters_total{burrow=\"failing\",outcome=\"acknowledged\"} 1.0")
                .satisfies(body ->
                        assertThat(HELD_UP).allSatisfy(each -> assertThat(body).containsPattern(each)));
        assertThat(printed()).contains("the page is at http://127.0.0.1:", "/metrics", "Enter ends the demo");
    }

    private static void enter(OutputStream keyboard) {
        try {
            keyboard.write('\n');
            keyboard.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void run_existingCluster_leavesNothingBehind() throws InterruptedException, ExecutionException {
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            broker.createTopic("theirs", 1);

            assertSound(run(broker.bootstrapServers()));

            assertThat(broker.admin().listTopics().names().get()).containsExactly("theirs");
            assertThat(broker.admin().listGroups().all().get()).isEmpty();
        }
    }

    @Test
    void run_nobodyListens_saysSo() throws IOException {
        String address = "127.0.0.1:" + unusedPort();

        assertThatThrownBy(() -> run(address))
                .isInstanceOf(DemoException.class)
                .hasMessageStartingWith("no broker answered at " + address);
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void assertSound(DemoFigures figures) {
        assertThat(figures.lost()).isZero();
        assertThat(figures.redelivered()).isPositive().isLessThan(figures.crashRecords());
        assertThat(figures.deadLettered()).isEqualTo(1);
        assertThat(figures.attempts()).isEqualTo(3);
        assertThat(figures.sound()).isTrue();
        // The machine may be busy with other things: the full figures are the demo's own, not this test's.
        assertThat(figures.plainPerSecond()).isBetween(5.0, 20.1);
        assertThat(figures.speedup()).isBetween(10.0, 60.0);
        assertThat(figures.manyPerSecond() != null).isEqualTo(Runtime.version().feature() >= 21);
    }

    private DemoFigures run(@Nullable String bootstrapServers) {
        return run(bootstrapServers, null);
    }

    private DemoFigures run(@Nullable String bootstrapServers, @Nullable DemoPage page) {
        Terminal terminal = new Terminal(false, false, 100, StandardCharsets.UTF_8);
        Screen screen = terminal.screen(new PrintStream(out, true, StandardCharsets.UTF_8));
        return new Demo(SHORT, bootstrapServers, screen, page).run();
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
