package io.burrow.metrics.prometheus;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.burrow.metrics.prometheus.Answers.Answer;
import io.burrow.metrics.prometheus.HealthJson.Probe;
import io.burrow.metrics.prometheus.PageFiles.PageFile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which path is what, and the rules of HTTP that hold for all. */
final class Endpoints implements HttpHandler {
    /** The page loads what comes with it, from here alone, and runs nothing that stands in its text. */
    private static final String PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** Of what is no page. */
    private static final String NO_FRAMES = "frame-ancestors 'none'";

    private static final String EVENTS = "/events";

    private final Answers answers;
    private final EventStreams events;
    private final HostRule hosts;

    Endpoints(Answers answers, EventStreams events, HostRule hosts) {
        this.answers = answers;
        this.events = events;
        this.hosts = hosts;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        boolean handedOver = false;
        try {
            String path = exchange.getRequestURI().getPath();
            Headers headers = exchange.getRequestHeaders();
            if (!hosts.allows(headers.get("Host"))) {
                send(exchange, Answers.text(421, "Not called by a name that this server knows; see hostNames.\n"));
            } else if (!SiteRule.allows(headers, !EVENTS.equals(path))) {
                send(exchange, Answers.text(403, "Asked for by a page of another site.\n"));
            } else if (EVENTS.equals(path) && exchange.getRequestMethod().equals("GET")) {
                handedOver = stream(exchange);
            } else {
                send(exchange, answer(exchange, path));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server is being closed
        } finally {
            if (!handedOver) {
                exchange.close();
            }
        }
    }

    private Answer answer(HttpExchange exchange, @Nullable String path) throws InterruptedException {
        PageFile file = path == null ? null : PageFiles.at(path);
        boolean known = file != null
                || path != null
                        && List.of("/metrics", "/stats", "/health/live", "/health/ready", EVENTS)
                                .contains(path);
        if (!known || path == null) {
            return Answers.text(404, "Not found. There are /, /metrics, /stats, /health/live and /health/ready.\n");
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Answers.text(405, "Only GET and HEAD are allowed.\n");
        }
        if (file != null) {
            exchange.getResponseHeaders().set("Content-Security-Policy", PAGE_POLICY);
            return new Answer(200, file.contentType(), file.bytes());
        }
        return switch (path) {
            case "/metrics" ->
                answers.metrics(String.join(",", exchange.getRequestHeaders().getOrDefault("Accept", List.of())));
            case "/stats" -> answers.stats();
            case "/health/live" -> answers.health(Probe.LIVE);
            case "/health/ready" -> answers.health(Probe.READY);
            default -> new Answer(200, "text/event-stream", new byte[0]); // the head of the events
        };
    }

    /** Returns whether the exchange is the stream's now. */
    private boolean stream(HttpExchange exchange) throws IOException {
        if (!events.reserve()) {
            exchange.getResponseHeaders().set("Retry-After", "5");
            send(exchange, Answers.text(503, "As many look at the page as may; try again later.\n"));
            return false;
        }
        boolean started = false;
        try {
            headers(exchange, "text/event-stream");
            exchange.sendResponseHeaders(200, 0); // of no known length
            events.start(exchange);
            started = true;
        } finally {
            if (!started) {
                events.release();
            }
        }
        return true;
    }

    private static void headers(HttpExchange exchange, String contentType) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", contentType);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.putIfAbsent("Content-Security-Policy", List.of(NO_FRAMES));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        headers(exchange, answer.contentType());
        byte[] body = answer.body();
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
