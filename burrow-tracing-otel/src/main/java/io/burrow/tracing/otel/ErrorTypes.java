package io.burrow.tracing.otel;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What {@code error.type} says of a failure: its class, never its message. */
final class ErrorTypes {
    private ErrorTypes() {}

    static String of(Throwable failure) {
        String name = failure.getClass().getCanonicalName();
        return name != null ? name : failure.getClass().getName();
    }

    /** Without the wrappers of {@code java.util.concurrent}. */
    static Throwable unwrapped(Throwable failure) {
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
