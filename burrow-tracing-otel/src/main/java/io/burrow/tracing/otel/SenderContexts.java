package io.burrow.tracing.otel;

import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.spi.SourceRecord;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.function.Supplier;

/** Reads the contexts in which records were sent. Throws nothing. Any thread. */
final class SenderContexts {
    private final TextMapPropagator propagator;

    SenderContexts(TextMapPropagator propagator) {
        this.propagator = propagator;
    }

    /** The context that came with a message on top of another, or that one if the headers cannot be read. */
    Context on(Context base, Message<?, ?> message) {
        return on(base, message::headers);
    }

    /** The same of a record, which may be one that cannot be decoded. */
    Context on(Context base, SourceRecord<?, ?> record) {
        return on(base, record::headers);
    }

    private Context on(Context base, Supplier<Headers> headers) {
        try {
            return propagator.extract(base, headers.get(), HeaderGetter.INSTANCE);
        } catch (Throwable e) { // watching must not fail the record
            return base;
        }
    }
}
