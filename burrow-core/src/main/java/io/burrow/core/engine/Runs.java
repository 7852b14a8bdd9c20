package io.burrow.core.engine;

import io.burrow.api.spi.SourceRecord;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.ReadyQueue;
import io.burrow.core.schedule.Slots;
import io.burrow.core.schedule.Unit;
import io.burrow.core.schedule.UnitRun;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects what becomes ready with one poll, and offers it in runs. Loop thread; nothing is ready before
 * {@link #flush}.
 */
final class Runs {
    /** Enough that a run costs each of its records little; and so few that a run is soon forgotten. */
    private static final int MOST = 64;

    /** So few slots are joined that a worker is soon back at the queue, where retries may be due. */
    private static final int MOST_JOINED = 16;

    private final ReadyQueue ready;
    /** Whether slots that follow each other in one lane may be one unit. */
    private final boolean joins;

    private final SourceRecord<?, ?>[] records = new SourceRecord<?, ?>[MOST];
    private @Nullable Batch batch;
    private long firstSequence;

    private final Unit[] units = new Unit[MOST];
    private @Nullable Lane lane;
    private int slots;

    /** How many records or units are collected; never both. */
    private int count;

    Runs(ReadyQueue ready, boolean joins) {
        this.ready = ready;
        this.joins = joins;
    }

    /** Adds a record that nothing orders. */
    void add(Batch itsBatch, long sequence, SourceRecord<?, ?> record) {
        if (count == MOST || itsBatch != batch || sequence != firstSequence + count) {
            flush();
        }
        if (count == 0) {
            batch = itsBatch;
            firstSequence = sequence;
        }
        records[count++] = record;
    }

    /** Adds a delivery that stands for itself. */
    void add(Delivery delivery) {
        endLane();
        put(delivery);
    }

    /** Adds a slot of a lane. */
    void add(Lane itsLane) {
        if (joins && itsLane == lane && slots < MOST_JOINED) {
            slots++;
            return;
        }
        endLane();
        if (joins) {
            lane = itsLane;
            slots = 1;
        } else {
            put(itsLane);
        }
    }

    private void endLane() {
        Lane ended = lane;
        if (ended != null) {
            lane = null;
            put(slots == 1 ? ended : new Slots(ended, slots));
        }
    }

    private void put(Unit unit) {
        if (count == MOST || batch != null) {
            offer();
        }
        units[count++] = unit;
    }

    /** Makes ready what was collected. */
    void flush() {
        endLane();
        if (count > 0) {
            offer();
        }
    }

    private void offer() {
        Batch itsBatch = batch;
        if (itsBatch != null) {
            ready.offer(new RecordRun(itsBatch, firstSequence, Arrays.copyOf(records, count)));
            Arrays.fill(records, 0, count, null);
            batch = null;
        } else {
            ready.offer(new UnitRun(Arrays.copyOf(units, count)));
            Arrays.fill(units, 0, count, null);
        }
        count = 0;
    }
}
