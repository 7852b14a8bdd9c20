package io.burrow.core.engine;

import java.util.concurrent.TimeoutException;

/** The failure of an attempt that was ended because of its age. */
final class StuckException extends TimeoutException {
    private static final long serialVersionUID = 1L;

    private final boolean last;

    StuckException(String message, boolean last) {
        super(message);
        this.last = last;
    }

    /** Whether no other attempt is wanted: then the record is exhausted. */
    boolean isLast() {
        return last;
    }
}
