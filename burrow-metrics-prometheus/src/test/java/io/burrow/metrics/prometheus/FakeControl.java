package io.burrow.metrics.prometheus;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowState;
import io.burrow.api.Health;
import io.burrow.api.ParkedRecord;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A Burrow that says what a test tells it to. The totals are all different, so that a mix-up shows. */
final class FakeControl implements BurrowControl {
    final AtomicInteger statsTaken = new AtomicInteger();
    final Map<TopicPartition, PartitionStats> partitions = new ConcurrentHashMap<>();
    volatile long processed = 1_001;
    volatile BurrowState state = BurrowState.RUNNING;
    volatile @Nullable RuntimeException broken;

    private final BurrowConfig config;

    FakeControl(String name) {
        this.config = BurrowConfig.builder().name(name).build();
    }

    void holds(TopicPartition partition, long inFlight, long finishedAboveGap, Duration age, BlockedReason blocked) {
        partitions.put(
                partition, new PartitionStats(partition, 10, 12, 40, inFlight, finishedAboveGap, 0, 0, age, blocked));
    }

    void logEnds(TopicPartition partition, long inFlight, long endOffset) {
        partitions.put(
                partition,
                new PartitionStats(
                        partition, 10, 12, 40, inFlight, 0, 0, 0, Duration.ZERO, BlockedReason.NONE, endOffset));
    }

    void waits(TopicPartition partition, long retrying, long parked) {
        partitions.put(
                partition,
                new PartitionStats(partition, 10, 12, 40, 9, 0, retrying, parked, Duration.ZERO, BlockedReason.NONE));
    }

    @Override
    public Stats stats() {
        statsTaken.incrementAndGet();
        RuntimeException failure = broken;
        if (failure != null) {
            throw failure;
        }
        return new Stats(
                processed,
                1_002,
                1_003,
                1_004,
                1_005,
                1_006,
                1_007,
                1_008,
                1_009,
                1_010,
                1_011,
                11,
                12,
                13,
                14,
                15,
                16,
                17,
                partitions);
    }

    @Override
    public BurrowState state() {
        return state;
    }

    @Override
    public BurrowConfig config() {
        return config;
    }

    @Override
    public Health health() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ParkedRecord> parked() {
        return List.of();
    }

    @Override
    public boolean retryParked(TopicPartition partition, long offset) {
        return false;
    }

    @Override
    public boolean deadLetterParked(TopicPartition partition, long offset) {
        return false;
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void pause(TopicPartition partition) {}

    @Override
    public void resume(TopicPartition partition) {}

    @Override
    public BurrowConfig reconfigure(UnaryOperator<BurrowConfig.Builder> change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean drain(Duration timeout) {
        throw new UnsupportedOperationException();
    }
}
