package io.burrow.it.chaos.check;

/**
 * Something that must not be.
 *
 * @param kind of which kind
 * @param text what, by member, partition and offset
 */
public record Violation(Kind kind, String text) {

    /** The kinds, with the invariant that each breaks. */
    public enum Kind {
        /** A record that nobody handled to the end. */
        LOST("I1"),
        /** A commit that passed a record that was not handled by then. */
        PASSED("I1"),
        /** A snapshot that named a record that was not handled by then. */
        NAMED("I1b"),
        /** A committed offset below the one before it. */
        REGRESSION("I2"),
        /** A commit for a partition that the member did not have. */
        NOT_OWNED("I3"),
        /** Two handlers of a key at once in one member. */
        OVERLAP("I5"),
        /** A key's records out of order in one member. */
        ORDER("I5"),
        /** A record that came again although a commit or a snapshot stored before said that it was handled. */
        REDELIVERY("I11"),
        /** Two polls too far apart. */
        POLL_GAP("I12"),
        /** A close that took too long or left a thread. */
        CLOSE("I13"),
        /** Not everything was handled and committed in time after the last fault had healed. */
        STALL("liveness"),
        /** The brokers or the test itself are not what they should be: nothing else can be believed then. */
        EVIDENCE("evidence");

        private final String invariant;

        Kind(String invariant) {
            this.invariant = invariant;
        }

        /**
         * The invariant that it breaks.
         *
         * @return its short name
         */
        public String invariant() {
            return invariant;
        }
    }

    @Override
    public String toString() {
        return kind.invariant() + " " + kind + ": " + text;
    }
}
