package io.burrow.kafka;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.PartitionListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the held outputs in step with the assignment. Loop thread only.
 *
 * <p>What may be kept as text with an offset is not passed on: it would name records as finished whose outputs are
 * nowhere.
 */
final class HeldOutputsListener implements PartitionListener {
    private final HeldOutputs held;
    private final PartitionListener listener;

    HeldOutputsListener(HeldOutputs held, PartitionListener listener) {
        this.held = held;
        this.listener = listener;
    }

    @Override
    public void assigned(Collection<AssignedPartition> partitions) {
        List<AssignedPartition> plain = new ArrayList<>();
        for (AssignedPartition each : partitions) {
            held.open(each.partition());
            plain.add(new AssignedPartition(each.partition(), each.position(), plain(each.committed())));
        }
        listener.assigned(plain);
    }

    private static @Nullable CommitPoint plain(@Nullable CommitPoint point) {
        return point == null ? null : new CommitPoint(point.offset(), point.leaderEpoch(), "");
    }

    /** The last commit is made within the call, so it comes before what is left is dropped. */
    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        try {
            listener.revoked(partitions);
        } finally {
            held.close(partitions);
        }
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        held.close(partitions);
        listener.lost(partitions);
    }

    /** What still finishes before the engine begins anew is kept or dropped like the rest. */
    @Override
    public void reset(TopicPartition partition, long position) {
        listener.reset(partition, position);
        held.reset(partition, position);
    }

    @Override
    public void skipped(TopicPartition partition, long from, long to) {
        listener.skipped(partition, from, to);
    }

    @Override
    public void waiting(TopicPartition partition, @Nullable Instant due) {
        listener.waiting(partition, due);
    }
}
