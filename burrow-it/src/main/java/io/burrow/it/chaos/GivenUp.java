package io.burrow.it.chaos;

import io.burrow.it.chaos.check.Violation;
import java.util.List;

/**
 * A phase that could not be judged, since a broker failed by itself.
 *
 * @param phase which
 * @param reason what the broker said
 * @param violations what had been found by then, and by what the members wrote down
 * @param begunAnew whether it was run again on other brokers
 */
public record GivenUp(String phase, String reason, List<Violation> violations, boolean begunAnew) {

    /** Copies the list. */
    public GivenUp {
        violations = List.copyOf(violations);
    }

    /**
     * Whether nothing is left of it to be looked at.
     *
     * @return true if nothing was found and it was run again
     */
    public boolean isSettled() {
        return violations.isEmpty() && begunAnew;
    }

    @Override
    public String toString() {
        return phase + (begunAnew ? ", begun anew" : ", given up") + " since a broker failed by itself: " + reason;
    }
}
