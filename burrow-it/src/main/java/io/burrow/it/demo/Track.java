package io.burrow.it.demo;

import io.burrow.api.MessageHandler;
import io.burrow.api.PartitionStats;
import io.burrow.api.RecordOutcome;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Follows each record through a Burrow, for the drawing. Any thread. */
final class Track implements BurrowListener {

    private final Map<TopicPartition, OffsetStates> partitions = new ConcurrentHashMap<>();

    /** The handler, with its starts noted. */
    <K, V> MessageHandler<K, V> around(MessageHandler<K, V> handler) {
        return message -> {
            states(message.topicPartition()).set(message.offset(), Cell.RUNNING);
            handler.handle(message);
        };
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
        states(partition)
                .set(
                        offset,
                        switch (outcome) {
                            case PROCESSED, DEAD_LETTERED, SKIPPED -> Cell.DONE;
                            case PARKED -> Cell.PARKED;
                            case ABANDONED -> Cell.WAITING;
                        });
    }

    @Override
    public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
        if (decision == RetryDecision.RETRY) {
            states(failure.partition()).set(failure.offset(), Cell.RETRYING);
        }
    }

    /** The assigned partitions, by number. */
    List<PartitionView> partitions(Stats stats) {
        List<PartitionView> views = new ArrayList<>();
        for (PartitionStats each : new TreeMap<>(stats.partitions()).values()) {
            views.add(new PartitionView(
                    each.partition().partition(),
                    each.committed(),
                    each.commitPoint(),
                    each.endPosition(),
                    states(each.partition()).from(each.commitPoint())));
        }
        return views;
    }

    private OffsetStates states(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, any -> new OffsetStates());
    }
}
