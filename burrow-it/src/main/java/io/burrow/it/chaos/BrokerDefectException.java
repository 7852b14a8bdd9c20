package io.burrow.it.chaos;

/** The brokers are not what they should be, by their own words: whoever uses them can be held to nothing. */
final class BrokerDefectException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerDefectException(String message) {
        super(message);
    }
}
