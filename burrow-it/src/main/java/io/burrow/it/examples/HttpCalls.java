package io.burrow.it.examples;

import io.burrow.api.Message;
import io.burrow.api.RetryAfterException;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.stage.Stages;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Posts each record to an HTTP service: many calls at once, never more in a second than the service allows, and none at
 * all for as long as it asks for by {@code Retry-After}.
 *
 * <p>Safe under redelivery if the service heeds {@code Idempotency-Key}: the key is the record's position, the same for
 * each attempt and after each restart, so a call that arrived although its answer was lost is not carried out twice. A
 * service that knows no such header needs another identity, from the record, in what is posted.
 *
 * <p>What comes of an answer: below 300 is done; 429 and 503 are tried again when the service says; any other 4xx goes
 * to the dead letters at once, since the same call would be refused again; the rest, a connection that fails, and an
 * answer that is not there whole in time, is tried again by the backoff until an hour has passed since the record's
 * first attempt. That limit is a time and not a number, since an attempt that only waited for the service counts as one
 * too; and it is far above the longest quiet, since that time runs while a record waits for the service.
 */
public final class HttpCalls {
    private static final Duration LONGEST_QUIET = Duration.ofMinutes(10);
    private static final Duration LONGEST_TRIED = Duration.ofHours(1);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(5);

    /**
     * By HTTP/2 all calls would share a connection, and those beyond the number of streams that the service allows on
     * it would fail.
     */
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private final URI service;
    /** Until when the service wants no calls, by {@link System#nanoTime()}. */
    private final AtomicLong quietUntilNanos = new AtomicLong(System.nanoTime());

    private HttpCalls(URI service) {
        this.service = service;
    }

    /**
     * Runs until the process is asked to end.
     *
     * @param args bootstrap servers, the topic, the topic of dead letters, the service's address
     */
    public static void main(String[] args) {
        Burrow<String, String> burrow = calls(args[0], args[1], args[2], URI.create(args[3]), 50);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> burrow.close(Duration.ofSeconds(30))));
        burrow.start();
    }

    /**
     * Describes it all.
     *
     * @param bootstrapServers where the brokers are
     * @param topic what to read
     * @param deadLetters the topic for what the service refuses
     * @param service where to post
     * @param perSecond how many calls this process may begin in a second
     * @return a Burrow to start
     */
    public static Burrow<String, String> calls(
            String bootstrapServers, String topic, String deadLetters, URI service, int perSecond) {
        HttpCalls calls = new HttpCalls(service);
        return Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(Map.of(
                                "bootstrap.servers", bootstrapServers,
                                "group.id", "http-calls",
                                "auto.offset.reset", "earliest"))
                        .topics(topic)
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .build())
                .deadLetters(KafkaDeadLetters.<String, String>builder()
                        .properties(Map.of("bootstrap.servers", bootstrapServers))
                        .topic(deadLetters)
                        .build())
                .config(c -> c.concurrency(100)
                        .retryPolicy(RetryPolicy.within(LONGEST_TRIED))
                        .backoff(BackoffStrategy.fullJitter(Duration.ofSeconds(1), Duration.ofMinutes(1))))
                .stage(Stages.filter(message -> message.value() != null)) // a tombstone: nothing to post
                .stage(Stages.rateLimit(perSecond, Duration.ofSeconds(1)))
                .asyncHandler(calls::post)
                .build();
    }

    private CompletionStage<?> post(Message<String, String> message) {
        long quietNanos = quietUntilNanos.get() - System.nanoTime();
        if (quietNanos > 0) {
            throw new RetryAfterException(Duration.ofNanos(quietNanos)); // waits without a thread
        }
        HttpRequest request = HttpRequest.newBuilder(service)
                .header("Idempotency-Key", message.topicPartition() + "@" + message.offset())
                .POST(BodyPublishers.ofString(message.value()))
                .build();
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request, BodyHandlers.discarding());
        // the request's own timeout would end with the headers, and an answer whose body never ends would be waited for
        return answer.copy()
                .orTimeout(LONGEST_CALL.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        answer.cancel(true); // a late answer is for nobody
                    }
                })
                .thenAccept(this::check);
    }

    private void check(HttpResponse<?> response) {
        int status = response.statusCode();
        if (status == 429 || status == 503) {
            Duration quiet = retryAfter(response.headers());
            long until = System.nanoTime() + quiet.toNanos();
            quietUntilNanos.accumulateAndGet(until, (one, other) -> one - other > 0 ? one : other);
            throw new RetryAfterException(quiet);
        }
        if (status >= 400 && status < 500) {
            throw new TerminalException("refused with status " + status);
        }
        if (status >= 300) {
            throw new IllegalStateException("answered with status " + status);
        }
    }

    /** The header is a number of seconds or a date. Where there is none a second has to do. */
    static Duration retryAfter(HttpHeaders headers) {
        String text = headers.firstValue("Retry-After").orElse("1").trim();
        Duration asked;
        try {
            asked = text.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            ZonedDateTime.now(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException e) {
            asked = Duration.ofSeconds(1);
        }
        return asked.isNegative() ? Duration.ZERO : asked.compareTo(LONGEST_QUIET) > 0 ? LONGEST_QUIET : asked;
    }
}
