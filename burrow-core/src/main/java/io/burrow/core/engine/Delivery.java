package io.burrow.core.engine;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.schedule.Entry;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.Taker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One record on its way from the source to its end. It belongs to one thread at a time (the loop, then whoever took it
 * from the ready queue, then perhaps a timer or the thread that completes a stage); the hand-overs publish its plain
 * fields.
 *
 * <p>The one field that two threads may want at once is the token: which attempt is running. Only who {@linkplain #take
 * takes} an attempt may say what came of it; a second completion, or one that comes after a time limit, finds it taken.
 */
class Delivery extends Entry {
    private static final VarHandle TOKEN;

    static {
        try {
            TOKEN = MethodHandles.lookup().findVarHandle(Delivery.class, "token", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // as good as final, but for a spared delivery
    private @Nullable Batch batch;
    private int indexInBatch;
    private @Nullable SourceRecord<?, ?> record;

    // n while attempt n runs, -n when it is over, 0 before the first
    private volatile int token;

    /** Made by the first failure. */
    @Nullable
    Troubles troubles;

    Delivery(Batch batch, long sequence, SourceRecord<?, ?> record, @Nullable Lane lane) {
        super(lane);
        this.batch = batch;
        this.indexInBatch = (int) (sequence - batch.firstSequence);
        this.record = record;
    }

    /** For {@link SparedDelivery}, which nothing orders. */
    Delivery(Batch batch, int indexInBatch, SourceRecord<?, ?> record) {
        super(null);
        this.batch = batch;
        this.indexInBatch = indexInBatch;
        this.record = record;
    }

    /** Becomes the delivery of another record. Owner only, and only while nobody else knows it. */
    final void load(Batch newBatch, int newIndex, SourceRecord<?, ?> newRecord) {
        batch = newBatch;
        indexInBatch = newIndex;
        record = newRecord;
        TOKEN.setRelease(this, 0);
    }

    /** Keeps nothing of the record from being collected. Owner only; nothing but {@link #load} may be called then. */
    final void unload() {
        batch = null;
        record = null;
    }

    /**
     * Makes sure that this object stays the delivery of its record. Loop thread, or the owner.
     *
     * @return whether it does; if not, the record may be another one already
     */
    boolean pin() {
        return true;
    }

    /** Lets the worker use the object again, if it may be. That worker only, after an attempt that succeeded. */
    void spare(Taker taker) {}

    /**
     * Keeps its record from being kept by a lane that has nothing more to do. Owner only, when it is at its end; one
     * that ever failed may still be known to others, and keeps it.
     */
    final void dropRecord() {
        if (troubles == null) {
            record = null;
        }
    }

    /** The record, or null if it was dropped. Any thread. */
    final @Nullable SourceRecord<?, ?> recordIfKept() {
        return record;
    }

    Batch batch() {
        return Objects.requireNonNull(batch);
    }

    /**
     * By position, not by identity: a map of deliveries is then walked in the same order whenever a seed is replayed.
     */
    @Override
    public final int hashCode() {
        return 31 * assignment().partition.hashCode() + Long.hashCode(sequence());
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return this == other;
    }

    /** How much it counts towards the bound of bytes. */
    int size() {
        return sizeOf(record());
    }

    /** What a record says, or nothing where it says what it must not: no record fails for that. */
    static int sizeOf(SourceRecord<?, ?> record) {
        try {
            return Math.max(0, record.sizeBytes());
        } catch (RuntimeException | AssertionError | LinkageError e) {
            return 0;
        }
    }

    /** Whether it must not come into a batch with others. Owner only. */
    boolean isAlone() {
        return false;
    }

    /** From now on it comes into a batch of its own. Owner only; there are batches only of marked deliveries. */
    void setAlone() {
        throw new IllegalStateException("not a delivery for batches");
    }

    Assignment assignment() {
        return batch().assignment;
    }

    long fetchedNanos() {
        return batch().fetchedNanos;
    }

    long sequence() {
        return batch().firstSequence + indexInBatch;
    }

    SourceRecord<?, ?> record() {
        return Objects.requireNonNull(record);
    }

    /** Makes the message that an attempt sees. Owner only. */
    Message<?, ?> message(int attempt) throws Exception {
        @Nullable Message<?, ?> message = record().decode();
        if (message == null) {
            throw new BurrowException(
                    ErrorCode.SOURCE_CONTRACT,
                    "a record of " + record().getClass().getName() + " decoded to null");
        }
        if (attempt == 1) {
            return message;
        }
        @Nullable Message<?, ?> again = message.withAttempt(attempt);
        if (again == null) {
            throw new BurrowException(
                    ErrorCode.SOURCE_CONTRACT,
                    "a message of " + message.getClass().getName() + " made null of another attempt");
        }
        return again;
    }

    /** Begins the next attempt. Owner only. Returns its number, from 1. */
    int begin() {
        int attempt = 1 - token;
        TOKEN.setRelease(this, attempt);
        return attempt;
    }

    /** Ends an attempt, for the first who asks. */
    boolean take(int attempt) {
        return TOKEN.compareAndSet(this, attempt, -attempt);
    }

    /** The attempt that runs, or 0. Any thread. */
    int running() {
        return Math.max(0, token);
    }

    /** Takes an attempt back that came to nothing, so that it does not count. Who took it only. */
    void unbegin(int attempt) {
        token = 1 - attempt;
    }

    /** How many attempts were begun. */
    int attempts() {
        return Math.abs(token);
    }

    /** Whether its record goes to the dead letters, and only waits for that. Owner only. */
    boolean isDeadLetter() {
        Troubles known = troubles;
        return known != null && (known.deadLetterSends > 0 || known.unanswered);
    }

    /** Whether a worker is inside of the sink with it. Any thread. */
    boolean isBeingSent() {
        Troubles known = troubles;
        return known != null && known.sending;
    }

    /** From now on it only has to get to the dead letters. Owner only; it failed before. */
    void makeDeadLetter() {
        Troubles known = Objects.requireNonNull(troubles);
        known.deadLetterSends = Math.max(1, known.deadLetterSends);
    }

    /** The same delivery with no order to keep; this one must not be used any more. Owner only. */
    Delivery outOfLane() {
        Delivery other = copy();
        other.token = token;
        other.troubles = troubles;
        return other;
    }

    /** A new delivery of the same record, without a lane. */
    Delivery copy() {
        return new Delivery(batch(), sequence(), record(), null);
    }

    /** What is known of a delivery that failed at least once. Belongs to the owner of the delivery. */
    static final class Troubles {
        final long firstStartNanos;
        /** When the last attempt that failed began and ended, until that was told with the end of the delivery. */
        long lastStartNanos;

        long lastEndNanos;
        long previousDelayNanos;
        int deadLetterSends;
        /** It was sent and not acknowledged in time, and that was not seen to yet. */
        boolean unanswered;
        /** A worker is inside of the sink with it; written by that worker alone. */
        volatile boolean sending;
        /** It has taken its share of the budget of dead letters. */
        boolean budgeted;

        Failure last;

        Troubles(long firstStartNanos, Failure last) {
            this.firstStartNanos = firstStartNanos;
            this.lastStartNanos = firstStartNanos;
            this.lastEndNanos = firstStartNanos;
            this.last = last;
        }
    }
}
