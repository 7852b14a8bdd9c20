package io.burrow.it.wiring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.metrics.prometheus.MetricsServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/**
 * What Prometheus would read.
 *
 * @param lines the lines that are no comments
 */
record Scrape(List<String> lines) {

    /** Asks a server over HTTP. */
    static Scrape of(MetricsServer server) throws IOException, InterruptedException {
        String body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(server.uri()).build(), BodyHandlers.ofString(UTF_8))
                .body();
        return new Scrape(body.lines().filter(line -> !line.startsWith("#")).toList());
    }

    /**
     * The value of a series.
     *
     * @param name the name as Prometheus has it
     * @param labels parts of its labels, such as {@code outcome="processed"}
     * @return the value, NaN if there is no such series
     */
    double value(String name, String... labels) {
        List<String> found = lines.stream()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .toList();
        if (found.size() > 1) {
            throw new IllegalArgumentException("more than one series: " + found);
        }
        return found.isEmpty()
                ? Double.NaN
                : Double.parseDouble(found.get(0).substring(found.get(0).lastIndexOf(' ') + 1));
    }

    /** The lines of all series that name a text. */
    List<String> naming(String text) {
        return lines.stream().filter(line -> line.contains(text)).toList();
    }
}
