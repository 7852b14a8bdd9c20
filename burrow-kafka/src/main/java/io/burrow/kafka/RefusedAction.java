package io.burrow.kafka;

/**
 * What becomes of a dead letter that the brokers refuse in a way that does not pass: because it is too large, because
 * there is no right to write to its topic, or because that has no valid name.
 */
public enum RefusedAction {
    /**
     * It is not stored: its record stays unfinished, each attempt is counted and reported with what to change, and it
     * is sent again by {@link io.burrow.api.BurrowConfig#deadLetterBackoff()} until that is changed.
     */
    RETRY,

    /**
     * One that is too large is sent again without its value, if it has one: with its key, its headers, and
     * {@code burrow.dlq.value.stripped.bytes}, the size of what was left out, as text. The value is then empty, not
     * null, which a compacted topic would take for a deletion. Its record is finished with that: its contents are only
     * where it was read, as long as they are kept there. If that is refused, too, it is as with {@link #RETRY}.
     */
    STRIP,

    /**
     * It is not sent again: its record is parked, and can be tried again or sent again by call, or after a restart. Its
     * key waits as that of any parked record does.
     */
    PARK,

    /** Everything halts with {@link io.burrow.api.ErrorCode#DEAD_LETTER_REFUSED}; the record stays unfinished. */
    HALT
}
