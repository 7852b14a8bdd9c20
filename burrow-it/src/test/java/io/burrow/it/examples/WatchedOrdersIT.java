package io.burrow.it.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs {@link WatchedOrders} and goes from its metrics to its traces, and on to where the records were sent. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class WatchedOrdersIT {
    private static final int ORDERS = 20;

    private final EmbeddedKafka kafka;
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();

    WatchedOrdersIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void exemplarsOfTheTimer_areTracesInWhichTheOrdersWereSent() throws Exception {
        kafka.createTopic("watched", 2);
        kafka.createTopic("watched-dead", 1);
        PrometheusMeterRegistry registry = WatchedOrders.registry();
        try (OpenTelemetrySdk sdk = sdk();
                MetricsServer server = MetricsServer.start(registry, 0)) {
            send(sdk);
            String metrics;
            try (Burrow<String, String> burrow = WatchedOrders.orders(
                    kafka.bootstrapServers(), "watched", "watched-dead", registry, sdk, message -> {
                        if (message.attempt() == 1 && message.value().equals("order-3")) {
                            throw new IllegalStateException("not yet");
                        }
                    })) {
                server.show(burrow);
                burrow.start();
                Await.until("all handled", Topics.LIMIT, () -> burrow.stats().processed() == ORDERS);
                Await.until(
                        "all spans",
                        Topics.LIMIT,
                        () -> kinds(SpanKind.CONSUMER).size() == ORDERS + 1);
                metrics = scrape(server.uri());
            }
            assertThat(metrics)
                    .containsPattern("orders_handled_seconds_count 21")
                    .containsPattern("burrow_records_total\\{[^}]*burrow=\"orders\"[^}]*} ");
            assertLeadsToTraces(metrics);
        }
    }

    private void assertLeadsToTraces(String metrics) {
        List<String> exemplars = Pattern.compile("orders_handled_seconds\\S* .*# \\{.*trace_id=\"(\\w+)\"")
                .matcher(metrics)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        assertThat(exemplars)
                .isNotEmpty()
                .isSubsetOf(kinds(SpanKind.PRODUCER).stream()
                        .map(SpanData::getTraceId)
                        .toList());
        assertThat(kinds(SpanKind.CONSUMER)).extracting(SpanData::getTraceId).containsAll(exemplars);
        assertThat(kinds(SpanKind.CONSUMER))
                .filteredOn(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
                .hasSize(1);
        assertThat(kinds(SpanKind.CLIENT)).extracting(SpanData::getName).contains("commit watched");
    }

    private OpenTelemetrySdk sdk() {
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
    }

    /** Writes orders, each in a trace of its own, as an instrumented producer does. */
    private void send(OpenTelemetrySdk sdk) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            ProducerRecord<byte[], byte[]> record = Topics.record("watched", "key-" + i, "order-" + i);
            Span span = sdk.getTracer("shop")
                    .spanBuilder("send watched")
                    .setSpanKind(SpanKind.PRODUCER)
                    .startSpan();
            sdk.getPropagators()
                    .getTextMapPropagator()
                    .inject(
                            Context.root().with(span),
                            record.headers(),
                            (headers, name, value) -> headers.add(name, value.getBytes(UTF_8)));
            span.end();
            records.add(record);
        }
        kafka.produce("watched", records);
    }

    private List<SpanData> kinds(SpanKind kind) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == kind)
                .toList();
    }

    /** As Prometheus asks. */
    private static String scrape(URI uri) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Accept", "application/openmetrics-text; version=1.0.0")
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
