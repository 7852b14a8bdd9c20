package io.burrow.it.chaos;

/**
 * A fault as it is planned.
 *
 * @param number from 1, within its phase
 * @param kind what is done
 * @param atMillis when it begins, after the beginning of its round
 * @param millis how long it lasts
 * @param target to whom: a number that is reduced to how many there are
 * @param variant how exactly: any number
 */
record Fault(int number, FaultKind kind, int atMillis, int millis, int target, long variant) {

    /** As it stands in the plan. */
    @Override
    public String toString() {
        return "fault " + number + " at " + atMillis + " ms: " + kind.text()
                + (millis == 0 ? "" : ", for " + millis + " ms");
    }
}
