package io.burrow.core.testing;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import org.jspecify.annotations.Nullable;

/**
 * A commit of one partition as the broker saw it.
 *
 * @param member the name of the member that sent it
 * @param partition the partition
 * @param point what was to be stored
 * @param previous what was stored before, or null if nothing was
 * @param owned whether the member was in the group and had the partition when the broker handled the commit; a broker
 *     stores commits of members without it too, so false here is a fault of the member
 * @param stored whether the broker stored it
 * @param outcome what the member was told, which differs from {@code stored} when an answer was lost
 */
public record RecordedCommit(
        String member,
        TopicPartition partition,
        CommitPoint point,
        @Nullable CommitPoint previous,
        boolean owned,
        boolean stored,
        CommitOutcome outcome) {
    /**
     * Whether storing it moved the committed offset back.
     *
     * @return true if it was stored and is lower than what was stored before
     */
    public boolean lowered() {
        return stored && previous != null && point.offset() < previous.offset();
    }
}
