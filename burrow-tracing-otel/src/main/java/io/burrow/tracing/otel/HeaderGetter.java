package io.burrow.tracing.otel;

import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the headers of a message for a propagator. Whoever sent the record wrote them: what is longer than any
 * propagator's limit is not read, and bytes that are no text become characters that no propagator accepts.
 */
enum HeaderGetter implements TextMapGetter<Headers> {
    INSTANCE;

    /** The longest value that W3C baggage allows; contexts are far shorter. */
    private static final int MAX_BYTES = 8_192;

    @Override
    public @Nullable String get(@Nullable Headers headers, String name) {
        return headers == null ? null : text(headers.last(name));
    }

    @Override
    public Iterator<String> getAll(@Nullable Headers headers, String name) {
        List<String> values = new ArrayList<>(1);
        if (headers != null) {
            for (Header header : headers) {
                String value = header.name().equals(name) ? text(header) : null;
                if (value != null) {
                    values.add(value);
                }
            }
        }
        return values.iterator();
    }

    private static @Nullable String text(@Nullable Header header) {
        byte[] value = header == null ? null : header.value();
        return value == null || value.length > MAX_BYTES ? null : new String(value, StandardCharsets.UTF_8);
    }
}
