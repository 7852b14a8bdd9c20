package io.burrow.it.bench.arm;

import io.burrow.api.spi.BurrowListener;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Meters as a service has them, read more often than any service's are. */
final class Scraped {
    private Scraped() {}

    static BurrowListener metrics() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ScheduledExecutorService scraper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "scraper");
            thread.setDaemon(true);
            return thread;
        });
        scraper.scheduleAtFixedRate(registry::scrape, 1, 1, TimeUnit.SECONDS);
        return BurrowMetrics.on(registry);
    }
}
