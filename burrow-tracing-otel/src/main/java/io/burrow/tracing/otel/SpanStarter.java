package io.burrow.tracing.otel;

import io.burrow.api.Message;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts the spans of attempts and of batches. Throws nothing. Any thread. */
final class SpanStarter {
    private final Tracer tracer;
    private final SenderContexts senders;
    private final Attributes constant;
    private final boolean parentFromMessage;
    private final boolean recordExceptions;

    SpanStarter(
            Tracer tracer,
            SenderContexts senders,
            Attributes constant,
            boolean parentFromMessage,
            boolean recordExceptions) {
        this.tracer = tracer;
        this.senders = senders;
        this.constant = constant;
        this.parentFromMessage = parentFromMessage;
        this.recordExceptions = recordExceptions;
    }

    /** Returns null if there is to be no span: the tracer is off, or tracing failed. */
    @Nullable
    AttemptSpan start(Message<?, ?> message) {
        try {
            return tracer.isEnabled() ? started(message) : null;
        } catch (Throwable e) {
            return null; // watching must not fail the record
        }
    }

    /** The same for several messages at once. */
    @Nullable
    AttemptSpan start(List<? extends Message<?, ?>> messages) {
        try {
            return tracer.isEnabled() ? started(messages) : null;
        } catch (Throwable e) {
            return null; // likewise
        }
    }

    private AttemptSpan started(Message<?, ?> message) {
        return started(span(message.topic()), message);
    }

    private AttemptSpan started(List<? extends Message<?, ?>> messages) {
        String topic = onlyTopic(messages);
        SpanBuilder builder = span(topic).setAttribute(MessagingAttributes.BATCH_MESSAGE_COUNT, (long) messages.size());
        if (messages.size() == 1) {
            return started(builder, messages.get(0));
        }
        int attempt = 1;
        for (Message<?, ?> message : messages) {
            attempt = Math.max(attempt, message.attempt());
            SpanContext sent =
                    Span.fromContext(senders.on(Context.root(), message)).getSpanContext();
            if (sent.isValid()) {
                builder.addLink(sent, position(message));
            }
        }
        builder.setAttribute(MessagingAttributes.ATTEMPT, (long) attempt);
        return started(builder, Context.current());
    }

    private AttemptSpan started(SpanBuilder builder, Message<?, ?> message) {
        Context ambient = Context.current();
        Span ambientSpan = Span.fromContext(ambient);
        SpanContext current = ambientSpan.getSpanContext();
        // without the ambient span, so that a span that is found came with the message
        Context extracted = senders.on(current.isValid() ? ambient.with(Span.getInvalid()) : ambient, message);
        SpanContext sent = Span.fromContext(extracted).getSpanContext();

        boolean child = parentFromMessage && sent.isValid();
        Context parent = child || (!sent.isValid() && !current.isValid()) ? extracted : extracted.with(ambientSpan);
        builder.setAttribute(MessagingAttributes.DESTINATION_PARTITION_ID, Integer.toString(message.partition()))
                .setAttribute(MessagingAttributes.KAFKA_OFFSET, message.offset())
                .setAttribute(MessagingAttributes.ATTEMPT, (long) message.attempt());
        if (sent.isValid()) {
            builder.addLink(sent);
        }
        if (child && current.isValid()) {
            builder.addLink(current);
        }
        return started(builder, parent);
    }

    private AttemptSpan started(SpanBuilder builder, Context parent) {
        Span span = builder.setParent(parent).startSpan();
        return new AttemptSpan(span, parent.with(span), recordExceptions);
    }

    /** Without what only some of the records have; no topic if they are of several. */
    private SpanBuilder span(@Nullable String topic) {
        String name = topic == null ? MessagingAttributes.PROCESS : MessagingAttributes.PROCESS + " " + topic;
        SpanBuilder builder =
                tracer.spanBuilder(name).setSpanKind(SpanKind.CONSUMER).setAllAttributes(constant);
        return topic == null ? builder : builder.setAttribute(MessagingAttributes.DESTINATION_NAME, topic);
    }

    private static Attributes position(Message<?, ?> message) {
        return Attributes.of(
                MessagingAttributes.DESTINATION_NAME,
                message.topic(),
                MessagingAttributes.DESTINATION_PARTITION_ID,
                Integer.toString(message.partition()),
                MessagingAttributes.KAFKA_OFFSET,
                message.offset(),
                MessagingAttributes.ATTEMPT,
                (long) message.attempt());
    }

    private static @Nullable String onlyTopic(List<? extends Message<?, ?>> messages) {
        String topic = messages.get(0).topic();
        return messages.stream().allMatch(message -> message.topic().equals(topic)) ? topic : null;
    }
}
