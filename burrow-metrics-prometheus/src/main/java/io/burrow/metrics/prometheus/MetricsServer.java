package io.burrow.metrics.prometheus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers a Prometheus registry at {@code /metrics}, on the loopback address only, read-only. Answers in the OpenMetrics
 * format where the client accepts it, else in the older text format of Prometheus. Its threads are daemons: it keeps no
 * process alive.
 *
 * <p>Any thread.
 */
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final String PATH = "/metrics";
    private static final int THREADS = 4;
    private static final int WAITING_REQUESTS = 64;

    private final PrometheusMeterRegistry registry;
    private final HttpServer server;
    private final ThreadPoolExecutor executor;

    private MetricsServer(PrometheusMeterRegistry registry, HttpServer server) {
        this.registry = registry;
        this.server = server;
        AtomicInteger number = new AtomicInteger();
        this.executor = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_REQUESTS), task -> {
                    return daemon(task, "burrow-metrics-" + number.incrementAndGet());
                });
        this.executor.allowCoreThreadTimeOut(true);
        server.setExecutor(executor);
        server.createContext("/", this::handle);
    }

    /**
     * Starts a server.
     *
     * @param registry what to show
     * @param port the port, or 0 for any that is free
     * @return the running server
     * @throws ConfigException if the port is out of range
     * @throws BurrowException if the port cannot be had
     */
    public static MetricsServer start(PrometheusMeterRegistry registry, int port) {
        Objects.requireNonNull(registry, "registry");
        if (port < 0 || port > 65_535) {
            throw new ConfigException(List.of(
                    new ConfigProblem("port", "must be from 0 (any free port) to 65535", Integer.toString(port))));
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        HttpServer http;
        try {
            http = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new BurrowException(
                    ErrorCode.PORT_UNAVAILABLE,
                    "/metrics cannot listen on port " + port + " of "
                            + address.getAddress().getHostAddress() + ": " + e.getMessage()
                            + "; free the port, give another one, or 0 for any that is free",
                    e);
        }
        MetricsServer metrics = new MetricsServer(registry, http);
        metrics.startDispatcher();
        return metrics;
    }

    /** The server's own thread is a daemon if the thread that starts it is one. */
    private void startDispatcher() {
        Thread starter = daemon(server::start, "burrow-metrics-start");
        starter.start();
        boolean interrupted = false;
        while (starter.isAlive()) {
            try {
                starter.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * The port that it listens on.
     *
     * @return the port, never 0
     */
    public int port() {
        return server.getAddress().getPort();
    }

    /**
     * Where the metrics are.
     *
     * @return an address for a browser or a scrape
     */
    public URI uri() {
        String host = server.getAddress().getAddress().getHostAddress();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + PATH);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                answer(exchange, 404, "Not found. The metrics are at " + PATH + ".\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                answer(exchange, 405, "Only GET is allowed.\n");
            } else {
                scrape(exchange);
            }
        }
    }

    private void scrape(HttpExchange exchange) throws IOException {
        String accept = String.join(",", exchange.getRequestHeaders().getOrDefault("Accept", List.of()));
        MetricsFormat format = MetricsFormat.accepted(accept);
        ByteArrayOutputStream body = new ByteArrayOutputStream(16 << 10); // a failure must not cut an answer short
        try {
            registry.scrape(body, format.contentType());
        } catch (RuntimeException | IOException e) {
            LOG.warn("The metrics cannot be written", e);
            answer(exchange, 500, "The metrics cannot be written; see the log.\n");
            return;
        }
        answer(exchange, 200, format.contentType(), body.toByteArray());
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        answer(exchange, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Stops listening. Calling it again does nothing. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
