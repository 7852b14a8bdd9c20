package io.burrow.tracing.otel;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.spi.Stage;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Traces handlers: one span {@code process <topic>} of kind {@code CONSUMER} for each attempt, with its number, begun
 * when the handler is called and ended when it returns or when the stage that it returned completes. The span is
 * current while the handler is called, on its thread; a handler that goes on elsewhere takes {@code Context.current()}
 * along ({@code Context.taskWrapping} does it for an executor).
 *
 * <p>Its place is next to the handler, as the last stage of the builder: further out the time that a stage within lets
 * the record wait would belong to the span, and a stage that calls the handler on another thread would lose the
 * context.
 *
 * <p>The context in which the record was sent is read from its headers by the propagator of the given OpenTelemetry.
 * The span links to it, as the conventions advise, or is {@linkplain BurrowTracing.Builder#parentFromMessage its child}
 * besides. Baggage that came with it is current in the handler either way.
 *
 * <p>A failed attempt has the status {@code ERROR} and the class of the failure in {@code error.type}. The failure's
 * message may hold contents of the record and is left out, unless {@link BurrowTracing.Builder#recordExceptions} asks
 * for it. Keys, values and headers are never shown. {@link MessagingAttributes} lists the attributes.
 *
 * <p>What the tracing itself throws is contained: the record is handled without a span. With a tracer that is switched
 * off the handler is called directly.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class TracingStage<K, V> implements Stage<K, V> {
    private final @Nullable SpanStarter spans;

    /** Takes what starts the spans, null for none ever. */
    TracingStage(@Nullable SpanStarter spans) {
        this.spans = spans;
    }

    /**
     * A stage with all defaults; {@link BurrowTracing} has settings.
     *
     * @param openTelemetry makes the spans and reads the headers
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     */
    public static <K, V> TracingStage<K, V> of(OpenTelemetry openTelemetry) {
        return BurrowTracing.of(openTelemetry).stage();
    }

    @Override
    public AsyncMessageHandler<K, V> wrap(AsyncMessageHandler<K, V> next) {
        Objects.requireNonNull(next, "next");
        return spans == null ? next : new TracedHandler<>(spans, next);
    }
}
