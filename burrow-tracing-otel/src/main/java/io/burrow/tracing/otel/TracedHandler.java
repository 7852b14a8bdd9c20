package io.burrow.tracing.otel;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A handler with a span around each call. */
final class TracedHandler<K, V> implements AsyncMessageHandler<K, V> {
    private final SpanStarter spans;
    private final AsyncMessageHandler<K, V> next;

    TracedHandler(SpanStarter spans, AsyncMessageHandler<K, V> next) {
        this.spans = spans;
        this.next = next;
    }

    @Override
    @SuppressWarnings("try") // the scope is there to be closed
    public CompletionStage<?> handle(Message<K, V> message) throws Exception {
        AttemptSpan span = spans.start(message);
        if (span == null) {
            return next.handle(message);
        }
        CompletionStage<?> stage;
        try (Scope ignored = span.makeCurrent()) {
            stage = next.handle(message);
        } catch (Throwable failure) {
            span.failed(failure);
            throw failure;
        }
        endWith(span, stage);
        return stage;
    }

    private static void endWith(AttemptSpan span, @Nullable CompletionStage<?> stage) {
        if (stage == AsyncMessageHandler.done()) {
            span.succeeded(); // no callback for what is done
        } else if (stage == null) {
            span.failed(new NullPointerException()); // the next handler's fault; the engine reports it
        } else {
            try {
                stage.whenComplete((value, failure) -> {
                    if (failure == null) {
                        span.succeeded();
                    } else {
                        span.failed(failure);
                    }
                });
            } catch (
                    RuntimeException
                            e) { // a stage of the user's own that takes no callbacks: when it ends cannot be told
                span.succeeded();
            }
        }
    }
}
