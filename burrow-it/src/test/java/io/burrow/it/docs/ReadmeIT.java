package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaSourceBuilder;
import io.burrow.metrics.prometheus.MetricsServer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs every example of the README, against a real broker where it needs one. */
class ReadmeIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway") // set before the first test
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
        kafka.createTopic("orders", 2);
        kafka.createTopic("orders-dead", 2);
        kafka.createTopic("receipts", 2);
        kafka.produce(
                "orders",
                IntStream.range(0, 200)
                        .mapToObj(i -> new ProducerRecord<>("orders", bytes("customer-" + i % 7), bytes("order-" + i)))
                        .toList());
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @Test
    void quickstart_sendsEveryOrder() throws Exception {
        Set<String> sent = ConcurrentHashMap.newKeySet();
        try (Burrow<String, String> burrow = ReadmeExamples.start(kafka.bootstrapServers(), sent::add)) {
            Await.until("assigned", LIMIT, () -> burrow.stats().partitions().size() == 2);
            kafka.produce(
                    "orders",
                    IntStream.range(0, 50)
                            .mapToObj(i -> new ProducerRecord<>("orders", bytes("c"), bytes("late-" + i)))
                            .toList());
            Await.until("all sent", LIMIT, () -> sent.size() == 250);
        }
    }

    @Test
    void deadLetters_areBuiltAndTakeWhatFails() throws Exception {
        KafkaDeadLetters<String, String> sink = ReadmeExamples.deadLetters(kafka.bootstrapServers());
        try (Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source("dead"))
                .deadLetters(sink)
                .config(c -> c.retryPolicy(failure -> io.burrow.api.spi.RetryDecision.GIVE_UP)
                        .errorThreshold(0))
                .handler(message -> {
                    throw new IllegalStateException("no");
                })
                .build()) {
            burrow.start();
            Await.until("all dead-lettered", LIMIT, () -> burrow.stats().deadLettered() >= 200);
        }
        assertThat(kafka.endOffsets("orders-dead").values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isGreaterThanOrEqualTo(200);
    }

    @Test
    void retryTopics_takeWhatFails() throws Exception {
        for (String topic : List.of("orders-retry-10000", "orders-retry-300000", "orders-dlt")) {
            kafka.createTopic(topic, 1);
        }
        try (Burrow<String, String> burrow = ReadmeExamples.retryTopics(kafka.bootstrapServers(), message -> {
            throw new IllegalStateException("no");
        })) {
            burrow.start();
            Await.until("assigned", LIMIT, () -> burrow.stats().partitions().size() == 4);
            kafka.produce("orders", List.of(new ProducerRecord<>("orders", bytes("c"), bytes("fails"))));
            Await.until(
                    "in the first tier",
                    LIMIT,
                    () -> kafka.endOffsets("orders-retry-10000").values().stream()
                            .anyMatch(end -> end >= 1));
        }
    }

    @Test
    void transactions_writeAReceiptForEachOrder() throws Exception {
        long before = receipts();
        try (Burrow<String, String> burrow =
                ReadmeExamples.transactions(describe("transactions"), kafka.bootstrapServers(), "host")) {
            burrow.start();
            Await.until("all committed", LIMIT, () -> burrow.stats().processed() >= 200);
        }
        assertThat(receipts()).as("and the marks of the transactions").isGreaterThan(before + 200);
    }

    private static long receipts() {
        return kafka.endOffsets("receipts").values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    @Test
    void handlerTest_passesWithoutABroker() {
        ReadmeExamples.testWithoutABroker();
    }

    @Test
    void backoff_isUsable() {
        var failure = new io.burrow.api.spi.Failure(
                new io.burrow.api.TopicPartition("orders", 0),
                0,
                5,
                new IllegalStateException(),
                Duration.ZERO,
                Duration.ZERO);
        assertThat(ReadmeExamples.backoff().backoff().delay(failure, new java.util.Random(1)))
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(40));
    }

    @Test
    void guice_wiresTheSame() throws Exception {
        Set<String> sent = ConcurrentHashMap.newKeySet();
        try (Burrow<String, String> burrow = ReadmeExamples.wire(
                source("guice"), message -> sent.add(message.topicPartition() + "@" + message.offset()))) {
            burrow.start();
            Await.until("all handled", LIMIT, () -> sent.size() >= 200);
        }
    }

    @Test
    void watched_showsMetricsAndSpans() throws Exception {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        MetricsServer[] server = new MetricsServer[1];
        try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                        .setTracerProvider(SdkTracerProvider.builder()
                                .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                .build())
                        .build();
                Burrow<String, String> burrow =
                        ReadmeExamples.watched(source("watched"), message -> {}, sdk, s -> server[0] = s)) {
            burrow.start();
            Await.until("spans", LIMIT, () -> spans.getFinishedSpanItems().size() >= 200);
            assertThat(spans.getFinishedSpanItems().get(0).getName()).isEqualTo("process orders");
            HttpResponse<String> metrics = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(server[0].uri()).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(metrics.statusCode()).isEqualTo(200);
            assertThat(metrics.body()).contains("burrow_records_total");
        } finally {
            server[0].close();
        }
    }

    private static KafkaSource<String, String> source(String group) {
        return describe(group).build();
    }

    private static KafkaSourceBuilder<String, String> describe(String group) {
        return KafkaSource.<String, String>builder()
                .properties(Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        group,
                        "auto.offset.reset",
                        "earliest"))
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
