package io.burrow.tracing.otel;

import io.burrow.api.Message;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.jspecify.annotations.Nullable;

/** Starts the spans of attempts. Any thread. */
final class SpanStarter {
    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final Attributes constant;
    private final boolean parentFromMessage;
    private final boolean recordExceptions;

    SpanStarter(
            Tracer tracer,
            TextMapPropagator propagator,
            Attributes constant,
            boolean parentFromMessage,
            boolean recordExceptions) {
        this.tracer = tracer;
        this.propagator = propagator;
        this.constant = constant;
        this.parentFromMessage = parentFromMessage;
        this.recordExceptions = recordExceptions;
    }

    /** Returns null if there is to be no span: the tracer is off, or tracing failed. */
    @Nullable
    AttemptSpan start(Message<?, ?> message) {
        if (!tracer.isEnabled()) {
            return null;
        }
        try {
            return started(message);
        } catch (RuntimeException e) {
            return null; // watching must not fail the record
        }
    }

    private AttemptSpan started(Message<?, ?> message) {
        Context ambient = Context.current();
        Span ambientSpan = Span.fromContext(ambient);
        SpanContext current = ambientSpan.getSpanContext();
        // without the ambient span, so that a span that is found came with the message
        Context extracted = extracted(current.isValid() ? ambient.with(Span.getInvalid()) : ambient, message);
        SpanContext sent = Span.fromContext(extracted).getSpanContext();

        boolean child = parentFromMessage && sent.isValid();
        Context parent = child || (!sent.isValid() && !current.isValid()) ? extracted : extracted.with(ambientSpan);
        SpanBuilder builder = tracer.spanBuilder(MessagingAttributes.PROCESS + " " + message.topic())
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(parent)
                .setAllAttributes(constant)
                .setAttribute(MessagingAttributes.DESTINATION_NAME, message.topic())
                .setAttribute(MessagingAttributes.DESTINATION_PARTITION_ID, Integer.toString(message.partition()))
                .setAttribute(MessagingAttributes.KAFKA_OFFSET, message.offset())
                .setAttribute(MessagingAttributes.ATTEMPT, (long) message.attempt());
        if (sent.isValid()) {
            builder.addLink(sent);
        }
        if (child && current.isValid()) {
            builder.addLink(current);
        }
        Span span = builder.startSpan();
        return new AttemptSpan(span, parent.with(span), recordExceptions);
    }

    /** The context that came with the message on top of the given one, or that one if the headers cannot be read. */
    private Context extracted(Context base, Message<?, ?> message) {
        try {
            return propagator.extract(base, message.headers(), HeaderGetter.INSTANCE);
        } catch (RuntimeException e) {
            return base;
        }
    }
}
