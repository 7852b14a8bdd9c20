package io.burrow.core.stage;

import java.util.Arrays;

/**
 * What a user's function takes a record to be, as a key of a map. Arrays of bytes compare by content. The hash is taken
 * once, and an {@code equals} that throws means no: so an identity that misbehaves is always found again by itself.
 */
final class Identity {
    private final Object value;
    private final int hash;

    Identity(Object value) {
        this.value = value;
        this.hash = value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value.hashCode();
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Identity that) || hash != that.hash) {
            return false;
        }
        if (value instanceof byte[] bytes) {
            return that.value instanceof byte[] theirs && Arrays.equals(bytes, theirs);
        }
        try {
            return value.equals(that.value);
        } catch (RuntimeException e) {
            return false;
        }
    }
}
