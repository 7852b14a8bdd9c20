package io.burrow.core.sim;

import io.burrow.api.TopicPartition;
import io.burrow.core.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the simulation itself knows of one assignment of one partition to one member, from its begin to its end. Records
 * are numbered in the order of their delivery.
 */
final class Lease {
    private static final Object NO_KEY = new Object();

    final TopicPartition partition;
    final long position;

    /** What a snapshot says was finished before: it is never started. */
    Snapshot restored = Snapshot.none();

    /** It is being taken away, or is gone: nothing of it may start. */
    boolean closed;

    /** When the engine had let go of it, by its member's clock; the end of time before. */
    long overNanos = Long.MAX_VALUE;

    /** It ended because the position was moved: what it had is read again, or never. */
    boolean movedAway;

    private long[] offsets = new long[32];
    private int[] sizes = new int[32];
    private int delivered;
    /** The number of the first record that the last poll brought. */
    private int polled;

    private long openBytes;
    /** The ordering key of each record that was handed over, and the number of the one before it that has the same. */
    private final List<Object> keys = new ArrayList<>();

    private int[] before = new int[32];
    private final Map<Object, Integer> lastOfKey = new HashMap<>();

    /** What a handler was called with. */
    private final BitSet begun = new BitSet();
    /** What was handled, acknowledged by the sink, or skipped by choice. */
    private final BitSet done = new BitSet();
    /** Acknowledged by the sink, and the engine may have given up waiting for it. */
    private final BitSet unheard = new BitSet();
    /** What was told to have ended as finished. */
    private final BitSet ended = new BitSet();
    /** What its record was told of: that it ended as finished. */
    private final BitSet finished = new BitSet();
    /** What was finished before and came again. */
    private final BitSet cameAgain = new BitSet();
    /** Parked ones whose key was let go. */
    private final BitSet released = new BitSet();
    /** The offsets of the partition that were done under any lease. */
    private final BitSet everDone;

    Lease(TopicPartition partition, long position, BitSet everDone) {
        this.everDone = everDone;
        this.partition = partition;
        this.position = position;
    }

    /** A poll brings records. */
    void poll() {
        polled = delivered;
    }

    /** Notes a record that was handed over. Returns its number. */
    int deliver(long offset, @Nullable Object key, int size) {
        int index = delivered++;
        if (index == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * index);
            sizes = Arrays.copyOf(sizes, 2 * index);
            before = Arrays.copyOf(before, 2 * index);
        }
        offsets[index] = offset;
        sizes[index] = size;
        openBytes += size;
        before[index] = -1;
        keys.add(key == null ? NO_KEY : key);
        if (key != null) {
            Integer last = lastOfKey.put(key, index);
            before[index] = last == null ? -1 : last;
        }
        return index;
    }

    /** The number of a record; negative if it was not handed over. */
    int indexOf(long offset) {
        return Arrays.binarySearch(offsets, 0, delivered, offset);
    }

    long offset(int index) {
        return offsets[index];
    }

    @Nullable
    Object key(int index) {
        Object key = keys.get(index);
        return key == NO_KEY ? null : key;
    }

    int size(int index) {
        return sizes[index];
    }

    void begin(int index) {
        begun.set(index);
    }

    void done(int index) {
        if (!done.get(index)) {
            openBytes -= sizes[index];
        }
        done.set(index);
        everDone.set((int) offsets[index]);
    }

    boolean isDone(int index) {
        return done.get(index);
    }

    /** Whether it was done under any lease. */
    boolean wasDone(long offset) {
        return everDone.get((int) offset);
    }

    /** Notes that it was told to have ended as finished. Returns false if that was told before. */
    boolean ended(int index) {
        boolean first = !ended.get(index);
        ended.set(index);
        return first;
    }

    /** Notes that its record was told that it ended as finished. Returns false if it was told before. */
    boolean finished(int index) {
        boolean first = !finished.get(index);
        finished.set(index);
        return first;
    }

    /** Whether the engine had let go of it. */
    boolean isOver() {
        return overNanos != Long.MAX_VALUE;
    }

    void release(int index) {
        released.set(index);
    }

    boolean isReleased(int index) {
        return released.get(index);
    }

    /** The lowest offset that was handed over and is not done, or {@link Long#MAX_VALUE}. */
    long firstOpen() {
        int index = done.nextClearBit(0);
        return index < delivered ? offsets[index] : Long.MAX_VALUE;
    }

    /** How many records were handed over and are not done. */
    int open() {
        return delivered - done.cardinality();
    }

    /** The bytes of those. */
    long openBytes() {
        return openBytes;
    }

    /** How many of those the last poll brought and nobody began: they may wait where they do not count for all. */
    int waiting() {
        int waiting = 0;
        for (int i = polled; i < delivered; i++) {
            waiting += mayWait(i) ? 1 : 0;
        }
        return waiting;
    }

    /** The bytes of those that may wait. */
    long waitingBytes() {
        long bytes = 0;
        for (int i = polled; i < delivered; i++) {
            bytes += mayWait(i) ? sizes[i] : 0;
        }
        return bytes;
    }

    private boolean mayWait(int index) {
        return !done.get(index) && !begun.get(index);
    }

    /** Notes a record that was finished before the lease began. */
    void doneBefore(int index) {
        done(index);
        cameAgain.set(index);
    }

    /** Notes that the sink has acknowledged it. Whether the engine still waited for that is not known yet. */
    void acknowledged(int index) {
        done(index);
        unheard.set(index);
    }

    /** Notes that the engine has heard of the acknowledgement. */
    void heard(int index) {
        unheard.clear(index);
    }

    /**
     * Whether something that was done under this lease, and lies before all that is open, comes again after a restart
     * from an offset. What was finished before may: it may not have been taken in, and then its text still names it. So
     * may a dead letter that was acknowledged too late, and what lies behind it.
     */
    boolean comesAgain(long from) {
        BitSet known = (BitSet) done.clone();
        known.andNot(unheard);
        int last = known.nextClearBit(0) - 1;
        while (last >= 0 && cameAgain.get(last)) {
            last--;
        }
        return last >= 0 && offsets[last] >= from;
    }

    /** Whether an offset is known to be done: under this lease, or before it and not handed over again yet. */
    boolean isKnownDone(long offset) {
        int index = indexOf(offset);
        return index >= 0 ? done.get(index) : restored.finished().contains(offset) && wasDone(offset);
    }

    /**
     * The offset of the record before another one that has its key, if it still had to be done, or -1. What is before
     * that was looked at when it started itself.
     */
    long unfinishedBefore(int index) {
        int previous = before[index];
        return previous < 0 || done.get(previous) || released.get(previous) ? -1 : offsets[previous];
    }
}
