package io.burrow.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs {@link HttpCalls} against a service that limits, refuses, and loses answers. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class HttpCallsIT {
    private final EmbeddedKafka kafka;

    HttpCallsIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void manyRecords_areNeverCalledFasterThanTheRate() throws Exception {
        int perSecond = 20;
        long startedNanos;
        List<LimitedService.Call> calls;
        createTopics("http-rate");
        produce("http-rate", 0, 50);
        try (LimitedService service = new LimitedService(call -> 200);
                Burrow<String, String> burrow = HttpCalls.calls(
                        kafka.bootstrapServers(), "http-rate", "http-rate-dead", service.uri(), perSecond)) {
            startedNanos = System.nanoTime();
            burrow.start();
            Await.until("all called", Topics.LIMIT, () -> burrow.stats().processed() == 50);
            calls = service.calls();
        }

        assertThat(calls).extracting(LimitedService.Call::idempotencyKey).doesNotHaveDuplicates();
        assertThat(calls).hasSize(50);
        for (int i = 0; i < calls.size(); i++) {
            // a tenth of the calls of a second may be made at once; a late one does not let others come early
            Duration earliest =
                    Duration.ofSeconds(1).multipliedBy(i - perSecond / 10).dividedBy(perSecond);
            assertThat(Duration.ofNanos(calls.get(i).arrivedNanos() - startedNanos))
                    .as("call %s", i)
                    .isGreaterThanOrEqualTo(earliest);
        }
    }

    @Test
    void serviceAsksForQuiet_noRecordIsCalledBeforeThatIsOver() throws Exception {
        Set<String> refused = ConcurrentHashMap.newKeySet();
        long[] answeredNanos = new long[1];
        createTopics("http-quiet");
        try (LimitedService service = new LimitedService(call -> {
                    answeredNanos[0] = refused.isEmpty() ? System.nanoTime() : answeredNanos[0];
                    return refused.isEmpty() && refused.add(call.idempotencyKey()) ? 429 : 200;
                });
                Burrow<String, String> burrow = HttpCalls.calls(
                        kafka.bootstrapServers(), "http-quiet", "http-quiet-dead", service.uri(), 1_000)) {
            burrow.start();
            produce("http-quiet", 0, 1);
            Await.until(
                    "the answer has come", Topics.LIMIT, () -> burrow.stats().retrying() == 1);
            produce("http-quiet", 1, 20);
            Await.until("all called", Topics.LIMIT, () -> burrow.stats().processed() == 20);

            List<LimitedService.Call> calls = service.calls();
            assertThat(calls).hasSize(21);
            assertThat(calls.subList(1, 21))
                    .allSatisfy(call -> assertThat(Duration.ofNanos(call.arrivedNanos() - answeredNanos[0]))
                            .isGreaterThanOrEqualTo(Duration.ofSeconds(2)));
            assertThat(calls.subList(1, 21))
                    .extracting(LimitedService.Call::idempotencyKey)
                    .contains(calls.get(0).idempotencyKey())
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void answerLost_isCalledAgainWithTheSameKey_andRefused_goesToTheDeadLetters() throws Exception {
        Map<String, String> done = new ConcurrentHashMap<>();
        createTopics("http-lost");
        kafka.produce("http-lost", List.of(Topics.record("http-lost", "k", "bad")));
        produce("http-lost", 1, 10);
        try (LimitedService service = new LimitedService(call -> {
                    if (call.body().equals("bad")) {
                        return 400;
                    }
                    return done.putIfAbsent(call.idempotencyKey(), call.body()) == null
                            ? LimitedService.NO_ANSWER
                            : 200;
                });
                Burrow<String, String> burrow = HttpCalls.calls(
                        kafka.bootstrapServers(), "http-lost", "http-lost-dead", service.uri(), 1_000)) {
            burrow.start();
            Await.until("all called", Topics.LIMIT, () -> burrow.stats().processed() == 9);
            Await.until("the refused one", Topics.LIMIT, () -> burrow.stats().deadLettered() == 1);

            assertThat(done.values())
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(1, 10).mapToObj(i -> "value-" + i).toList());
            assertThat(service.calls()).hasSize(1 + 2 * 9);
        }
        assertThat(Topics.committedValues(kafka, "http-lost-dead")).containsExactly("bad");
    }

    @Test
    void answerThatNeverEnds_isCalledAgain() throws Exception {
        Set<String> begun = ConcurrentHashMap.newKeySet();
        createTopics("http-endless");
        produce("http-endless", 0, 1);
        try (LimitedService service =
                        new LimitedService(call -> begun.add(call.idempotencyKey()) ? LimitedService.NO_END : 200);
                Burrow<String, String> burrow = HttpCalls.calls(
                        kafka.bootstrapServers(), "http-endless", "http-endless-dead", service.uri(), 1_000)) {
            burrow.start();
            Await.until("called again", Topics.LIMIT, () -> burrow.stats().processed() == 1);

            assertThat(service.calls())
                    .hasSize(2)
                    .extracting(LimitedService.Call::idempotencyKey)
                    .containsOnly(begun.toArray(String[]::new));
        }
    }

    @Test
    void retryAfter_isSecondsOrADate_andBounded() {
        assertThat(retryAfter("7")).isEqualTo(Duration.ofSeconds(7));
        assertThat(retryAfter("soon")).isEqualTo(Duration.ofSeconds(1));
        assertThat(retryAfter("999999999")).isEqualTo(Duration.ofMinutes(10));
        assertThat(retryAfter("Wed, 21 Oct 2015 07:28:00 GMT")).isZero();
        assertThat(retryAfter(DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now().plusDays(1))))
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(HttpCalls.retryAfter(HttpHeaders.of(Map.of(), (name, value) -> true)))
                .isEqualTo(Duration.ofSeconds(1));
    }

    private static Duration retryAfter(String value) {
        return HttpCalls.retryAfter(HttpHeaders.of(Map.of("Retry-After", List.of(value)), (name, each) -> true));
    }

    private void createTopics(String topic) {
        kafka.createTopic(topic, 2);
        kafka.createTopic(topic + "-dead", 1);
    }

    private void produce(String topic, int from, int to) {
        kafka.produce(
                topic,
                IntStream.range(from, to)
                        .mapToObj(i -> Topics.record(topic, "key-" + i, "value-" + i))
                        .toList());
    }
}
