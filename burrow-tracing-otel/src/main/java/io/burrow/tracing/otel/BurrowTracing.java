package io.burrow.tracing.otel;

import io.burrow.api.BatchMessageHandler;
import io.burrow.api.Message;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.DeadLetterSink;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Traces a Burrow: what it makes goes into the Burrow's builder.
 *
 * <pre>{@code
 * BurrowTracing tracing = BurrowTracing.builder(openTelemetry).consumerGroup("mailer").build();
 * Burrow<String, String> burrow = Burrow.<String, String>builder()
 *         .source(source)
 *         .stage(Stages.timeLimit(Duration.ofSeconds(20)))
 *         .stage(tracing.stage()) // last, next to the handler
 *         .deadLetters(tracing.deadLetters(sink))
 *         .listener(tracing.commits())
 *         .handler(mailer)
 *         .build();
 * }</pre>
 *
 * <p>Spans follow the OpenTelemetry conventions for messaging; {@link MessagingAttributes} lists what they carry, and
 * of which version. Keys, values and headers are never shown. What the tracing itself throws is contained: the record
 * is handled, and the commit stands, without a span. Where no SDK is installed nothing is done. Immutable; any thread.
 */
public final class BurrowTracing {
    private static final String SCOPE = "io.burrow.tracing.otel";

    private final boolean noop;
    private final SenderContexts senders;
    private final SpanStarter spans;
    private final CommitSpans commits;

    private BurrowTracing(Builder builder) {
        OpenTelemetry openTelemetry = builder.openTelemetry;
        this.noop = openTelemetry == OpenTelemetry.noop();
        Tracer tracer = openTelemetry
                .getTracerProvider()
                .tracerBuilder(SCOPE)
                .setSchemaUrl(MessagingAttributes.SCHEMA_URL)
                .build();
        this.senders = new SenderContexts(openTelemetry.getPropagators().getTextMapPropagator());
        this.spans = new SpanStarter(
                tracer,
                senders,
                builder.constant()
                        .put(MessagingAttributes.OPERATION_TYPE, MessagingAttributes.PROCESS)
                        .put(MessagingAttributes.OPERATION_NAME, MessagingAttributes.PROCESS)
                        .build(),
                builder.parentFromMessage,
                builder.recordExceptions);
        this.commits = new CommitSpans(
                tracer,
                builder.constant()
                        .put(MessagingAttributes.OPERATION_TYPE, MessagingAttributes.SETTLE)
                        .put(MessagingAttributes.OPERATION_NAME, MessagingAttributes.COMMIT)
                        .build());
    }

    /**
     * Tracing with all defaults.
     *
     * @param openTelemetry makes the spans and reads the headers
     * @return the tracing
     */
    public static BurrowTracing of(OpenTelemetry openTelemetry) {
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

    /**
     * Traces each attempt of a handler.
     *
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a stage
     */
    public <K, V> TracingStage<K, V> stage() {
        return new TracingStage<>(noop ? null : spans);
    }

    /**
     * Traces a batch handler, which takes no stages: a span for each batch, with a link to the context of each record
     * that has one; a link shows the record's position and attempt. The span is named {@code process <topic>}, or
     * {@code process} if the records are of several topics. It is current in the handler. A batch of one record is
     * treated as that record: its baggage is current, and its sender is the parent
     * {@linkplain Builder#parentFromMessage by switch}. In a larger one nobody's baggage is, or it would spread to the
     * others: see {@link #contextOf}. If some records failed the span has the status {@code ERROR} and the class of the
     * first failure.
     *
     * @param handler the handler
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a handler to give to the builder in its place
     */
    public <K, V> BatchMessageHandler<K, V> batch(BatchMessageHandler<K, V> handler) {
        Objects.requireNonNull(handler, "handler");
        return noop ? handler : new TracedBatchHandler<>(spans, handler);
    }

    /**
     * Traces commits: once one was answered, a span {@code commit <topic>} of kind {@code CLIENT} for each of its
     * topics, which lasted as long as the commit did. If a partition's point was not stored it has the status
     * {@code ERROR}. These spans have no parent: a commit is of many records.
     *
     * @return a listener
     */
    public BurrowListener commits() {
        return noop ? new BurrowListener() {} : commits;
    }

    /**
     * Sends dead letters in the context in which their record was sent. A dead letter has its record's headers, the
     * context's among them; a traced producer, though, writes the context current at the send over those. So it stays
     * what it was, or becomes a child of it, and the dead letter is found in the trace of its record. Baggage stays
     * too. It makes no span: that is the producer's business.
     *
     * @param sink the sink
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a sink to give to the builder in its place
     */
    public <K, V> DeadLetterSink<K, V> deadLetters(DeadLetterSink<K, V> sink) {
        Objects.requireNonNull(sink, "sink");
        return noop ? sink : new TracedDeadLetters<>(senders, sink);
    }

    /**
     * The context in which a message was sent: its remote span and its baggage, on top of nothing. Where one handler
     * works on several messages, for what concerns one of them.
     *
     * @param message the message
     * @return the context; the root if nothing of it can be read
     */
    public Context contextOf(Message<?, ?> message) {
        return senders.on(Context.root(), message);
    }

    /** Makes a {@link BurrowTracing}. Not safe for use by several threads. */
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
         * Makes the tracing.
         *
         * @return the tracing
         */
        public BurrowTracing build() {
            return new BurrowTracing(this);
        }

        private AttributesBuilder constant() {
            AttributesBuilder constant = Attributes.builder().put(MessagingAttributes.SYSTEM, system);
            if (consumerGroup != null) {
                constant.put(MessagingAttributes.CONSUMER_GROUP_NAME, consumerGroup);
            }
            return constant;
        }
    }
}
