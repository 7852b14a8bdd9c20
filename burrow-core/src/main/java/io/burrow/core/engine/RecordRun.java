package io.burrow.core.engine;

import io.burrow.api.spi.SourceRecord;
import io.burrow.core.schedule.Run;
import io.burrow.core.schedule.Taker;
import io.burrow.core.schedule.Unit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records that nothing orders, one after the other in their partition. Deliveries are made of them as they are taken.
 */
final class RecordRun extends Run {
    private final Batch batch;
    private final int firstIndex;
    private final @Nullable SourceRecord<?, ?>[] records;

    /**
     * Makes a run.
     *
     * @param batch where they belong to
     * @param firstSequence the sequence of the first; the others follow it
     * @param records the records; not copied
     */
    RecordRun(Batch batch, long firstSequence, SourceRecord<?, ?>[] records) {
        super(records.length);
        this.batch = batch;
        this.firstIndex = (int) (firstSequence - batch.firstSequence);
        this.records = records;
    }

    @Override
    protected Unit unit(int index, @Nullable Taker taker) {
        SourceRecord<?, ?> record = Objects.requireNonNull(records[index]);
        records[index] = null; // a run outlives its records: the last one until another comes
        SparedDelivery spare = taker == null ? null : (SparedDelivery) taker.takeSpare();
        if (spare == null) {
            return new SparedDelivery(batch, firstIndex + index, record);
        }
        spare.reuse(batch, firstIndex + index, record);
        return spare;
    }
}
