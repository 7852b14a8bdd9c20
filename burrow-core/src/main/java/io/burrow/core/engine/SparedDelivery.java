package io.burrow.core.engine;

import io.burrow.api.spi.SourceRecord;
import io.burrow.core.schedule.Taker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A delivery that a worker may use again for its next record. Most records are handled at once and without trouble, and
 * nobody but the worker ever knows their delivery: an object less for each.
 *
 * <p>The one who looks over the worker's shoulder is the loop, when a record is handled for too long. It
 * {@linkplain #pin pins} the delivery, or finds that it was given back already; what is pinned is never used again.
 */
final class SparedDelivery extends Delivery {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(SparedDelivery.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int IN_USE = 0;
    private static final int PINNED = 1;
    private static final int SPARE = 2;

    private volatile int state;

    SparedDelivery(Batch batch, int indexInBatch, SourceRecord<?, ?> record) {
        super(batch, indexInBatch, record);
    }

    /** Becomes the delivery of another record. The worker that kept it only. */
    void reuse(Batch batch, int indexInBatch, SourceRecord<?, ?> record) {
        load(batch, indexInBatch, record);
        STATE.setRelease(this, IN_USE);
    }

    @Override
    boolean pin() {
        return state == PINNED || STATE.compareAndSet(this, IN_USE, PINNED);
    }

    /** Gives it back to the worker, after an attempt that succeeded, if nobody else knows it. That worker only. */
    @Override
    void spare(Taker taker) {
        if (troubles == null && STATE.compareAndSet(this, IN_USE, SPARE)) {
            unload();
            taker.keepSpare(this);
        }
    }
}
