package io.burrow.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A header of a message. The value is shared, not copied: whoever reads it must not change it. Two headers are equal
 * when they are the same name over the same array.
 *
 * @param name the name, may be empty
 * @param value the raw bytes, or null
 */
public record Header(String name, byte @Nullable [] value) {
    /**
     * Makes a header; the name must not be null.
     *
     * @param name the name, may be empty
     * @param value the raw bytes, or null
     */
    public Header {
        Objects.requireNonNull(name, "name");
    }

    /** Returns the name and the length of the value, never the value. */
    @Override
    public String toString() {
        return name + (value == null ? "[null]" : "[" + value.length + " bytes]");
    }
}
