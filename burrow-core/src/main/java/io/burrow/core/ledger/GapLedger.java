package io.burrow.core.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which delivered records of a partition are finished, and up to where without a gap.
 *
 * <h2>The problem</h2>
 *
 * Records finish in any order, on any thread, millions a second; what may be committed is the end of the finished
 * prefix. Offsets have holes, so the prefix cannot be found by counting offsets: {@code offset + 1} may never come.
 *
 * <h2>The idea</h2>
 *
 * Delivered records are numbered: the n-th gets <em>sequence</em> n, whatever its offset. A sequence has a flag, a byte
 * that finishing its record sets; no queue lies between a worker and the ledger, and no worker waits for another. The
 * loop looks for the first flag that is not set, eight at a time, and takes 64 for a word of bits.
 *
 * <pre>
 *   offsets     10 11 14 15 20 21 | 30 31 32          holes at 12, 13, 16..19, 22..29 do not count
 *   sequence     0  1  2  3  4  5 |  6  7  8
 *   finished     1  1  1  0  1  1 |  0  1  0
 *                        ^head                ^tail   commit point = 15, the offset of the first unset flag
 * </pre>
 *
 * When every flag is set the commit point is the end position that the source told, which may lie beyond the last
 * record: a marker at the end of a transaction does not hold it back.
 *
 * <p>Flags and offsets live in chunks of {@value #CHUNK_SLOTS} slots, found through a table by {@code sequence /
 * CHUNK_SLOTS}. A chunk is taken when the tail enters it and let go when the head has left it, and a few are kept in
 * reserve while there is work: a ledger in steady state allocates nothing, one that is wide uses a little over 9 bytes
 * a record, and an idle one next to nothing.
 *
 * <h2>Threads</h2>
 *
 * Everything but {@link #complete} belongs to the loop thread. A worker may complete a sequence that was handed to it
 * in a way that publishes what the loop wrote before (the ready queue does), once: the chunk is still there because its
 * flag is not set. Whoever completes holds the one token of that delivery, so nothing late can reach a chunk that
 * serves other records already. A flag is cleared only when its chunk is let go, after all of its flags were seen set.
 * To set one is a write with release order and no more, and to look at one a read with acquire order: who sets one and
 * then looks whether somebody waits for it needs a fence between, and so does who says that it waits and then looks.
 *
 * <p>Refused: a bit for each record, set by an atomic OR (an eighth of the memory, and 60 to 100 ns a record where loop
 * and worker are two processors that are far from each other, for 11 to 31: each OR waits until the other has handed
 * the word over, while a write goes on); one ring of the largest size for each partition (half a megabyte for a span of
 * 64 Ki that mostly is not used); a sorted set of offsets (a lock or a node for each record); sequences derived from
 * offsets (see holes).
 */
public final class GapLedger {
    static final int CHUNK_SLOTS = 1024;
    private static final int CHUNK_SHIFT = 10;
    /** As many as a busy span breathes in and out between two looks of the loop. */
    private static final int MOST_SPARE = 16;
    /** What an idle ledger keeps: two, since head and tail may meet at the end of a chunk: then none is in use. */
    private static final int LEAST_SPARE = 2;

    private static final VarHandle FLAG = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Multiplied with eight bytes of zero or one, it gathers them in the topmost byte: the first as the lowest bit. */
    private static final long GATHER = 0x0102_0408_1020_4080L;
    /** Multiplied with eight small numbers, it adds them up in the topmost byte. */
    private static final long ONES = 0x0101_0101_0101_0101L;

    /** A run of slots. The offsets are the loop's; the flags are set by anyone and cleared by the loop. */
    private static final class Chunk {
        final long[] offsets = new long[CHUNK_SLOTS];
        final byte[] flags = new byte[CHUNK_SLOTS];

        @Nullable
        Chunk nextSpare;
    }

    // Grows by being replaced; volatile, so that who sees a new table sees what it holds. A worker may hold an old
    // table: the chunks of all that it was handed are in that one too.
    private volatile Chunk[] table = new Chunk[2];
    private @Nullable Chunk spare;
    private int spares;
    private int capacity;
    private long head;
    private long tail;
    private long lastOffset;
    private long endPosition;

    /**
     * Makes an empty ledger. Its commit point is the start.
     *
     * @param startPosition the next offset that will be delivered, or a lower one
     * @param capacity how many records the span may hold, positive
     */
    public GapLedger(long startPosition, int capacity) {
        if (startPosition < 0) {
            throw new IllegalArgumentException("startPosition must not be negative: " + startPosition);
        }
        endPosition = startPosition;
        lastOffset = startPosition - 1;
        capacity(capacity);
    }

    /**
     * Changes how many records the span may hold. A span that is wider already stays, and is full. Loop thread.
     *
     * @param records how many, positive
     */
    public void capacity(int records) {
        if (records < 1) {
            throw new IllegalArgumentException("capacity must be positive: " + records);
        }
        capacity = records;
    }

    /**
     * How many records can be tracked now. Loop thread.
     *
     * @return zero or more
     */
    public long room() {
        return Math.max(0, capacity - span());
    }

    /**
     * Takes in a delivered record. Loop thread.
     *
     * @param offset its offset, greater than all before and not below the start
     * @return its sequence, by which to complete it
     * @throws IllegalArgumentException if the offset does not rise
     * @throws IllegalStateException if the span is full
     */
    public long track(long offset) {
        if (offset <= lastOffset) {
            throw new IllegalArgumentException("offset " + offset + " does not follow " + lastOffset);
        }
        if (tail - head >= capacity) {
            throw new IllegalStateException(
                    "the span is full: " + (tail - head) + " records from offset " + commitPoint());
        }
        if (offset == Long.MAX_VALUE) {
            throw new IllegalArgumentException("no position follows offset " + offset);
        }
        long sequence = tail;
        int slot = (int) sequence & CHUNK_SLOTS - 1;
        Chunk chunk = slot == 0 ? enter(sequence) : chunk(sequence);
        chunk.offsets[slot] = offset;
        lastOffset = offset;
        endPosition = Math.max(endPosition, offset + 1);
        tail = sequence + 1;
        return sequence;
    }

    /**
     * Moves the end position, up to which there is nothing more to deliver. Loop thread.
     *
     * @param position the next offset that can come; one that is lower than what is known is ignored
     */
    public void endPosition(long position) {
        if (position > endPosition) {
            endPosition = position;
            lastOffset = position - 1;
        }
    }

    /**
     * Marks a record finished. Any thread, once for a sequence, and only after it was handed over. No fence: what the
     * caller reads afterwards it may have read before.
     *
     * @param sequence what {@link #track} returned
     */
    public void complete(long sequence) {
        Chunk chunk = chunk(sequence);
        FLAG.setRelease(chunk.flags, (int) sequence & CHUNK_SLOTS - 1, (byte) 1);
    }

    /**
     * Moves the commit point over what has been finished. Loop thread.
     *
     * @return over how many records it moved
     */
    public long advance() {
        long start = head;
        long at = start;
        if (at == tail && spares > LEAST_SPARE) { // nothing since the last look, or all of it is done
            spare = Objects.requireNonNull(spare).nextSpare;
            spares--;
        }
        while (at < tail) {
            Chunk chunk = chunk(at);
            int bit = (int) at & 63;
            int limit = (int) Math.min(Long.SIZE - bit, tail - at);
            int run = Gaps.finishedRun(word(chunk, at), bit, limit);
            at += run;
            if (run > 0 && (at & CHUNK_SLOTS - 1) == 0) {
                leave(at - 1, chunk);
            }
            if (run < limit) {
                break;
            }
        }
        head = at;
        return at - start;
    }

    /**
     * The commit point as of the last {@link #advance}: the next offset to read after a crash. Loop thread.
     *
     * @return an offset; never lower than before
     */
    public long commitPoint() {
        return head == tail ? endPosition : chunk(head).offsets[(int) head & CHUNK_SLOTS - 1];
    }

    /**
     * The end position. Loop thread.
     *
     * @return the next offset that can come
     */
    public long endPosition() {
        return endPosition;
    }

    /**
     * The sequence of the oldest record that is not below the commit point. Loop thread.
     *
     * @return a sequence; {@link #nextSequence()} if there is none
     */
    public long headSequence() {
        return head;
    }

    /**
     * The sequence that the next record will get: how many were delivered. Loop thread.
     *
     * @return a sequence
     */
    public long nextSequence() {
        return tail;
    }

    /**
     * How many delivered records are not below the commit point. Loop thread.
     *
     * @return a number of records
     */
    public long span() {
        return tail - head;
    }

    /**
     * How many records of the span are finished at this moment. Loop thread; takes time in proportion to the span, 64
     * records a step.
     *
     * @return a number of records
     */
    public long finishedInSpan() {
        return finishedBetween(head, tail);
    }

    /**
     * How many records of a part of the span are finished at this moment. Loop thread; takes time in proportion to the
     * part, 64 records a step.
     *
     * @param from the first sequence, at least {@link #headSequence()}
     * @param to the sequence after the last, at most {@link #nextSequence()}
     * @return a number of records
     */
    public long finishedBetween(long from, long to) {
        long count = 0;
        long at = from;
        while (at < to) {
            int bit = (int) at & 63;
            int limit = (int) Math.min(Long.SIZE - bit, to - at);
            Chunk chunk = chunk(at);
            count += limit == Long.SIZE ? count64(chunk, at) : Gaps.finishedCount(word(chunk, at), bit, limit);
            at += limit;
        }
        return count;
    }

    /**
     * The offset of a record of the span. Loop thread.
     *
     * @param sequence from {@link #headSequence()}, below {@link #nextSequence()}
     * @return its offset
     */
    public long offset(long sequence) {
        return chunk(sequence).offsets[(int) sequence & CHUNK_SLOTS - 1];
    }

    /**
     * Tells which offsets above the commit point are finished at this moment, in rising order. Loop thread; takes time
     * in proportion to the number of runs that are taken, and 64 records a step for what lies between them.
     *
     * @param runs takes them, for as long as it likes
     */
    public void finishedAbove(Runs runs) {
        long at = head + 1; // the first is what the commit point waits for
        while (at < tail) {
            Chunk chunk = chunk(at);
            int end = (int) Math.min(CHUNK_SLOTS, tail - (at & -CHUNK_SLOTS));
            int slot = (int) at & CHUNK_SLOTS - 1;
            int first = -1; // of the run that goes on, or none
            while (slot < end) {
                long word = word(chunk, slot);
                int bit = slot & 63;
                int left = Math.min(Long.SIZE - bit, end - slot);
                while (left > 0) {
                    int alike = Gaps.finishedRun(first < 0 ? ~word : word, bit, left);
                    slot += alike;
                    bit += alike;
                    left -= alike;
                    if (left > 0 && first < 0) {
                        first = slot;
                    } else if (left > 0) {
                        if (!tell(chunk.offsets, first, slot - 1, runs)) {
                            return;
                        }
                        first = -1;
                    }
                }
            }
            if (first >= 0 && !tell(chunk.offsets, first, end - 1, runs)) {
                return;
            }
            at = (at & -CHUNK_SLOTS) + CHUNK_SLOTS;
        }
    }

    /** Tells slots that are all finished, split where their offsets have holes. Returns whether to go on. */
    private static boolean tell(long[] offsets, int first, int last, Runs runs) {
        if (offsets[last] - offsets[first] == last - first) {
            return runs.add(offsets[first], offsets[last] + 1);
        }
        int middle = (first + last) >>> 1;
        return tell(offsets, first, middle, runs) && tell(offsets, middle + 1, last, runs);
    }

    /** Takes runs of offsets. */
    @FunctionalInterface
    public interface Runs {
        /**
         * Takes a run that lies above all before it, perhaps next to it.
         *
         * @param from the first offset
         * @param to the offset after the last
         * @return whether to tell the next one
         */
        boolean add(long from, long to);
    }

    /** How many of 64 flags are set, from one on that is the first of a word. Each byte of the sum counts eight. */
    private static long count64(Chunk chunk, long sequence) {
        byte[] flags = chunk.flags;
        int first = (int) sequence & CHUNK_SLOTS - 1;
        long sums = 0;
        for (int bit = 0; bit < Long.SIZE; bit += Byte.SIZE) {
            sums += (long) EIGHT.get(flags, first + bit);
        }
        VarHandle.acquireFence();
        return sums * ONES >>> Long.SIZE - Byte.SIZE;
    }

    /** The flags of 64 slots as bits: those around a sequence. */
    private static long word(Chunk chunk, long sequence) {
        byte[] flags = chunk.flags;
        int first = (int) sequence & CHUNK_SLOTS - Long.SIZE;
        long word = 0;
        for (int bit = 0; bit < Long.SIZE; bit += Byte.SIZE) {
            word |= ((long) EIGHT.get(flags, first + bit) * GATHER >>> Long.SIZE - Byte.SIZE) << bit;
        }
        VarHandle.acquireFence(); // a flag that is seen was set by somebody who is done
        return word;
    }

    private Chunk chunk(long sequence) {
        Chunk[] chunks = table;
        return chunks[(int) (sequence >>> CHUNK_SHIFT) & chunks.length - 1];
    }

    private Chunk enter(long sequence) {
        long first = head >>> CHUNK_SHIFT;
        long next = sequence >>> CHUNK_SHIFT;
        if (next - first >= table.length) {
            Chunk[] wider = new Chunk[table.length * 2];
            for (long i = first; i < next; i++) {
                wider[(int) i & wider.length - 1] = table[(int) i & table.length - 1];
            }
            table = wider;
        }
        Chunk chunk = spare;
        if (chunk == null) {
            chunk = new Chunk();
        } else {
            spare = chunk.nextSpare;
            spares--;
        }
        table[(int) next & table.length - 1] = chunk;
        return chunk;
    }

    /** How many chunks are kept in reserve. Loop thread. */
    int spares() {
        return spares;
    }

    private void leave(long sequence, Chunk chunk) {
        table[(int) (sequence >>> CHUNK_SHIFT) & table.length - 1] = null;
        if (spares < MOST_SPARE) {
            Arrays.fill(chunk.flags, (byte) 0);
            chunk.nextSpare = spare;
            spare = chunk;
            spares++;
        }
    }
}
