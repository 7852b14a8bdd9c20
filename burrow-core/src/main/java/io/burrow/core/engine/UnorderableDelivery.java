package io.burrow.core.engine;

import io.burrow.api.BurrowException;
import io.burrow.api.DecodingException;
import io.burrow.api.Message;
import io.burrow.api.spi.SourceRecord;

/** A delivery whose key could not be asked for, or could not be compared: it fails, since nobody knows its turn. */
final class UnorderableDelivery extends MarkedDelivery {
    private final BurrowException why;

    UnorderableDelivery(Batch batch, long sequence, SourceRecord<?, ?> record, int size, BurrowException why) {
        super(batch, sequence, record, null, size);
        this.why = why;
    }

    @Override
    Message<?, ?> message(int attempt) {
        throw new DecodingException("the record cannot be ordered", why);
    }

    @Override
    Delivery copy() {
        return new UnorderableDelivery(batch(), sequence(), record(), size(), why);
    }
}
