package io.burrow.core.snapshot;

import java.util.Objects;

/**
 * What is finished above a commit point.
 *
 * @param newestEpoch the highest leader epoch of the records in it, or -1 if the transport has none. A record that was
 *     written under a later epoch is another one, although it has the same offset: the log was cut off between
 * @param finished the offsets
 */
public record Snapshot(int newestEpoch, OffsetRanges finished) {
    private static final Snapshot NONE = new Snapshot(-1, OffsetRanges.empty());

    /**
     * Makes the value.
     *
     * @param newestEpoch the highest leader epoch of the records in it, or -1 if the transport has none
     * @param finished the offsets
     */
    public Snapshot {
        Objects.requireNonNull(finished, "finished");
    }

    /**
     * The snapshot that says nothing.
     *
     * @return always the same
     */
    public static Snapshot none() {
        return NONE;
    }

    /**
     * Whether it says nothing.
     *
     * @return true if so
     */
    public boolean isEmpty() {
        return finished.isEmpty();
    }

    /**
     * Whether a record is one of those that were finished.
     *
     * @param offset its offset
     * @param leaderEpoch the epoch under which it was written, or -1
     * @return true if so
     */
    public boolean contains(long offset, int leaderEpoch) {
        return leaderEpoch <= newestEpoch && finished.contains(offset);
    }
}
