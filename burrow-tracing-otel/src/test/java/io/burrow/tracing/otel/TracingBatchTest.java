package io.burrow.tracing.otel;

import static io.burrow.tracing.otel.Messages.CANARY;
import static io.burrow.tracing.otel.Messages.SPAN_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.Outcome;
import io.burrow.core.testing.TestMessage;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A batch has one span: whom it links to, what it names, how it fails, and what runs in it. */
class TracingBatchTest extends TracingRig {
    @Test
    void batch_hasOneSpanThatLinksToEachSender_withPositionAndAttempt() {
        produce("orders");
        broker.produce("orders", 0, null, CANARY);
        produce("orders", Messages.header("baggage", "tenant=a"));
        List<String> current = new ArrayList<>();
        List<String> tenants = new ArrayList<>();

        run(burrow("orders").batchHandler(tracing.batch(messages -> {
            current.add(Span.current().getSpanContext().getSpanId());
            messages.forEach(message ->
                    tenants.add(Baggage.fromContext(tracing.contextOf(message)).getEntryValue("tenant")));
            assertThat(Baggage.current().isEmpty()).as("of several nobody's").isTrue();
            return succeeded(messages);
        })));

        assertThat(spans("process orders")).singleElement().satisfies(span -> {
            assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(current).containsExactly(span.getSpanId());
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(span.getAttributes().asMap())
                    .isEqualTo(Attributes.builder()
                            .put("messaging.system", "kafka")
                            .put("messaging.operation.type", "process")
                            .put("messaging.operation.name", "process")
                            .put("messaging.consumer.group.name", "billing")
                            .put("messaging.destination.name", "orders")
                            .put("messaging.batch.message_count", 3)
                            .put("burrow.attempt", 1)
                            .build()
                            .asMap());
            assertThat(span.getLinks())
                    .extracting(link -> link.getSpanContext().getSpanId())
                    .containsExactly(SPAN_ID, SPAN_ID);
            assertThat(span.getLinks())
                    .extracting(link -> link.getAttributes().get(MessagingAttributes.KAFKA_OFFSET))
                    .containsExactly(0L, 2L);
            assertThat(span.toString()).doesNotContain(CANARY);
        });
        assertThat(tenants).containsExactly(null, null, "a");
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void batch_ofSeveralTopics_namesNone() {
        produce("orders");
        produce("bills");

        run(burrow("orders", "bills").batchHandler(tracing.batch(TracingRig::succeeded)));

        assertThat(spans("process")).singleElement().satisfies(span -> {
            assertThat(span.getAttributes().get(MessagingAttributes.DESTINATION_NAME))
                    .isNull();
            assertThat(span.getLinks())
                    .extracting(link -> link.getAttributes().get(MessagingAttributes.DESTINATION_NAME))
                    .containsExactlyInAnyOrder("orders", "bills");
        });
    }

    @Test
    void batch_ofOneRecord_isTreatedAsThatRecord() throws Exception {
        List<String> tenants = new ArrayList<>();
        BurrowTracing.builder(sdk)
                .parentFromMessage(true)
                .build()
                .<String, String>batch(messages -> {
                    tenants.add(Baggage.current().getEntryValue("tenant"));
                    return succeeded(messages);
                })
                .handle(List.of(Messages.traced(Messages.header("baggage", "tenant=a"))));

        assertThat(tenants).containsExactly("a");
        assertThat(spans("process orders")).singleElement().satisfies(span -> {
            assertThat(span.getParentSpanId()).isEqualTo(SPAN_ID);
            assertThat(span.getAttributes().get(MessagingAttributes.BATCH_MESSAGE_COUNT))
                    .isEqualTo(1);
            assertThat(span.getAttributes().get(MessagingAttributes.KAFKA_OFFSET))
                    .isEqualTo(42);
        });
    }

    @Test
    void batch_thatFailsInPart_showsTheFirstFailure_andTheRetryItsAttempt() {
        produce("orders");
        produce("orders");

        run(burrow("orders")
                .batchHandler(tracing.batch(messages -> messages.stream()
                        .map(message ->
                                message.attempt() == 1 ? Outcome.failure(new IOException(CANARY)) : Outcome.success())
                        .toList())));

        List<SpanData> spans = spans("process orders");
        assertThat(spans.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(spans.get(0).getAttributes().get(MessagingAttributes.ERROR_TYPE))
                .isEqualTo("java.io.IOException");
        assertThat(spans.get(0).getAttributes().get(MessagingAttributes.BATCH_FAILED_COUNT))
                .isEqualTo(2);
        assertThat(spans.subList(1, spans.size()))
                .isNotEmpty()
                .allMatch(span ->
                        span.getAttributes().get(MessagingAttributes.ATTEMPT).equals(2L))
                .allMatch(span -> span.getStatus().getStatusCode() == StatusCode.UNSET);
        assertThat(spans.toString()).doesNotContain(CANARY);
    }

    @Test
    void batch_thatThrowsOrReturnsNothing_isShown_andPassedOn() throws Exception {
        List<TestMessage<String, String>> messages = List.of(Messages.traced(), Messages.plain());
        IOException failure = new IOException(CANARY);
        assertThatThrownBy(() -> tracing.<String, String>batch(each -> {
                            throw failure;
                        })
                        .handle(messages))
                .isSameAs(failure);
        assertThat(tracing.<String, String>batch(each -> null).handle(messages)).isNull();

        assertThat(exporter.getFinishedSpanItems())
                .extracting(span -> span.getAttributes().get(MessagingAttributes.ERROR_TYPE))
                .containsExactly("java.io.IOException", "java.lang.NullPointerException");
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }
}
