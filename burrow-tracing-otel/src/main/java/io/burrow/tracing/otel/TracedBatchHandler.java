package io.burrow.tracing.otel;

import io.burrow.api.BatchMessageHandler;
import io.burrow.api.Message;
import io.burrow.api.Outcome;
import io.opentelemetry.context.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch handler with a span around each call. */
final class TracedBatchHandler<K, V> implements BatchMessageHandler<K, V> {
    private final SpanStarter spans;
    private final BatchMessageHandler<K, V> next;

    TracedBatchHandler(SpanStarter spans, BatchMessageHandler<K, V> next) {
        this.spans = spans;
        this.next = next;
    }

    @Override
    public List<Outcome> handle(List<? extends Message<K, V>> messages) throws Exception {
        AttemptSpan span = spans.start(messages);
        if (span == null) {
            return next.handle(messages);
        }
        List<Outcome> outcomes;
        Scope scope = span.enter();
        try {
            outcomes = next.handle(messages);
        } catch (Throwable failure) {
            Scopes.leave(scope);
            span.failed(failure);
            throw failure;
        }
        Scopes.leave(scope);
        endWith(span, outcomes);
        return outcomes;
    }

    /** The list is the user's: one that is wrong is the engine's to report. */
    private static void endWith(AttemptSpan span, @Nullable List<Outcome> outcomes) {
        int failures = 0;
        Throwable first = null;
        try {
            for (Outcome outcome : outcomes == null ? List.<Outcome>of() : outcomes) {
                if (outcome instanceof Outcome.Failed failed) {
                    failures++;
                    first = first == null ? failed.cause() : first;
                }
            }
        } catch (Throwable e) {
            span.failed(e);
            return;
        }
        if (outcomes == null) {
            span.failed(new NullPointerException());
        } else if (first != null) {
            span.failedInPart(failures, first);
        } else {
            span.succeeded();
        }
    }
}
