package io.burrow.it.demo;

import io.burrow.core.BurrowBuilder;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** The page over the Burrows of a demo, and who says when it was looked at for long enough. One thread. */
public final class DemoPage implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MetricsServer server;
    private final InputStream input;
    private final Browser browser;

    /**
     * Starts to serve it, on the loopback address.
     *
     * @param port the port, or 0 for any that is free
     * @param input a line of it, or its end, ends the demo
     * @param browser what opens it
     */
    public DemoPage(int port, InputStream input, Browser browser) {
        this.server = MetricsServer.start(registry, port);
        this.input = input;
        this.browser = browser;
    }

    /** Opens it, where there is somebody to look at it. Returns at once. */
    void open() {
        browser.open(uri());
    }

    /** Where it is. */
    URI uri() {
        return server.pageUri();
    }

    /** Where its metrics are. */
    URI metricsUri() {
        return server.uri();
    }

    /** Shows what is being built, on the page and in the metrics. */
    BurrowBuilder<String, String> show(BurrowBuilder<String, String> builder) {
        return builder.listener(server).listener(BurrowMetrics.on(registry));
    }

    /** Waits for a line, or the end of what could bring one. */
    void awaitEnter() {
        try {
            int read = input.read();
            while (read != '\n' && read >= 0) {
                read = input.read();
            }
        } catch (IOException e) {
            throw new DemoException("standard input cannot be read", e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
