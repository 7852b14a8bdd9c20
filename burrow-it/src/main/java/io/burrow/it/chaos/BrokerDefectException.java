package io.burrow.it.chaos;

import io.burrow.it.chaos.check.Violation;
import java.util.List;

/** The brokers are not what they should be, by their own words: whoever uses them can be held to nothing more. */
final class BrokerDefectException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    /**
     * Makes the exception.
     *
     * @param message what a broker said
     * @param violations what was found all the same
     */
    BrokerDefectException(String message, List<Violation> violations) {
        super(message);
        this.violations = List.copyOf(violations);
    }

    List<Violation> violations() {
        return violations;
    }
}
