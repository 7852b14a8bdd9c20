package io.burrow.it.logs;

import static io.burrow.it.logs.CanaryMain.CANARY;
import static io.burrow.it.logs.CanaryMain.tell;

import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowState;
import io.burrow.core.BurrowBuilder;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.Collector;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;

/** What is shown of Burrows over HTTP, and what fails in showing it. */
final class CanaryWatch implements AutoCloseable {
    private static final List<String> PATHS =
            List.of("/metrics", "/stats", "/health/live", "/health/ready", "/", "/page.js");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MetricsServer server = MetricsServer.start(registry, 0);
    private final HttpClient client = HttpClient.newHttpClient();

    /** Shows what is being built. */
    BurrowBuilder<String, String> over(BurrowBuilder<String, String> builder) {
        return builder.listener(server).listener(BurrowMetrics.on(registry));
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(server.pageUri().resolve(path)).build();
    }

    /** Tells all that is to be seen now. */
    void tellAll() throws IOException, InterruptedException {
        for (String path : PATHS) {
            tell(path + ": "
                    + client.send(request(path), BodyHandlers.ofString()).body());
        }
        try (Stream<String> lines =
                client.send(request("/events"), BodyHandlers.ofLines()).body()) {
            tell("/events: "
                    + lines.filter(line -> line.startsWith("data:")).findFirst().orElseThrow());
        }
    }

    /** A Burrow that cannot be asked, a registry that refuses, and one that cannot be written. */
    void tellWhatFails() throws IOException, InterruptedException {
        BurrowControl broken = (BurrowControl) Proxy.newProxyInstance(
                CanaryWatch.class.getClassLoader(), new Class<?>[] {BurrowControl.class}, (self, method, arguments) -> {
                    return switch (method.getName()) {
                        case "name" -> "canary-broken";
                        case "state" -> BurrowState.RUNNING;
                        default -> throw new IllegalStateException(CANARY);
                    };
                });
        PrometheusMeterRegistry other = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        BurrowMetrics.on(other).started(broken);
        tell(other.scrape());

        PrometheusMeterRegistry refusing = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        refusing.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                throw new IllegalStateException(CANARY);
            }
        });
        BurrowMetrics refused = BurrowMetrics.on(refusing);
        refused.started(broken);
        try {
            refused.bindTo(refusing);
        } catch (IllegalStateException e) {
            tell("refused by the registry");
        }

        registry.getPrometheusRegistry().register((Collector) () -> {
            throw new IllegalStateException(CANARY);
        });
        for (int i = 0; i < 3; i++) {
            tell(client.send(request("/metrics"), BodyHandlers.ofString()).body());
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
