package io.burrow.kafka;

import io.burrow.api.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A partition that the consumer has. Loop thread only. */
final class HeldPartition {
    final org.apache.kafka.common.TopicPartition key;
    final TopicPartition partition;

    /**
     * Whether the engine knows of it: only when its position and its committed offset are known. Before that nothing of
     * it is fetched.
     */
    boolean announced;

    /**
     * Whether the engine wants nothing of it for now. The consumer forgets this when it rebalances eagerly; this does
     * not.
     */
    boolean paused;

    /** Whether anything of it was handed over, so that the engine may have something to finish. */
    boolean delivered;

    /** The next offset to come, by what the engine was told. */
    long next;

    /** What the group has, as far as this member knows: what it found, or what it committed since. */
    long committed;

    /** Whether its position was moved since the last commit without waiting was sent: the answer says nothing then. */
    boolean movedSinceSent;

    /** The first offset that is passed by because it cannot be read, or -1. */
    long damagedFrom = -1;

    /** When the client was asked last where it is, counted in questions; 0 before. */
    long askedAt;

    /** What was fetched and is not due yet: as long as there is any, nothing more is fetched. */
    DueTimes.@Nullable Waiting waiting;

    /** Where its log ended when the client was asked last, or -1. */
    long endOffset = -1;

    /** In which round of {@link LogEnds} that was; 0 before. */
    long endRound;

    /** Whether it began at what was committed, and not where a reset policy says. */
    boolean fromCommitted;

    /** Whether it was there when somebody looked at its topic before. */
    boolean watched;

    HeldPartition(org.apache.kafka.common.TopicPartition key) {
        this.key = key;
        this.partition = new TopicPartition(key.topic(), key.partition());
    }

    @Override
    public String toString() {
        return partition.toString();
    }
}
