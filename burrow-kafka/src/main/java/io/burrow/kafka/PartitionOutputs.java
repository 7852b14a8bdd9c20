package io.burrow.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The outputs of one partition's finished records that are not committed yet, for as long as it is assigned. Any
 * thread: workers add, the loop takes.
 */
final class PartitionOutputs {
    private final HeldOutputs all;

    // guarded by this
    private final TreeMap<Long, List<Output>> byOffset = new TreeMap<>();
    private boolean closed;
    private long unfinished;

    PartitionOutputs(HeldOutputs all) {
        this.all = all;
    }

    HeldOutputs all() {
        return all;
    }

    /** A record was read, and will add what it writes. Loop thread. */
    synchronized void expect() {
        unfinished++;
    }

    /** How many records were read and have not ended. */
    synchronized long unfinished() {
        return unfinished;
    }

    /** The record at an offset has ended: keeps its outputs, unless the assignment is over. */
    void finished(long offset, List<Output> outputs) {
        all.finished(outputs);
        synchronized (this) {
            unfinished--;
            hold(offset, outputs);
        }
    }

    private synchronized void hold(long offset, List<Output> outputs) {
        if (!closed && !outputs.isEmpty()) {
            List<Output> before = byOffset.put(offset, outputs);
            if (before != null) {
                all.removed(before);
            }
            all.added(outputs);
        }
    }

    /** The outputs of all records below an offset, in the order of these; they stay held. */
    synchronized Map<Long, List<Output>> below(long offset) {
        return new TreeMap<>(byOffset.headMap(offset));
    }

    /** Lets go of what is committed: these very outputs, and no others. */
    synchronized void forget(Map<Long, List<Output>> committed) {
        committed.forEach((offset, outputs) -> {
            if (byOffset.get(offset) == outputs) {
                byOffset.remove(offset);
                all.removed(outputs);
            }
        });
    }

    /** The assignment is over: drops everything, and whatever is still to come. */
    void close() {
        closeAt(0);
    }

    /**
     * The same, but returns what belongs to records below an offset: they do not come again.
     *
     * @return the place of the assignment that follows
     */
    PartitionOutputs moveOn(long position) {
        PartitionOutputs next = new PartitionOutputs(all);
        closeAt(position).forEach(next::hold);
        return next;
    }

    private synchronized Map<Long, List<Output>> closeAt(long position) {
        closed = true;
        Map<Long, List<Output>> kept = new TreeMap<>(byOffset.headMap(position));
        new ArrayList<>(byOffset.values()).forEach(all::removed);
        byOffset.clear();
        return kept;
    }
}
