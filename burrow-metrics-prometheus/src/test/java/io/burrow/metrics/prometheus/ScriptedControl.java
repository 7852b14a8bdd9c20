package io.burrow.metrics.prometheus;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.Health;
import io.burrow.api.Inspection;
import io.burrow.api.ParkedRecord;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.api.WaitingRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A Burrow whose answers a test decides, or that does not answer. Every count is another number: a mix-up shows. */
final class ScriptedControl implements BurrowControl {
    final Map<TopicPartition, PartitionStats> partitions = new ConcurrentHashMap<>();
    final List<Inspection.Gap> gaps = new CopyOnWriteArrayList<>();
    final List<WaitingRecord> waiting = new CopyOnWriteArrayList<>();
    final List<String> problems = new ArrayList<>();
    /** Those that are not among the problems. */
    volatile long problemsLeftOut;

    final AtomicInteger inspections = new AtomicInteger();
    final AtomicInteger statsTaken = new AtomicInteger();
    volatile long processed = 1_001;
    volatile BurrowState state = BurrowState.RUNNING;
    volatile Health.Status status = Health.Status.READY;
    volatile boolean live = true;
    volatile boolean ready = true;
    volatile @Nullable BurrowException cause;
    volatile @Nullable RuntimeException refuses;
    /** While it is there, questions wait for it. */
    volatile @Nullable CountDownLatch blocked;

    private final BurrowConfig config;

    ScriptedControl(String name) {
        this.config = BurrowConfig.builder().name(name).build();
    }

    void holds(TopicPartition partition, long inFlight, long finishedAboveGap, Duration age, BlockedReason reason) {
        partitions.put(
                partition, new PartitionStats(partition, 10, 12, 40, inFlight, finishedAboveGap, 0, 0, age, reason));
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

    private void answer() {
        CountDownLatch latch = blocked;
        try {
            if (latch != null) {
                latch.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RuntimeException failure = refuses;
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public Stats stats() {
        statsTaken.incrementAndGet();
        answer();
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
                1_012,
                1_013,
                1_014,
                1_015,
                1_016,
                1_017,
                1_018,
                partitions);
    }

    @Override
    public Inspection inspect() {
        inspections.incrementAndGet();
        return new Inspection(stats(), gaps, waiting);
    }

    @Override
    public Health health() {
        answer();
        long count = problems.size() + problemsLeftOut;
        return new Health(status, state, live, ready, List.of(), problems, count, cause);
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
    public List<ParkedRecord> parked() {
        return List.of();
    }

    @Override
    public boolean retryParked(TopicPartition partition, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean deadLetterParked(TopicPartition partition, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pause() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resume() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pause(TopicPartition partition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resume(TopicPartition partition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public BurrowConfig reconfigure(UnaryOperator<BurrowConfig.Builder> change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean drain(Duration timeout) {
        throw new UnsupportedOperationException();
    }
}
