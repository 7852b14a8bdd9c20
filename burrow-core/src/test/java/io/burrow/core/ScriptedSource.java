package io.burrow.core;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.testing.TestMessage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A source without a broker: each poll does the next step of a script, whatever the port allows and whatever it
 * forbids. What is committed is kept in a map. The script may be written by any thread.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class ScriptedSource<K, V> implements MessageSource<K, V>, OffsetCommitter {
    public static final TopicPartition P0 = new TopicPartition("t", 0);

    private final Queue<Step<K, V>> script = new ConcurrentLinkedQueue<>();
    private final Semaphore news = new Semaphore(0);
    private @Nullable PartitionListener listener;

    public final Map<TopicPartition, CommitPoint> committed = new ConcurrentHashMap<>();
    public volatile boolean closed;

    /** What one poll does. */
    public interface Step<K, V> {
        void run(PartitionListener listener, RecordReceiver<K, V> receiver);
    }

    /** Adds a step. */
    public ScriptedSource<K, V> then(Step<K, V> step) {
        script.add(step);
        news.release();
        return this;
    }

    /** Adds the assignment of a partition, from a position. */
    public ScriptedSource<K, V> assign(TopicPartition partition, long position) {
        return then((partitions, receiver) ->
                partitions.assigned(List.of(new AssignedPartition(partition, position, committed.get(partition)))));
    }

    /** Adds records of the first partition, and the position after the last. */
    public ScriptedSource<K, V> records(List<? extends SourceRecord<K, V>> records) {
        return then((partitions, receiver) -> receiver.receive(
                P0, records.iterator(), records.get(records.size() - 1).offset() + 1));
    }

    /** A record of the first partition. */
    public static <K, V> SourceRecord<K, V> record(long offset, @Nullable K key, @Nullable V value) {
        return SourceRecord.of(
                TestMessage.builder(key, value)
                        .at(P0.topic(), P0.partition(), offset)
                        .build(),
                1);
    }

    @Override
    public void open(PartitionListener newListener) {
        listener = newListener;
    }

    @Override
    public void poll(Duration timeout, RecordReceiver<K, V> receiver) {
        Step<K, V> step = script.poll();
        if (step != null) {
            step.run(Objects.requireNonNull(listener), receiver);
        } else if (!timeout.isZero()) {
            try {
                news.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted in poll", e);
            }
        }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        // the script knows what it does
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        // likewise
    }

    @Override
    public void wakeup() {
        news.release();
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
        committed.putAll(points);
        return CommitResult.committed(points.keySet());
    }

    @Override
    public int metadataLimit() {
        return 4096;
    }

    @Override
    public void close(Duration timeout) {
        closed = true;
    }
}
