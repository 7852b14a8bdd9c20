package io.burrow.it.run;

/** No record can be done: what should do it is not there. Everything stops, and the record stays unfinished. */
public final class CannotWorkException extends Exception {
    private static final long serialVersionUID = 1L;

    CannotWorkException(String message) {
        super(message);
    }
}
