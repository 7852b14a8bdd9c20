package io.burrow.core.testing;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A source under test and all that it says, checked as it comes: callbacks only within poll and close and on the
 * caller's thread, records only of what is assigned and in order. For one thread.
 */
final class SourceProbe implements PartitionListener, AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    final MessageSource<String, String> source;

    /**
     * Everything in order, as text: {@code assigned [t-0]}, {@code revoked [t-0]}, {@code lost [t-0]}, {@code reset t-0
     * to 5}.
     */
    final List<String> events = new ArrayList<>();
    /** What is assigned now, as it was when it was assigned. */
    final Map<TopicPartition, AssignedPartition> assigned = new TreeMap<>();
    /** All that was handed over. */
    final Map<TopicPartition, List<SourceRecord<String, String>>> records = new TreeMap<>();
    /** The last end position of each partition that said one. */
    final Map<TopicPartition, Long> endPositions = new TreeMap<>();
    /** Called within assigned, last. */
    Consumer<Collection<TopicPartition>> onAssigned = partitions -> {};
    /** Called within revoked, before anything is forgotten. */
    Consumer<Collection<TopicPartition>> onRevoked = partitions -> {};

    private @Nullable Thread caller;

    SourceProbe(MessageSource<String, String> source) {
        this.source = source;
    }

    SourceProbe open() {
        source.open(this);
        return this;
    }

    /** Polls once. */
    void poll(Duration timeout) {
        caller = Thread.currentThread();
        try {
            source.poll(timeout, this::receive);
        } finally {
            caller = null;
        }
    }

    /** Closes the source; again if it was. */
    @Override
    public void close() {
        caller = Thread.currentThread();
        try {
            source.close(CLOSE_TIMEOUT);
        } finally {
            caller = null;
        }
    }

    int received() {
        return records.values().stream().mapToInt(List::size).sum();
    }

    List<Long> offsets(TopicPartition partition) {
        return records.getOrDefault(partition, List.of()).stream()
                .map(SourceRecord::offset)
                .toList();
    }

    @Override
    public void assigned(Collection<AssignedPartition> partitions) {
        called("assigned");
        TreeSet<TopicPartition> names = new TreeSet<>();
        for (AssignedPartition each : partitions) {
            names.add(each.partition());
            check(
                    assigned.put(each.partition(), each) == null,
                    "%s was assigned although it was assigned already",
                    each.partition());
            endPositions.put(each.partition(), each.position());
        }
        events.add("assigned " + names);
        onAssigned.accept(names);
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        called("revoked");
        onRevoked.accept(partitions);
        taken("revoked", partitions);
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        called("lost");
        taken("lost", partitions);
    }

    @Override
    public void reset(TopicPartition partition, long position) {
        called("reset");
        check(assigned.containsKey(partition), "%s was reset although it is not assigned", partition);
        endPositions.put(partition, position);
        events.add("reset " + partition + " to " + position);
    }

    private void taken(String how, Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            check(assigned.remove(partition) != null, "%s was %s although it was not assigned", partition, how);
            endPositions.remove(partition);
        }
        events.add(how + " " + new TreeSet<>(partitions));
    }

    private void receive(
            TopicPartition partition, Iterator<? extends SourceRecord<String, String>> batch, long endPosition) {
        called("the receiver");
        if (!assigned.containsKey(partition)) {
            // allowed: Burrow drops them
            batch.forEachRemaining(record -> {});
            return;
        }
        List<SourceRecord<String, String>> all = records.computeIfAbsent(partition, p -> new ArrayList<>());
        long position = endPositions.getOrDefault(partition, 0L);
        while (batch.hasNext()) {
            SourceRecord<String, String> record = batch.next();
            check(
                    record.offset() >= position,
                    "record %s of %s was handed over when the position was %s already",
                    record.offset(),
                    partition,
                    position);
            position = record.offset() + 1;
            all.add(record);
        }
        check(
                endPosition >= position,
                "the end position of %s must be beyond its last record, at least %s, and is %s",
                partition,
                position,
                endPosition);
        endPositions.put(partition, endPosition);
    }

    private void called(String what) {
        check(
                Thread.currentThread() == caller,
                "%s was called outside of poll and close, or on another thread: %s",
                what,
                Thread.currentThread().getName());
    }

    /** Fails a case. */
    static void check(boolean condition, String text, @Nullable Object... arguments) {
        if (!condition) {
            throw new AssertionError(text.formatted(arguments));
        }
    }
}
