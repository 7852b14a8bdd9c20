package io.burrow.it.wiring;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A tracing SDK that keeps its spans, and the sending side of a trace. */
public final class Spans implements AutoCloseable {
    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();

    public OpenTelemetrySdk sdk() {
        return sdk;
    }

    /** Writes the context of a new span into a record's headers, as an instrumented producer does. */
    public SpanContext send(ProducerRecord<byte[], byte[]> record) {
        Span span = sdk.getTracer("test")
                .spanBuilder("send")
                .setSpanKind(SpanKind.PRODUCER)
                .startSpan();
        sdk.getPropagators()
                .getTextMapPropagator()
                .inject(
                        Context.root().with(span),
                        record.headers(),
                        (headers, name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        span.end();
        return span.getSpanContext();
    }

    /** The spans of handlers that have ended, in order of their start. */
    public List<SpanData> processed() {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == SpanKind.CONSUMER)
                .sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
                .toList();
    }

    @Override
    public void close() {
        sdk.close();
    }
}
