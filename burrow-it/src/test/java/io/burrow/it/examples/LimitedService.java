package io.burrow.it.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An HTTP service that writes down its calls and answers as the test says, one call after the other. */
final class LimitedService implements AutoCloseable {
    /** Instead of a status: the connection is closed without an answer. */
    static final int NO_ANSWER = -1;
    /** Instead of a status: 200, and a body that never ends. */
    static final int NO_END = -2;

    private final HttpServer server;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Function<Call, Integer> answer;

    /** A call, and when it arrived. */
    record Call(String idempotencyKey, String body, long arrivedNanos) {}

    /** Starts one. Every 429 asks for two seconds of quiet. */
    LimitedService(Function<Call, Integer> answer) throws IOException {
        this.answer = answer;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Call call = new Call(
                exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                System.nanoTime());
        calls.add(call);
        int status = answer.apply(call);
        if (status == 429) {
            exchange.getResponseHeaders().set("Retry-After", "2");
        }
        if (status == NO_END) {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            return;
        }
        if (status != NO_ANSWER) {
            exchange.sendResponseHeaders(status, -1);
        }
        exchange.close();
    }

    URI uri() {
        return URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/");
    }

    /** In the order of their arrival. */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
