package io.burrow.tracing.otel;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/** The span of one attempt, or of a batch. Ended by any thread; ending it again does nothing. It throws nothing. */
final class AttemptSpan {
    private final Span span;
    private final Context context;
    private final boolean recordExceptions;

    AttemptSpan(Span span, Context context, boolean recordExceptions) {
        this.span = span;
        this.context = context;
        this.recordExceptions = recordExceptions;
    }

    /** Makes it current until {@link Scopes#leave}. */
    Scope enter() {
        return Scopes.enter(context);
    }

    void succeeded() {
        try {
            span.end();
        } catch (Throwable e) {
            // an exporter's fault must not fail the record
        }
    }

    void failed(Throwable failure) {
        try {
            Throwable cause = ErrorTypes.unwrapped(failure);
            span.setAttribute(MessagingAttributes.ERROR_TYPE, ErrorTypes.of(cause));
            span.setStatus(StatusCode.ERROR);
            if (recordExceptions) {
                span.recordException(cause);
            }
            span.end();
        } catch (Throwable e) {
            // as above
        }
    }

    /** So many records of a batch failed, the first of them with this. */
    void failedInPart(int records, Throwable first) {
        try {
            span.setAttribute(MessagingAttributes.BATCH_FAILED_COUNT, (long) records);
        } catch (Throwable e) {
            // as above
        }
        failed(first);
    }
}
