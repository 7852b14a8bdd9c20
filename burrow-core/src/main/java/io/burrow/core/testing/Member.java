package io.burrow.core.testing;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitResult;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A member of a group: what its source knows and what the coordinator wants of it. Guarded by the broker's lock. */
final class Member {
    final String name;
    final Group group;
    final Set<String> topics;
    final SourceOptions options;

    /** What the member has, by its own account: it learns of changes in its polls only. */
    final TreeMap<TopicPartition, Position> positions = new TreeMap<>();
    /** Answers to asynchronous commits that the source has not passed on yet. */
    final Deque<Answer> answers = new ArrayDeque<>();

    /** What the coordinator wants it to have. */
    Set<TopicPartition> target = Set.of();
    /** What it has to give up although it is to have it. */
    final Set<TopicPartition> withheld = new HashSet<>();
    /** An assignment was made for it and it was not told. */
    boolean assignmentPending;
    /** Eager: it gave up all it had and waits for the others. */
    boolean rejoined;
    /** The generation of the group that it knows, -1 if it was never told of one. */
    int generation = -1;
    /** The version of the group at which it had nothing to give up or to take. */
    long settledAt = -1;

    /** It was removed from the group and does not know yet. */
    boolean expired;

    boolean crashed;
    boolean wakeup;
    final Deque<RuntimeException> pollFaults = new ArrayDeque<>();
    /** The partition whose records were handed over last: the next poll begins behind it. */
    @Nullable
    TopicPartition lastServed;

    Member(String name, Group group, Collection<String> topics, SourceOptions options) {
        this.name = name;
        this.group = group;
        this.topics = new TreeSet<>(topics);
        this.options = options;
    }

    /** Where a member reads in a partition. */
    static final class Position {
        /** The log that the offset belongs to: a topic that is deleted and made again has another. */
        PartitionLog log;

        long offset;
        /** The epoch of the last record below the offset, -1 if not known. */
        int epoch;

        boolean paused;
        /** Where somebody asked to read on, -1 if nobody did. */
        long resetTo = -1;

        Position(PartitionLog log, long offset, int epoch) {
            this.log = log;
            this.offset = offset;
            this.epoch = epoch;
        }

        void moveTo(PartitionLog newLog, long newOffset) {
            log = newLog;
            offset = newOffset;
            epoch = -1;
        }
    }

    /** The answer to an asynchronous commit. */
    record Answer(Consumer<? super CommitResult> done, CommitResult result) {}
}
