package io.burrow.core.engine;

import io.burrow.api.spi.SourceRecord;
import io.burrow.core.schedule.Lane;
import org.jspecify.annotations.Nullable;

/** A delivery of which more has to be known: where there is a sizer of the user's, or a batch handler. */
class MarkedDelivery extends Delivery {
    private final int size;
    /** The owner's, as the fields of a delivery are. */
    private boolean alone;

    MarkedDelivery(Batch batch, long sequence, SourceRecord<?, ?> record, @Nullable Lane lane, int size) {
        super(batch, sequence, record, lane);
        this.size = size;
    }

    @Override
    int size() {
        return size;
    }

    @Override
    boolean isAlone() {
        return alone;
    }

    @Override
    void setAlone() {
        alone = true;
    }

    @Override
    Delivery copy() {
        return new MarkedDelivery(batch(), sequence(), record(), null, size);
    }
}
