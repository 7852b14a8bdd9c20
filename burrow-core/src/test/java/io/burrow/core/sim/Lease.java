package io.burrow.core.sim;

import io.burrow.api.TopicPartition;
import io.burrow.core.snapshot.Snapshot;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the simulation itself knows of one assignment of one partition to one member, from its begin to its end. */
final class Lease {
    final TopicPartition partition;
    final long position;
    /** The ordering key of each record that was handed over, by offset; a record without one has none. */
    final TreeMap<Long, Key> delivered = new TreeMap<>();
    /** The offsets that were handled, acknowledged by the sink, or skipped by choice. */
    final Set<Long> done = new HashSet<>();

    /** What a snapshot says was finished before: it is never started. */
    Snapshot restored = Snapshot.none();

    /** It is being taken away, or is gone: nothing of it may start. */
    boolean closed;

    /** A key that may be missing, since a map tells a missing value from none. */
    record Key(@Nullable Object raw) {}

    /** The offsets of the partition that were done under any lease. */
    private final Set<Long> everDone;

    Lease(TopicPartition partition, long position, Set<Long> everDone) {
        this.everDone = everDone;
        this.partition = partition;
        this.position = position;
    }

    void done(long offset) {
        done.add(offset);
        everDone.add(offset);
    }

    /** Whether a snapshot that was read says it was finished, and it was. */
    boolean wasDone(long offset) {
        return everDone.contains(offset);
    }

    /** The lowest offset below a position that was handed over and is not done, or -1. */
    long unfinishedBelow(long offset) {
        for (long each : delivered.headMap(offset).keySet()) {
            if (!done.contains(each)) {
                return each;
            }
        }
        return -1;
    }

    /** The lowest offset before another one that has its key and is not done, or -1. */
    long unfinishedBefore(long offset, Object key) {
        for (var each : delivered.headMap(offset).entrySet()) {
            if (key.equals(each.getValue().raw) && !done.contains(each.getKey())) {
                return each.getKey();
            }
        }
        return -1;
    }
}
