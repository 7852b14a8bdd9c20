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
    public CompletionStage<?> handle(Message<K, V> message) throws Exception {
        AttemptSpan span = spans.start(message);
        if (span == null) {
            return next.handle(message);
        }
        CompletionStage<?> stage;
        Scope scope = span.enter();
        try {
            stage = next.handle(message);
        } catch (Throwable failure) {
            Scopes.leave(scope);
            span.failed(failure);
            throw failure;
        }
        Scopes.leave(scope);
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
            } catch (Throwable e) { // the user's own stage, which takes no callbacks; the engine meets the same
                span.failed(e);
            }
        }
    }
}
