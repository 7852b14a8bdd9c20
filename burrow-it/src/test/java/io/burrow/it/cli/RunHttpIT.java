package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** {@code ./burrow run --http} on a real broker: what is asked, and what each answer leads to. */
class RunHttpIT extends RunRig {
    RunHttpIT(EmbeddedKafka kafka) {
        super(kafka);
    }

    @Test
    void http_statuses_sayWhatComesNext() throws Exception {
        produce(6);
        Queue<String> attempts = new ConcurrentLinkedQueue<>();
        Map<String, Long> firstNanos = new ConcurrentHashMap<>();
        Map<String, Long> waitedNanos = new ConcurrentHashMap<>();
        try (HttpReceiver server = new HttpReceiver(exchange -> {
            String value = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            int attempt = Integer.parseInt(exchange.getRequestHeaders().getFirst("Burrow-Attempt"));
            attempts.add(value + " " + attempt + " " + exchange.getRequestMethod());
            firstNanos.putIfAbsent(value, System.nanoTime());
            waitedNanos.put(value, System.nanoTime() - firstNanos.getOrDefault(value, 0L));
            boolean again = attempt > 1;
            exchange.getResponseHeaders().set("Retry-After", "1");
            HttpReceiver.answer(
                    exchange,
                    switch (value) {
                        case "v1" -> 400;
                        case "v2" -> again ? 200 : 429;
                        case "v3" -> again ? 204 : 503;
                        case "v4" -> 500;
                        default -> 200;
                    });
        })) {
            BurrowCliRun run = runToEnd(
                    "--retries", "1", "--backoff", "10ms", "--dead-letter-topic", dead, "--http", server.url());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.err()).contains("stopped: 4 done, dead letters 2");
        }
        assertThat(attempts)
                .containsExactlyInAnyOrder(
                        "v0 1 POST",
                        "v1 1 POST",
                        "v2 1 POST",
                        "v2 2 POST",
                        "v3 1 POST",
                        "v3 2 POST",
                        "v4 1 POST",
                        "v4 2 POST",
                        "v5 1 POST");
        assertThat(waitedNanos.get("v2"))
                .as("it was asked for a second")
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(deadLetters()).containsExactlyInAnyOrder("v1: HTTP status 400", "v4: HTTP status 500");
        assertAllCommitted();
    }

    @Test
    void http_whatTheServerPutsOff_usesUpNoRetries() throws Exception {
        kafka.produce(topic, List.of(record(0, "a", "mended"), record(1, "b", "broken")));
        Map<String, List<Integer>> statuses = Map.of(
                "mended", List.of(429, 503, 500, 200),
                "broken", List.of(429, 500, 429, 500, 200));
        Queue<String> attempts = new ConcurrentLinkedQueue<>();
        try (HttpReceiver server = new HttpReceiver(exchange -> {
            String value = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            int attempt = Integer.parseInt(exchange.getRequestHeaders().getFirst("Burrow-Attempt"));
            int status = statuses.get(value).get(attempt - 1);
            attempts.add(value + " " + attempt + " " + status);
            exchange.getResponseHeaders().set("Retry-After", "1");
            HttpReceiver.answer(exchange, status);
        })) {
            BurrowCliRun run = runToEnd(
                    "--retries", "1", "--backoff", "10ms", "--dead-letter-topic", dead, "--http", server.url());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.err()).contains("stopped: 1 done, dead letters 1");
        }
        assertThat(attempts)
                .containsExactlyInAnyOrder(
                        "mended 1 429",
                        "mended 2 503",
                        "mended 3 500",
                        "mended 4 200",
                        "broken 1 429",
                        "broken 2 500",
                        "broken 3 429",
                        "broken 4 500");
        assertThat(deadLetters()).containsExactly("broken: HTTP status 500");
        assertAllCommitted();
    }

    @Test
    void http_request_tellsThePosition() throws Exception {
        kafka.produce(topic, List.of(new ProducerRecord<>(topic, 1, 77L, "k".getBytes(UTF_8), (byte[]) null)));
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (HttpReceiver server = new HttpReceiver(exchange -> {
            for (String name : List.of("Topic", "Partition", "Offset", "Timestamp", "Key-Base64", "Tombstone")) {
                seen.add(name + "=" + exchange.getRequestHeaders().getFirst("Burrow-" + name));
            }
            seen.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + exchange.getRequestHeaders().get("X-Me"));
            HttpReceiver.answer(exchange, 200);
        })) {
            BurrowCliRun run =
                    runToEnd("--header", "Content-Type: text/plain", "--header", "X-Me: a", "--http", server.url());

            assertThat(run.status()).as(run.err()).isZero();
        }
        assertThat(seen)
                .containsExactly(
                        "Topic=" + topic,
                        "Partition=1",
                        "Offset=0",
                        "Timestamp=77",
                        "Key-Base64=aw==",
                        "Tombstone=true",
                        "/records?from=test text/plain [a]");
    }

    @Test
    void http_noAnswerInTime_isAFailedAttempt() throws Exception {
        produce(1);
        CountDownLatch never = new CountDownLatch(1);
        try (HttpReceiver server = new HttpReceiver(exchange -> {
            if (exchange.getRequestHeaders().getFirst("Burrow-Attempt").equals("1")) {
                awaitForEver(never);
            }
            HttpReceiver.answer(exchange, 200);
        })) {
            BurrowCliRun run = runToEnd("--timeout", "300ms", "--backoff", "10ms", "--http", server.url());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.err()).contains("stopped: 1 done");
        }
    }

    @Test
    void http_nobodyListens_stopsAndSaysSo() throws Exception {
        produce(20);

        BurrowCliRun run = runToEnd("--retries", "0", "--http", "http://" + unusedAddress() + "/");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("ERROR_THRESHOLD", "no answer: ConnectException");
    }
}
