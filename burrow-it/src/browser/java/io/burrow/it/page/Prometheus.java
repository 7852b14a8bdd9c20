package io.burrow.it.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.burrow.it.broker.Await;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A Prometheus that scrapes one server, and answers queries. One thread. */
final class Prometheus implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int TRIES = 3;

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    /** What one query answers for one set of labels. */
    record Series(Map<String, String> labels, List<Point> points) {}

    /** One value; {@link Double#NaN} is one too. */
    record Point(double epochSecond, double value) {}

    private Prometheus(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** What is missing on this machine, or nothing. */
    static Optional<String> missing() {
        return binary().isPresent()
                ? Optional.empty()
                : Optional.of("no prometheus on the PATH (Debian: the package prometheus)");
    }

    private static Optional<Path> binary() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, "prometheus"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts one that keeps its data in a directory. */
    static Prometheus scraping(URI target, Duration interval, Path directory) throws IOException {
        Path config = directory.resolve("prometheus.yml");
        Files.writeString(config, """
                global: {scrape_interval: %dms, scrape_timeout: %dms}
                scrape_configs:
                  - job_name: shop
                    static_configs: [{targets: ["%s"]}]
                """.formatted(interval.toMillis(), interval.toMillis(), target.getAuthority()));
        for (int tries = 1; ; tries++) {
            int port = freePort();
            Process process = new ProcessBuilder(
                            binary().orElseThrow().toString(),
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + directory.resolve("data" + tries),
                            "--web.listen-address=127.0.0.1:" + port,
                            "--log.level=error")
                    .redirectErrorStream(true)
                    .redirectOutput(
                            directory.resolve("prometheus" + tries + ".log").toFile())
                    .start();
            Prometheus started = new Prometheus(process, port);
            Await.until("Prometheus", LIMIT, () -> !process.isAlive() || started.isReady());
            if (process.isAlive()) {
                return started;
            }
            if (tries == TRIES) { // another process may take a port that was free
                throw new IOException("prometheus does not start: it exits with " + process.exitValue());
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/-/ready").statusCode() == 200;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(LIMIT)
                        .build(),
                BodyHandlers.ofString());
    }

    /** Whether an expression has a value now that is not zero. */
    boolean holds(String expression) throws IOException, InterruptedException {
        for (JsonNode result : answer("/api/v1/query?query=" + encoded(expression))) {
            if (Double.parseDouble(result.get("value").get(1).asText()) != 0) {
                return true;
            }
        }
        return false;
    }

    /** What an expression was from one time to another. */
    List<Series> range(String expression, Instant start, Instant end, Duration step)
            throws IOException, InterruptedException {
        List<Series> all = new ArrayList<>();
        for (JsonNode result : answer("/api/v1/query_range?query=" + encoded(expression) + "&start="
                + start.getEpochSecond() + "&end=" + end.getEpochSecond() + "&step=" + step.toSeconds())) {
            Map<String, String> labels = new TreeMap<>();
            result.get("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            List<Point> points = new ArrayList<>();
            result.get("values")
                    .forEach(each -> points.add(new Point(each.get(0).asDouble(), number(each.get(1)))));
            all.add(new Series(labels, points));
        }
        return all;
    }

    private static double number(JsonNode text) {
        return switch (text.asText()) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text.asText());
        };
    }

    private JsonNode answer(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        JsonNode json = mapper.readTree(response.body());
        if (!json.path("status").asText().equals("success")) {
            throw new IOException(path + " is answered with " + response.body());
        }
        return json.get("data").get("result");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroy();
        Await.until("the end of Prometheus", LIMIT, () -> !process.isAlive());
    }
}
