package io.burrow.core.engine;

import io.burrow.api.spi.SourceRecord;
import io.burrow.core.schedule.Taker;

/**
 * A delivery that a worker may use again for its next record. Most records are handled at once and without trouble, and
 * nobody but the worker ever knows their delivery: an object less for each.
 *
 * <p>The one who looks over the worker's shoulder is the loop, when a record is handled for too long. It
 * {@linkplain #pin pins} the delivery and then sees whether its attempt still runs; the worker ends the attempt and
 * then sees whether the delivery is pinned. Both are volatile, so at least one of the two sees the other, and what the
 * loop knows of is never used again.
 */
final class SparedDelivery extends Delivery {
    private volatile boolean pinned;

    SparedDelivery(Batch batch, int indexInBatch, SourceRecord<?, ?> record) {
        super(batch, indexInBatch, record);
    }

    @Override
    boolean pin() {
        boolean before = pinned;
        pinned = true;
        return before || running() != 0;
    }

    /** Gives it back to the worker, after an attempt that succeeded, if nobody else knows it. That worker only. */
    @Override
    void spare(Taker taker) {
        if (!pinned && troubles == null) {
            unload();
            taker.keepSpare(this);
        }
    }
}
