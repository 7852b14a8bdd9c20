package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.PartitionStats;
import io.burrow.api.TopicPartition;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean no good, or are gone: whatever they do, a probe is answered. */
class HostileClientsTest {
    private static final String HALF = "GET /stats HTT";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ScriptedControl shop = new ScriptedControl("shop");
    private final List<SocketChannel> clients = new ArrayList<>();
    private MetricsServer server = start(Duration.ofMillis(500));

    private MetricsServer start(Duration requestLimit) {
        MetricsServer started =
                MetricsServer.builder(registry).requestLimit(requestLimit).start();
        started.show(shop);
        return started;
    }

    private void restart(Duration requestLimit) {
        server.close();
        server = start(requestLimit);
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
        server.close();
    }

    /** Sends something, and does not read. */
    private SocketChannel send(String text) throws IOException {
        SocketChannel client = SocketChannel.open();
        clients.add(client);
        client.socket().setReceiveBufferSize(2_048);
        client.connect(new InetSocketAddress("127.0.0.1", server.port()));
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
        return client;
    }

    private void sendFromAsManyAsThereAreThreads(String text) throws IOException {
        for (int i = 0; i < RequestThreads.THREADS; i++) {
            send(text);
        }
    }

    /** How many were dropped; of what they were sent nothing is kept. */
    private long dropped() throws IOException {
        long dropped = 0;
        for (SocketChannel client : clients) {
            client.configureBlocking(false);
            dropped += isDropped(client) ? 1 : 0;
        }
        return dropped;
    }

    private static boolean isDropped(SocketChannel client) {
        try {
            ByteBuffer read = ByteBuffer.allocate(1 << 16);
            int count = client.read(read);
            while (count > 0) {
                read.clear();
                count = client.read(read);
            }
            return count < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Sends a request and reads what comes until the connection ends. */
    private String exchange(String text) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private void assertAnswersAProbe() throws IOException {
        assertThat(exchange("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"live\":true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HALF,
                "GET /stats HTTP/1.1\r\nHost: localhost\r\nX-Half: ",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nnot a thousand",
                "GET /stats HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nno"
            })
    void thoseThatStopAmidARequest_areDropped_andOthersAreAnswered(String half) throws Exception {
        sendFromAsManyAsThereAreThreads(half);

        assertAnswersAProbe();
        Eventually.until("them to be dropped", () -> dropped() == clients.size());
    }

    @Test
    void thoseThatDoNotReadTheirAnswer_areDropped_andOthersAreAnswered() throws Exception {
        for (int i = 0; i < 30_000; i++) { // more than buffers hold
            TopicPartition partition = new TopicPartition("orders", i);
            shop.partitions.put(
                    partition,
                    new PartitionStats(partition, 0, 0, 1, 1, 0, 0, 0, Duration.ofSeconds(1), BlockedReason.NONE));
        }
        sendFromAsManyAsThereAreThreads("GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertAnswersAProbe();
    }

    @Test
    void moreThanCanWait_areDropped_andNotLeftOpen() throws Exception {
        restart(Duration.ofMinutes(1));
        int most = RequestThreads.THREADS + RequestThreads.WAITING;
        for (int i = 0; i < most + 10; i++) {
            send(HALF);
        }
        Eventually.until("those that are too many to be dropped", () -> dropped() == 10);

        for (SocketChannel client : clients) {
            client.close();
        }
        assertAnswersAProbe();
    }

    @Test
    void close_waitsForNoneOfThem() throws Exception {
        restart(Duration.ofMinutes(1));
        for (int i = 0; i < 2 * RequestThreads.THREADS; i++) {
            send(HALF);
        }
        send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Eventually.until(
                "one to listen or to wait for it",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(thread -> thread.getName().startsWith("burrow-metrics-limit")));

        server.close();

        Eventually.until("all to be dropped", () -> dropped() == clients.size());
        Eventually.until(
                "its threads to end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .noneMatch(name -> name.startsWith("burrow-metrics") || name.startsWith("burrow-events")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS * HTTP/1.1",
                "CONNECT evil.example:443 HTTP/1.1",
                "GET mailto:somebody HTTP/1.1",
                "GET  HTTP/1.1",
                "GET /%zz HTTP/1.1",
                "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
                "GET /\u00ff\u0000 HTTP/1.1",
                "get /stats HTTP/1.1",
                "TRACE /stats HTTP/1.1",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                "nothing"
            })
    void whatIsNoRequest_isRefused_orTheConnectionEnds(String line) throws Exception {
        String answer = exchange(line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer).doesNotContain(" 200 ", "at io.burrow", "evil.example");
        assertThat(answer)
                .satisfiesAnyOf(
                        text -> assertThat(text).isEmpty(),
                        text -> assertThat(text).matches("(?s)HTTP/1\\.1 [45]\\d\\d .*"));
        assertAnswersAProbe();
    }

    @Test
    void veryLongPathsAndHeaders_areRefused_andNotRepeated() throws Exception {
        String much = "a".repeat(200_000);

        assertThat(exchange("GET /" + much + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .doesNotContain(" 200 ")
                .hasSizeLessThan(1_000);
        assertThat(exchange("GET /stats?" + much + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .doesNotContain(much);
        assertThat(exchange("GET /stats HTTP/1.1\r\nHost: " + much + "\r\nConnection: close\r\n\r\n"))
                .doesNotContain(" 200 ")
                .hasSizeLessThan(1_000);
        assertAnswersAProbe();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/stats", "/health/live", "/events"})
    void pageOfAnotherSite_getsNothing(String path) throws Exception {
        assertThat(exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: empty\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("another site");
        assertThat(server.viewers()).isZero();
    }

    @Test
    void twoNames_areNone() throws Exception {
        assertThat(exchange(
                        "GET /stats HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 4");
    }
}
