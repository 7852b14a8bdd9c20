package io.burrow.tracing.otel;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.spi.Stage;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Traces handlers: one span {@code process <topic>} of kind {@code CONSUMER} for each attempt, begun when the handler
 * is called and ended when it returns or when the stage that it returned completes. The span is current while the
 * handler is called, on its thread; a handler that goes on elsewhere takes {@code Context.current()} along.
 *
 * <p>The context in which the record was sent is read from its headers by the propagator of the given OpenTelemetry.
 * The span links to it, as the conventions advise, or is {@linkplain Builder#parentFromMessage its child} besides.
 * Baggage that came with it is current in the handler either way.
 *
 * <p>A failed attempt has the status {@code ERROR} and the class of the failure in {@code error.type}. The failure's
 * message may hold contents of the record and is left out, unless {@link Builder#recordExceptions} asks for it. Keys,
 * values and headers are never shown. {@link MessagingAttributes} lists the attributes.
 *
 * <p>What the tracing itself throws is contained: the record is handled without a span. With a tracer that is switched
 * off the handler is called directly.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class TracingStage<K, V> implements Stage<K, V> {
    private static final String SCOPE = "io.burrow.tracing.otel";

    private final boolean noop;
    private final SpanStarter spans;

    private TracingStage(Builder builder) {
        OpenTelemetry openTelemetry = builder.openTelemetry;
        this.noop = openTelemetry == OpenTelemetry.noop();
        Tracer tracer = openTelemetry
                .getTracerProvider()
                .tracerBuilder(SCOPE)
                .setSchemaUrl(MessagingAttributes.SCHEMA_URL)
                .build();
        TextMapPropagator propagator = openTelemetry.getPropagators().getTextMapPropagator();
        AttributesBuilder constant = Attributes.builder()
                .put(MessagingAttributes.SYSTEM, builder.system)
                .put(MessagingAttributes.OPERATION_TYPE, MessagingAttributes.PROCESS)
                .put(MessagingAttributes.OPERATION_NAME, MessagingAttributes.PROCESS);
        if (builder.consumerGroup != null) {
            constant.put(MessagingAttributes.CONSUMER_GROUP_NAME, builder.consumerGroup);
        }
        this.spans = new SpanStarter(
                tracer, propagator, constant.build(), builder.parentFromMessage, builder.recordExceptions);
    }

    /**
     * A stage with all defaults.
     *
     * @param openTelemetry makes the spans and reads the headers
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     */
    public static <K, V> TracingStage<K, V> of(OpenTelemetry openTelemetry) {
        return builder(openTelemetry).build();
    }

    /**
     * Starts from the defaults.
     *
     * @param openTelemetry makes the spans and reads the headers
     * @return a builder
     */
    public static Builder builder(OpenTelemetry openTelemetry) {
        return new Builder(openTelemetry);
    }

    @Override
    public AsyncMessageHandler<K, V> wrap(AsyncMessageHandler<K, V> next) {
        Objects.requireNonNull(next, "next");
        return noop ? next : new TracedHandler<>(spans, next);
    }

    /** Makes a {@link TracingStage}. Not safe for use by several threads. */
    public static final class Builder {
        private final OpenTelemetry openTelemetry;
        private String system = "kafka";
        private @Nullable String consumerGroup;
        private boolean parentFromMessage;
        private boolean recordExceptions;

        private Builder(OpenTelemetry openTelemetry) {
            this.openTelemetry = Objects.requireNonNull(openTelemetry, "openTelemetry");
        }

        /**
         * The messaging system that spans name; {@code kafka} by default.
         *
         * @param system a value of the conventions, or one of your own
         * @return this
         */
        public Builder system(String system) {
            this.system = Objects.requireNonNull(system, "system");
            return this;
        }

        /**
         * The consumer group that spans name; none by default.
         *
         * @param consumerGroup the group
         * @return this
         */
        public Builder consumerGroup(String consumerGroup) {
            this.consumerGroup = Objects.requireNonNull(consumerGroup, "consumerGroup");
            return this;
        }

        /**
         * Whether a span is the child of the context that came with the message, so that sending and handling are one
         * trace. By default it only links to that context, and is the child of what is current where the handler is
         * called, mostly of nothing. A retry is a child of the same context as the first attempt.
         *
         * @param parentFromMessage the value
         * @return this
         */
        public Builder parentFromMessage(boolean parentFromMessage) {
            this.parentFromMessage = parentFromMessage;
            return this;
        }

        /**
         * Whether a failed attempt's exception is recorded as an event of its span, with its message and its stack
         * trace. Off by default: they may hold contents of the record.
         *
         * @param recordExceptions the value
         * @return this
         */
        public Builder recordExceptions(boolean recordExceptions) {
            this.recordExceptions = recordExceptions;
            return this;
        }

        /**
         * Makes the stage.
         *
         * @param <K> the type of the key
         * @param <V> the type of the value
         * @return the stage
         */
        public <K, V> TracingStage<K, V> build() {
            return new TracingStage<>(this);
        }
    }
}
