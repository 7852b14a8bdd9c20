package io.burrow.metrics.prometheus;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259): objects, arrays, strings, whole numbers, booleans and null, in one pass. It reads nothing, so
 * it does not need a library, which would meet another version of itself in many applications. One thread.
 */
final class Json {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder text = new StringBuilder(4096);
    /** Whether something stands before the next value or name in the same object or array. */
    private boolean comma;

    Json object() {
        return open('{');
    }

    Json endObject() {
        return close('}');
    }

    Json array() {
        return open('[');
    }

    Json endArray() {
        return close(']');
    }

    /** A name within an object; its value follows. */
    Json name(String name) {
        value(name);
        text.append(':');
        comma = false;
        return this;
    }

    Json field(String name, @Nullable String value) {
        return name(name).value(value);
    }

    Json field(String name, long value) {
        name(name);
        text.append(value);
        comma = true;
        return this;
    }

    Json field(String name, boolean value) {
        name(name);
        text.append(value);
        comma = true;
        return this;
    }

    Json field(String name, Enum<?> value) {
        return field(name, TagValues.of(value));
    }

    Json value(@Nullable String value) {
        separate();
        if (value == null) {
            text.append("null");
        } else {
            quote(value);
        }
        comma = true;
        return this;
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private Json open(char bracket) {
        separate();
        text.append(bracket);
        comma = false;
        return this;
    }

    private Json close(char bracket) {
        text.append(bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            text.append(',');
        }
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                text.append(c);
            } else { // all else escaped: no line ends for an event stream, no halves of surrogates for UTF-8
                text.append("\\u")
                        .append(HEX.charAt(c >>> 12))
                        .append(HEX.charAt(c >>> 8 & 15))
                        .append(HEX.charAt(c >>> 4 & 15))
                        .append(HEX.charAt(c & 15));
            }
        }
        text.append('"');
    }
}
