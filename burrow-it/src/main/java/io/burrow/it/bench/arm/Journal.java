package io.burrow.it.bench.arm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which records were done, in a file that outlives the process that did them: a byte for each, in memory that the
 * system keeps when a process is killed. Any thread.
 */
public final class Journal {

    private static final byte DONE_BEFORE = 1;
    private static final byte CAME_AGAIN = 2;
    private static final byte DONE = 3;

    /** Room for partitions that hold more than their share. */
    private static final int MARGIN = 100_000;

    private final MappedByteBuffer bytes;
    private final int partitions;
    private final boolean first;
    private final long doneBefore;
    private final AtomicLong missing;
    private final AtomicLong again = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();

    private Journal(MappedByteBuffer bytes, Crash crash) {
        this.bytes = bytes;
        this.partitions = crash.partitions();
        this.first = crash.killAfter() > 0;
        long found = 0;
        for (int i = 0; i < bytes.capacity(); i++) {
            found += bytes.get(i) == DONE_BEFORE ? 1 : 0;
        }
        this.doneBefore = found;
        this.missing = new AtomicLong(crash.records() - found);
    }

    /** Opens it, or makes it. */
    static Journal open(Crash crash) {
        try (FileChannel channel = FileChannel.open(
                Path.of(crash.file()), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Journal(channel.map(MapMode.READ_WRITE, 0, crash.records() + MARGIN), crash);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot map " + crash.file(), failure);
        }
    }

    /** A handler has got the record. */
    void begins(int partition, long offset) {
        begun.incrementAndGet();
        int at = index(partition, offset);
        if (!first && bytes.get(at) == DONE_BEFORE) {
            bytes.put(at, CAME_AGAIN);
            again.incrementAndGet();
        }
    }

    /** It is done with it. */
    void done(int partition, long offset) {
        int at = index(partition, offset);
        if (bytes.get(at) == 0) {
            bytes.put(at, first ? DONE_BEFORE : DONE);
            missing.decrementAndGet();
        }
    }

    private int index(int partition, long offset) {
        return Math.toIntExact(offset * partitions + partition);
    }

    /** How many were done by the process before this one. */
    long doneBefore() {
        return doneBefore;
    }

    /** How many have not been done by anybody. */
    long missing() {
        return missing.get();
    }

    /** How many came that had been done by the process before this one. */
    long again() {
        return again.get();
    }

    /** How many handlers have begun. */
    long begun() {
        return begun.get();
    }
}
