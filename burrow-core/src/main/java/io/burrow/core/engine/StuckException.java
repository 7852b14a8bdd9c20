package io.burrow.core.engine;

import java.util.concurrent.TimeoutException;

/** The failure of an attempt that was ended because of its age. */
final class StuckException extends TimeoutException {
    private static final long serialVersionUID = 1L;

    private final boolean givenUp;

    StuckException(String message, boolean givenUp) {
        super(message);
        this.givenUp = givenUp;
    }

    /** Whether no other attempt is wanted. */
    boolean isGivenUp() {
        return givenUp;
    }
}
