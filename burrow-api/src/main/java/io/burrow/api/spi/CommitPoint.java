package io.burrow.api.spi;

import java.util.Objects;

/**
 * What is committed for a partition.
 *
 * @param offset the next offset to read after a crash: every delivered record below it is finished
 * @param leaderEpoch the leader epoch of the last delivered record below it, or -1 if not known
 * @param metadata text that is kept with the offset and means nothing to the adapter; empty if there is none
 */
public record CommitPoint(long offset, int leaderEpoch, String metadata) {
    /**
     * Makes the value.
     *
     * @param offset the next offset to read after a crash: every delivered record below it is finished
     * @param leaderEpoch the leader epoch of the last delivered record below it, or -1 if not known
     * @param metadata text that is kept with the offset and means nothing to the adapter; empty if there is none
     * @throws IllegalArgumentException if the offset is negative or the epoch below -1
     */
    public CommitPoint {
        Objects.requireNonNull(metadata, "metadata");
        if (offset < 0) {
            throw new IllegalArgumentException("offset must not be negative: " + offset);
        }
        if (leaderEpoch < -1) {
            throw new IllegalArgumentException("leaderEpoch must be at least -1: " + leaderEpoch);
        }
    }

    /**
     * A point without epoch and metadata.
     *
     * @param offset the next offset to read
     * @return the point
     */
    public static CommitPoint of(long offset) {
        return new CommitPoint(offset, -1, "");
    }

    /** Returns offset, epoch and the length of the metadata, never the metadata. */
    @Override
    public String toString() {
        return offset + "(epoch " + leaderEpoch + ", metadata " + metadata.length() + " chars)";
    }
}
