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
 * Reads the headers of a message for a propagator. Whoever sent the record wrote them, so what is read is bounded, and
 * is text as W3C and the other propagators write it, visible ASCII: a header with other bytes or with too many of them
 * is as if it were not there, and of a name that occurs often no more is read than one header may hold.
 */
enum HeaderGetter implements TextMapGetter<Headers> {
    INSTANCE;

    /** The longest value that W3C baggage allows; contexts are far shorter. */
    private static final int MAX_BYTES = 8_192;

    /** As many entries as W3C baggage allows. */
    private static final int MAX_VALUES = 64;

    @Override
    public @Nullable String get(@Nullable Headers headers, String name) {
        return headers == null ? null : text(headers.last(name), MAX_BYTES);
    }

    @Override
    public Iterator<String> getAll(@Nullable Headers headers, String name) {
        List<String> values = new ArrayList<>(1);
        if (headers != null) {
            int bytes = MAX_BYTES;
            for (Header header : headers) {
                if (values.size() == MAX_VALUES || bytes == 0) {
                    break;
                }
                String value = header.name().equals(name) ? text(header, bytes) : null;
                if (value != null) {
                    values.add(value);
                    bytes -= value.length();
                }
            }
        }
        return values.iterator();
    }

    private static @Nullable String text(@Nullable Header header, int most) {
        byte[] value = header == null ? null : header.value();
        return value == null || value.length > most || !isText(value)
                ? null
                : new String(value, StandardCharsets.US_ASCII);
    }

    private static boolean isText(byte[] value) {
        for (byte each : value) {
            if (each != '\t' && (each < ' ' || each > '~')) {
                return false;
            }
        }
        return true;
    }
}
