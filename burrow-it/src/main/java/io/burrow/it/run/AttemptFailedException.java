package io.burrow.it.run;

/** An attempt failed, and another one may help. The message holds nothing of the record. */
public final class AttemptFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** How many attempts before it a server had put off. */
    private final int putOff;

    AttemptFailedException(String message) {
        this(message, 0);
    }

    private AttemptFailedException(String message, int putOff) {
        super(message);
        this.putOff = putOff;
    }

    /** The same, after so many attempts that a server had put off: they use up no retries. */
    AttemptFailedException after(int attemptsPutOff) {
        return new AttemptFailedException(String.valueOf(getMessage()), attemptsPutOff);
    }

    int putOff() {
        return putOff;
    }
}
