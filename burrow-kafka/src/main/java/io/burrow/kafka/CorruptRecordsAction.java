package io.burrow.kafka;

/** What becomes of records that the client cannot read, because a batch is damaged: its checksum does not fit. */
public enum CorruptRecordsAction {
    /**
     * Burrow stops, and names the partition and the offset. What is being handled ends, and is committed; after a
     * restart the same is met again, until the damage is removed or the group's offset is set beyond it.
     */
    HALT,

    /**
     * They are passed by, one offset after the other, until something can be read again, and are committed with what
     * follows. Nothing of them is handled, and they become no dead letters: there is nothing to write into one. What
     * was passed by is logged as a warning, and told and counted as a move of the position
     * ({@link io.burrow.api.spi.BurrowListener#positionReset}, {@link io.burrow.api.Stats#positionResets()}).
     */
    SKIP
}
