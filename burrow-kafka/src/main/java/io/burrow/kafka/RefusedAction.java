package io.burrow.kafka;

/**
 * What becomes of a dead letter that the brokers refuse because it is too large. What else they refuse (no right to
 * write, no valid name of a topic) is always tried again, since only a change outside can help.
 */
public enum RefusedAction {
    /**
     * It is not stored: its record stays unfinished, each attempt is counted and reported with what to change, and it
     * is sent again by {@link io.burrow.api.BurrowConfig#deadLetterBackoff()} until the limit is raised.
     */
    RETRY,

    /**
     * It is sent again without its value, if it has one: with its key, its headers, and
     * {@code burrow.dlq.value.stripped.bytes}, the size of what was left out, as text. The value is then empty, not
     * null, which a compacted topic would take for a deletion. Its record is finished with that: its contents are only
     * where it was read, as long as they are kept there. If that is refused, too, it is as with {@link #RETRY}.
     */
    STRIP
}
