package io.burrow.it.docs;

import io.burrow.api.MessageHandler;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaSource;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Consumer;

/** The Java of docs/page.md, between markers. */
final class WatchPageExamples {
    private WatchPageExamples() {}

    static Burrow<String, String> shown(
            KafkaSource<String, String> source,
            MessageHandler<String, String> mailer,
            Consumer<MetricsServer> running) {
        // [server]
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MetricsServer server = MetricsServer.start(registry, 9400); // 0: any port that is free, see server.pageUri()
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source)
                .handler(mailer)
                .listener(BurrowMetrics.on(registry)) // for /metrics
                .listener(server) // for the page, /stats and /health
                .build();
        // [server]
        running.accept(server);
        return burrow;
    }
}
