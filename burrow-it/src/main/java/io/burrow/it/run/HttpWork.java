package io.burrow.it.run;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.api.RetryAfterException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Posts each value to a server. No thread waits for the answer. A status of 2xx is done; 429 and 503 are tried again
 * when their {@code Retry-After} says, however often; 408, 425, 429 and 5xx are tried again as the settings say; any
 * other status is the server's word that this record will never do.
 */
public final class HttpWork implements Work {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);
    /** Servers take some 8 KiB of headers in all. */
    private static final int MOST_KEY_BYTES = 3_000;

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    /** Request Timeout, Too Early, Too Many Requests. */
    private static final Set<Integer> LATER = Set.of(408, 425, TOO_MANY_REQUESTS);

    private final URI uri;
    private final Map<String, List<String>> headers;
    private final Duration limit;
    private final HttpClient client;
    private final PutOffs putOffs = new PutOffs();

    /**
     * Makes it; nothing is connected yet.
     *
     * @param uri where to post
     * @param headers more headers, by name
     * @param limit how long one request may take, its answer included
     * @throws IllegalArgumentException if the address or a header cannot be used; the message says why
     */
    public HttpWork(URI uri, Map<String, List<String>> headers, Duration limit) {
        this.uri = uri;
        this.headers = headers;
        this.limit = limit;
        check(uri);
        HttpRequest.Builder probe = HttpRequest.newBuilder(uri);
        headers.forEach((name, values) -> check(probe, name, values));
        // By HTTP/2 all requests would share a connection, and fail beyond the streams that the server allows on it.
        // Without TLS each server would be asked to change the protocol, and some refuse a body then.
        this.client = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(limit.compareTo(LONGEST_CONNECT) < 0 ? limit : LONGEST_CONNECT)
                .build();
    }

    /** What the client says of a header that it refuses holds the value, which may be secret. */
    private static void check(HttpRequest.Builder probe, String name, List<String> values) {
        try {
            probe.header(name, "value");
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    "the header " + name + " cannot be set: a name holds no spaces, and some are the client's own");
        }
        try {
            values.forEach(value -> probe.header(name, value));
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    "the value of the header " + name + " holds characters that a header may not");
        }
    }

    private static void check(URI uri) {
        String scheme = uri.getScheme();
        if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
            throw new IllegalArgumentException("it must begin with http:// or https://");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("it names no host");
        }
        if (uri.getUserInfo() != null) {
            throw new IllegalArgumentException("user and password in it would not be sent; use --header");
        }
        if (uri.getPort() > 65_535) {
            throw new IllegalArgumentException("its port must be at most 65535");
        }
    }

    @Override
    public AsyncMessageHandler<byte[], byte[]> handler() {
        return this::post;
    }

    private CompletionStage<?> post(Message<byte[], byte[]> message) {
        CompletableFuture<HttpResponse<Void>> sent = client.sendAsync(request(message), BodyHandlers.discarding());
        return sent.copy().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).handle((answer, thrown) -> {
            if (thrown != null) {
                sent.cancel(true); // a late answer is for nobody
            }
            Exception outcome = putOffs.note(message, thrown != null ? failure(thrown) : judge(answer));
            if (outcome != null) {
                throw new CompletionException(outcome);
            }
            return null;
        });
    }

    private HttpRequest request(Message<byte[], byte[]> message) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .setHeader("Content-Type", "application/octet-stream")
                .setHeader("Burrow-Topic", message.topic())
                .setHeader("Burrow-Partition", Integer.toString(message.partition()))
                .setHeader("Burrow-Offset", Long.toString(message.offset()))
                .setHeader("Burrow-Timestamp", Long.toString(message.timestamp()))
                .setHeader("Burrow-Attempt", Integer.toString(message.attempt()));
        byte[] key = message.key();
        if (key != null && key.length <= MOST_KEY_BYTES) {
            request.setHeader("Burrow-Key-Base64", Base64.getEncoder().encodeToString(key));
        }
        headers.forEach((name, values) -> {
            request.setHeader(name, values.get(0));
            values.stream().skip(1).forEach(value -> request.header(name, value));
        });
        byte[] value = message.value();
        if (value == null) {
            return request.setHeader("Burrow-Tombstone", "true")
                    .POST(BodyPublishers.noBody())
                    .build();
        }
        return request.POST(BodyPublishers.ofByteArray(value)).build();
    }

    private AttemptFailedException failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return new AttemptFailedException(
                cause instanceof TimeoutException
                        ? "no answer within " + limit.toMillis() + " ms"
                        : "no answer: " + cause.getClass().getSimpleName());
    }

    private static @Nullable Exception judge(HttpResponse<?> answer) {
        return judge(answer.statusCode(), answer.headers().firstValue("Retry-After"), Instant.now());
    }

    /** Returns what says what comes next; null if it is done. */
    static @Nullable Exception judge(int status, Optional<String> retryAfter, Instant now) {
        if (status / 100 == 2) {
            return null;
        }
        String failure = "HTTP status " + status;
        if (status == TOO_MANY_REQUESTS || status == UNAVAILABLE) {
            Optional<Duration> delay = retryAfter.flatMap(value -> RetryAfter.parse(value, now));
            if (delay.isPresent()) {
                return new RetryAfterException(delay.get(), new AttemptFailedException(failure));
            }
        }
        if (LATER.contains(status) || status / 100 == 5) {
            return new AttemptFailedException(failure);
        }
        return new RecordRefusedException(failure);
    }
}
