package io.burrow.it.wiring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.spi.BackoffStrategy;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.GroupProtocol;
import io.burrow.it.kafka.Scene;
import io.burrow.it.kafka.SharedKafka;
import io.burrow.tracing.otel.BurrowTracing;
import io.burrow.tracing.otel.MessagingAttributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Spans of records that came over a real broker, with the context in their headers. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class TracingIT {
    private final EmbeddedKafka kafka;

    TracingIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void handle_recordWithTraceparent_spanLinksToItsSender(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1);
                Spans spans = new Spans()) {
            ProducerRecord<byte[], byte[]> record = record(scene);
            SpanContext sent = spans.send(record);
            assertThat(record.headers().lastHeader("traceparent")).isNotNull();
            scene.produce(List.of(record, record(scene)));
            Queue<SpanContext> current = new ConcurrentLinkedQueue<>();
            try (Burrow<String, String> burrow = Burrow.<String, String>builder()
                    .source(scene.source().build())
                    .config(Scene.quick())
                    .stage(BurrowTracing.builder(spans.sdk())
                            .consumerGroup(scene.group())
                            .build()
                            .stage())
                    .handler(message -> current.add(Span.current().getSpanContext()))
                    .build()) {
                burrow.start();
                scene.awaitCommitted(0, 2);
            }

            assertThat(spans.processed()).hasSize(2);
            assertThat(current)
                    .containsExactlyInAnyOrderElementsOf(spans.processed().stream()
                            .map(SpanData::getSpanContext)
                            .toList());
            assertThat(at(spans, 0)).satisfies(span -> {
                assertThat(span.getName()).isEqualTo("process " + scene.topic());
                assertThat(span.getLinks()).singleElement().satisfies(link -> {
                    assertThat(link.getSpanContext().getTraceId()).isEqualTo(sent.getTraceId());
                    assertThat(link.getSpanContext().getSpanId()).isEqualTo(sent.getSpanId());
                    assertThat(link.getSpanContext().isRemote()).isTrue();
                });
                assertThat(span.getTraceId()).isNotEqualTo(sent.getTraceId());
                assertThat(span.getAttributes().get(MessagingAttributes.SYSTEM)).isEqualTo("kafka");
                assertThat(span.getAttributes().get(MessagingAttributes.DESTINATION_NAME))
                        .isEqualTo(scene.topic());
                assertThat(span.getAttributes().get(MessagingAttributes.DESTINATION_PARTITION_ID))
                        .isEqualTo("0");
                assertThat(span.getAttributes().get(MessagingAttributes.CONSUMER_GROUP_NAME))
                        .isEqualTo(scene.group());
                assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            });
            assertThat(at(spans, 1).getLinks())
                    .as("of a record without a context")
                    .isEmpty();
        }
    }

    @Test
    void handle_retriedWithSenderAsParent_oneTraceWithASpanForEachAttempt() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1);
                Spans spans = new Spans()) {
            ProducerRecord<byte[], byte[]> record = record(scene);
            SpanContext sent = spans.send(record);
            scene.produce(List.of(record));
            try (Burrow<String, String> burrow = Burrow.<String, String>builder()
                    .source(scene.source().build())
                    .config(Scene.quick())
                    .config(config -> config.backoff(BackoffStrategy.fixed(Duration.ofMillis(5))))
                    .stage(BurrowTracing.builder(spans.sdk())
                            .parentFromMessage(true)
                            .build()
                            .stage())
                    .handler(message -> {
                        if (message.attempt() == 1) {
                            throw new IllegalStateException("not yet");
                        }
                    })
                    .build()) {
                burrow.start();
                scene.awaitCommitted(0, 1);
                Await.until("both spans", Scene.LIMIT, () -> spans.processed().size() == 2);
            }

            assertThat(spans.processed()).allSatisfy(span -> {
                assertThat(span.getTraceId()).isEqualTo(sent.getTraceId());
                assertThat(span.getParentSpanId()).isEqualTo(sent.getSpanId());
            });
            assertThat(spans.processed())
                    .extracting(span -> span.getAttributes().get(MessagingAttributes.ATTEMPT))
                    .containsExactly(1L, 2L);
            assertThat(spans.processed())
                    .extracting(span -> span.getStatus().getStatusCode())
                    .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
            assertThat(spans.processed().get(0).getAttributes().get(MessagingAttributes.ERROR_TYPE))
                    .isEqualTo(IllegalStateException.class.getName());
        }
    }

    private static SpanData at(Spans spans, long offset) {
        return spans.processed().stream()
                .filter(span -> Long.valueOf(offset).equals(span.getAttributes().get(MessagingAttributes.KAFKA_OFFSET)))
                .findFirst()
                .orElseThrow();
    }

    private static ProducerRecord<byte[], byte[]> record(Scene scene) {
        return new ProducerRecord<>(scene.topic(), 0, null, "order".getBytes(UTF_8));
    }
}
