package io.burrow.tracing.otel;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The span of one attempt. Ended by any thread; ending it again does nothing. It throws nothing. */
final class AttemptSpan {
    private final Span span;
    private final Context context;
    private final boolean recordExceptions;

    AttemptSpan(Span span, Context context, boolean recordExceptions) {
        this.span = span;
        this.context = context;
        this.recordExceptions = recordExceptions;
    }

    Scope makeCurrent() {
        return context.makeCurrent();
    }

    void succeeded() {
        try {
            span.end();
        } catch (RuntimeException e) {
            // an exporter's fault must not fail the record
        }
    }

    void failed(Throwable failure) {
        try {
            Throwable cause = unwrapped(failure);
            String name = cause.getClass().getCanonicalName();
            span.setAttribute(
                    MessagingAttributes.ERROR_TYPE,
                    name != null ? name : cause.getClass().getName());
            span.setStatus(StatusCode.ERROR);
            if (recordExceptions) {
                span.recordException(cause);
            }
            span.end();
        } catch (RuntimeException e) {
            // as above
        }
    }

    /** Without the wrappers of {@code java.util.concurrent}. */
    private static Throwable unwrapped(Throwable failure) {
        Throwable unwrapped = failure;
        while (unwrapped instanceof CompletionException || unwrapped instanceof ExecutionException) {
            Throwable cause = unwrapped.getCause();
            if (cause == null) {
                break;
            }
            unwrapped = cause;
        }
        return unwrapped;
    }
}
