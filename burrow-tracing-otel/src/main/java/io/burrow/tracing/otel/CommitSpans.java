package io.burrow.tracing.otel;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the spans of commits, afterwards: a listener is told once they were answered. Loop thread. */
final class CommitSpans implements BurrowListener {
    private final Tracer tracer;
    private final Attributes constant;

    CommitSpans(Tracer tracer, Attributes constant) {
        this.tracer = tracer;
        this.constant = constant;
    }

    @Override
    public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
        if (!tracer.isEnabled()) {
            return;
        }
        Instant end = Instant.now();
        Instant start = end.minusNanos(nanos);
        Map<String, List<TopicPartition>> topics = new TreeMap<>();
        points.keySet()
                .forEach(partition -> topics.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                        .add(partition));
        topics.forEach((topic, partitions) -> span(topic, partitions, result, start, end));
    }

    private void span(String topic, List<TopicPartition> partitions, CommitResult result, Instant start, Instant end) {
        SpanBuilder builder = tracer.spanBuilder(MessagingAttributes.COMMIT + " " + topic)
                .setSpanKind(SpanKind.CLIENT)
                .setNoParent()
                .setStartTimestamp(start)
                .setAllAttributes(constant)
                .setAttribute(MessagingAttributes.DESTINATION_NAME, topic);
        if (partitions.size() == 1) {
            builder.setAttribute(
                    MessagingAttributes.DESTINATION_PARTITION_ID,
                    Integer.toString(partitions.get(0).partition()));
        }
        Span span = builder.startSpan();
        partitions.stream()
                .map(result::outcome)
                .filter(outcome -> outcome != CommitOutcome.COMMITTED)
                .findFirst()
                .ifPresent(outcome -> {
                    Throwable cause = result.cause();
                    span.setStatus(StatusCode.ERROR);
                    span.setAttribute(
                            MessagingAttributes.ERROR_TYPE,
                            cause == null ? outcome.name() : ErrorTypes.of(ErrorTypes.unwrapped(cause)));
                });
        span.end(end);
    }
}
