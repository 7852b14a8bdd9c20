package io.burrow.it.chaos;

/** The run cannot go on. The message says all. */
public final class ChaosException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what went wrong, and what to do
     */
    public ChaosException(String message) {
        super(message);
    }

    ChaosException(String message, Throwable cause) {
        super(message, cause);
    }
}
