package io.burrow.it.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What was last seen of the records of one partition: a ring of the last 16 384 offsets that were touched, written by
 * workers, read by the thread that draws. A drawing may mix two moments; nothing but the drawing depends on it.
 */
final class OffsetStates {

    private static final int CAPACITY = 1 << 14;
    private static final int STATE_BITS = 3;
    private static final Cell[] CELLS = Cell.values();

    /** An offset, and in the low bits the ordinal of its cell; offsets are told apart by the rest. */
    private final AtomicLongArray ring = new AtomicLongArray(CAPACITY);

    private final AtomicLong started = new AtomicLong(-1);

    OffsetStates() {
        for (int i = 0; i < CAPACITY; i++) {
            ring.setPlain(i, -1);
        }
    }

    void set(long offset, Cell cell) {
        ring.set((int) (offset & (CAPACITY - 1)), offset << STATE_BITS | cell.ordinal());
        if (started.get() < offset) {
            started.accumulateAndGet(offset, Math::max);
        }
    }

    /** The records from the commit point to the highest one that was started. */
    List<Cell> from(long commitPoint) {
        List<Cell> cells = new ArrayList<>();
        long end = Math.min(started.get() + 1, commitPoint + CAPACITY);
        for (long offset = commitPoint; offset < end; offset++) {
            long entry = ring.get((int) (offset & (CAPACITY - 1)));
            cells.add(entry >> STATE_BITS == offset ? CELLS[(int) (entry & ((1 << STATE_BITS) - 1))] : Cell.WAITING);
        }
        return cells;
    }
}
