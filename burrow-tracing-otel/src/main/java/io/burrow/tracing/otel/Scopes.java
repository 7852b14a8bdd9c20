package io.burrow.tracing.otel;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/** Makes contexts current and not current any more. Throws nothing, whatever keeps them does. Any thread. */
final class Scopes {
    private Scopes() {}

    static Scope enter(Context context) {
        try {
            return context.makeCurrent();
        } catch (Throwable e) { // watching must not fail the record
            return Scope.noop();
        }
    }

    static void leave(Scope scope) {
        try {
            scope.close();
        } catch (Throwable e) {
            // likewise
        }
    }
}
