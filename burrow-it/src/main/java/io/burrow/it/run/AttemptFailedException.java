package io.burrow.it.run;

/** An attempt failed, and another one may help. The message holds nothing of the record. */
public final class AttemptFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    AttemptFailedException(String message) {
        super(message);
    }
}
