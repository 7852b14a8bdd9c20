package io.burrow.kafka;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.PartitionListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes down what it is told. */
class RecordingListener implements PartitionListener {
    final List<String> events = new ArrayList<>();
    final List<AssignedPartition> assigned = new ArrayList<>();
    Runnable onAssigned = () -> {};
    Runnable onRevoked = () -> {};
    Runnable onLost = () -> {};

    @Override
    public void assigned(Collection<AssignedPartition> partitions) {
        assigned.addAll(partitions);
        events.add("assigned "
                + new TreeSet<>(
                        partitions.stream().map(AssignedPartition::partition).toList()));
        onAssigned.run();
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        events.add("revoked " + new TreeSet<>(partitions));
        onRevoked.run();
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        events.add("lost " + new TreeSet<>(partitions));
        onLost.run();
    }

    @Override
    public void reset(TopicPartition partition, long position) {
        events.add("reset " + partition + " to " + position);
    }

    @Override
    public void skipped(TopicPartition partition, long from, long to) {
        events.add("skipped " + partition + " from " + from + " to " + to);
    }

    @Override
    public void waiting(TopicPartition partition, @Nullable Instant due) {
        events.add("waiting " + partition + " " + due);
    }
}
