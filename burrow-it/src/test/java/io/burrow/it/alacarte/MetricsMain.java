package io.burrow.it.alacarte;

import io.burrow.core.Burrow;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Needs api, core and metrics. */
final class MetricsMain {
    private MetricsMain() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws InterruptedException, IOException {
        Orders orders = new Orders();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (MetricsServer server = MetricsServer.start(registry, 0)) {
            orders.run(Burrow.<String, String>builder()
                    .source(orders.source())
                    .listener(BurrowMetrics.on(registry))
                    .handler(message -> orders.handle())
                    .build());
            print(server);
        }
    }

    /** Prints the line that counts the records which were processed. */
    static void print(MetricsServer server) throws IOException {
        try (InputStream body = server.uri().toURL().openStream()) {
            new String(body.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("burrow_records_total") && line.contains("\"processed\""))
                    .forEach(System.out::println);
        }
    }
}
