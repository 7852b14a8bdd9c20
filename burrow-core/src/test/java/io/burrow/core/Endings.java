package io.burrow.core;

import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;

/**
 * Tells how each record ended, in the thread that it ended in.
 *
 * @param to who is told
 */
public record Endings(To to) implements BurrowListener {
    /** Who is told. */
    public interface To {
        void ended(TopicPartition partition, long offset, RecordOutcome outcome);
    }

    @Override
    public boolean wantsRecords() {
        return true;
    }

    @Override
    public void recordFinished(
            TopicPartition partition,
            long offset,
            RecordOutcome outcome,
            int attempts,
            long queueNanos,
            long handlerNanos) {
        to.ended(partition, offset, outcome);
    }
}
