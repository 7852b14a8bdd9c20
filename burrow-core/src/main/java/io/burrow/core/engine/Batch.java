package io.burrow.core.engine;

/** Records of one partition that came with one poll and one leader epoch. What they share is kept once. */
final class Batch {
    final Assignment assignment;
    final long firstSequence;
    final long fetchedNanos;
    final int leaderEpoch;

    /** The sequence after the last record. Loop thread. */
    long endSequence;

    Batch(Assignment assignment, long firstSequence, long fetchedNanos, int leaderEpoch) {
        this.assignment = assignment;
        this.firstSequence = firstSequence;
        this.endSequence = firstSequence;
        this.fetchedNanos = fetchedNanos;
        this.leaderEpoch = leaderEpoch;
    }
}
