package io.burrow.core.bench;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.testing.TestMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A source without a log: a partition with so many records, and one that never ends if that is wished. */
final class Flow implements MessageSource<String, String>, OffsetCommitter {
    static final TopicPartition COUNTED = new TopicPartition("flow", 0);
    static final TopicPartition ENDLESS = new TopicPartition("flow", 1);
    private static final int MOST = 500;

    private final int count;
    private final boolean flows;
    private final Semaphore wakeups = new Semaphore(0);
    private final Set<TopicPartition> paused = new HashSet<>();
    private long nextCounted;
    private long nextEndless;
    private @Nullable PartitionListener listener;

    Flow(int count, boolean flows) {
        this.count = count;
        this.flows = flows;
    }

    @Override
    public void open(PartitionListener theirs) {
        listener = theirs;
    }

    @Override
    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
        PartitionListener first = listener;
        listener = null;
        if (first != null) {
            first.assigned(List.of(new AssignedPartition(COUNTED, 0, null), new AssignedPartition(ENDLESS, 0, null)));
        }
        if (nextCounted < count && !paused.contains(COUNTED)) {
            nextCounted = hand(COUNTED, nextCounted, (int) Math.min(MOST, count - nextCounted), receiver);
        } else if (flows && !paused.contains(ENDLESS)) {
            nextEndless = hand(ENDLESS, nextEndless, MOST, receiver);
        } else {
            await(timeout);
        }
    }

    private static long hand(TopicPartition to, long from, int count, RecordReceiver<String, String> receiver) {
        List<SourceRecord<String, String>> records = new ArrayList<>(count);
        for (long offset = from; offset < from + count; offset++) {
            records.add(SourceRecord.of(
                    TestMessage.<String, String>builder(null, null)
                            .at(to.topic(), to.partition(), offset)
                            .build(),
                    100));
        }
        receiver.receive(to, records.iterator(), from + count);
        return from + count;
    }

    private void await(Duration timeout) {
        try {
            if (wakeups.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                wakeups.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        paused.removeAll(partitions);
    }

    @Override
    public void wakeup() {
        wakeups.release();
    }

    @Override
    public Duration maxPollInterval() {
        return Duration.ofMinutes(5);
    }

    @Override
    public OffsetCommitter committer() {
        return this;
    }

    @Override
    public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
        return CommitResult.all(points.keySet(), CommitOutcome.COMMITTED, null);
    }

    @Override
    public int metadataLimit() {
        return 0;
    }

    @Override
    public void close(Duration timeout) {
        // holds nothing
    }
}
