package io.burrow.core.sim;

import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.snapshot.OffsetRanges;
import io.burrow.core.snapshot.SnapshotCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A source that notes what its member is given and checks what it commits: nothing unfinished below (I1), nothing that
 * it does not have (I3). Every record carries its lease, so that what comes of it is told apart from what comes of
 * another delivery of the same offset (I4).
 */
final class WatchedSource implements MessageSource<String, String> {
    private final MessageSource<String, String> inner;
    private final Watcher watcher;
    private final Map<TopicPartition, Lease> leases = new HashMap<>();

    /** Who is told of what the source sees. */
    interface Watcher {
        /** A position was moved: the committed offset of the partition may fall once. */
        void reset(TopicPartition partition);

        /** A record cannot be decoded. */
        void undecodable(Lease lease, long offset);

        /** An invariant does not hold. */
        void violated(String what);

        /** The offsets of a partition that were done by anybody. */
        Set<Long> everDone(TopicPartition partition);

        /** What becomes of a text kept with an offset until it is read. */
        String damaged(String metadata);

        /** Whether what is finished above the commit point is kept with it. */
        boolean keepsSnapshots();

        /** Whether all records of a partition are ordered. */
        boolean ordersPartitions();
    }

    WatchedSource(MessageSource<String, String> inner, Watcher watcher) {
        this.inner = inner;
        this.watcher = watcher;
    }

    @Override
    public void open(PartitionListener listener) {
        inner.open(new PartitionListener() {
            @Override
            public void assigned(Collection<AssignedPartition> partitions) {
                List<AssignedPartition> read =
                        partitions.stream().map(WatchedSource.this::damaged).toList();
                read.forEach(p -> {
                    Lease lease = new Lease(p.partition(), p.position(), watcher.everDone(p.partition()));
                    CommitPoint stored = p.committed();
                    if (stored != null && stored.offset() == p.position() && watcher.keepsSnapshots()) {
                        // what it says was checked when it was sent
                        lease.restored = SnapshotCodec.decode(stored.offset(), stored.leaderEpoch(), stored.metadata());
                    }
                    leases.put(p.partition(), lease);
                });
                listener.assigned(read);
            }

            @Override
            public void revoked(Collection<TopicPartition> partitions) {
                close(partitions);
                listener.revoked(partitions);
                leases.keySet().removeAll(partitions);
            }

            @Override
            public void lost(Collection<TopicPartition> partitions) {
                close(partitions);
                leases.keySet().removeAll(partitions);
                listener.lost(partitions);
            }

            @Override
            public void reset(TopicPartition partition, long position) {
                close(List.of(partition));
                leases.put(partition, new Lease(partition, position, watcher.everDone(partition)));
                watcher.reset(partition);
                listener.reset(partition, position);
            }
        });
    }

    private AssignedPartition damaged(AssignedPartition assigned) {
        CommitPoint stored = assigned.committed();
        return stored == null
                ? assigned
                : new AssignedPartition(
                        assigned.partition(),
                        assigned.position(),
                        new CommitPoint(stored.offset(), stored.leaderEpoch(), watcher.damaged(stored.metadata())));
    }

    private static void each(OffsetRanges ranges, LongConsumer taker) {
        for (int i = 0; i < ranges.ranges(); i++) {
            LongStream.range(ranges.from(i), ranges.to(i)).forEach(taker);
        }
    }

    private void close(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Lease lease = leases.get(partition);
            if (lease != null) {
                lease.closed = true;
            }
        }
    }

    @Override
    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
        inner.poll(timeout, (partition, records, endPosition) -> {
            Lease lease = leases.get(partition);
            List<SourceRecord<String, String>> watched = new ArrayList<>();
            while (records.hasNext()) {
                SourceRecord<String, String> record = records.next();
                if (lease != null) {
                    Object key = watcher.ordersPartitions() ? "" : record.orderingKey();
                    lease.delivered.put(record.offset(), new Lease.Key(key));
                    if (lease.restored.contains(record.offset(), record.leaderEpoch())) {
                        if (!lease.wasDone(record.offset())) {
                            watcher.violated("I10: " + partition + "@" + record.offset() + " was never finished");
                        }
                        lease.done(record.offset());
                    }
                    watched.add(new WatchedRecord(record, lease, watcher));
                }
            }
            receiver.receive(partition, watched.iterator(), endPosition);
        });
    }

    @Override
    public OffsetCommitter committer() {
        OffsetCommitter committer = inner.committer();
        return new OffsetCommitter() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                points.forEach(WatchedSource.this::check);
                return committer.commit(points, timeout);
            }

            @Override
            public void commitAsync(
                    Map<TopicPartition, CommitPoint> points, Duration timeout, Consumer<? super CommitResult> done) {
                points.forEach(WatchedSource.this::check);
                committer.commitAsync(points, timeout, done);
            }

            @Override
            public int metadataLimit() {
                return committer.metadataLimit();
            }
        };
    }

    private void check(TopicPartition partition, CommitPoint point) {
        Lease lease = leases.get(partition);
        if (lease == null) {
            watcher.violated("I3: commit of " + partition + " at " + point.offset() + " without having it");
            return;
        }
        long open = lease.unfinishedBelow(point.offset());
        if (open >= 0) {
            watcher.violated("I1: commit of " + partition + " at " + point.offset() + " while " + open + " is open");
        }
        each(
                SnapshotCodec.decode(point.offset(), point.leaderEpoch(), point.metadata())
                        .finished(),
                offset -> {
                    if (!lease.done.contains(offset)) {
                        watcher.violated(
                                "I1b: the snapshot of " + partition + " at " + point.offset() + " names " + offset);
                    }
                });
        if (!point.metadata().isEmpty() && !watcher.keepsSnapshots()) {
            watcher.violated("I10: a snapshot of " + partition + " although they are off");
        }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        inner.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        inner.resume(partitions);
    }

    @Override
    public void wakeup() {
        inner.wakeup();
    }

    @Override
    public Duration maxPollInterval() {
        return inner.maxPollInterval();
    }

    @Override
    public void close(Duration timeout) {
        inner.close(timeout);
    }

    /** A record that knows its lease. */
    record WatchedRecord(SourceRecord<String, String> inner, Lease lease, Watcher watcher)
            implements SourceRecord<String, String> {
        @Override
        public long offset() {
            return inner.offset();
        }

        @Override
        public int leaderEpoch() {
            return inner.leaderEpoch();
        }

        @Override
        public @Nullable Object orderingKey() {
            return inner.orderingKey();
        }

        @Override
        public int sizeBytes() {
            return inner.sizeBytes();
        }

        @Override
        public Message<String, String> decode() throws Exception {
            try {
                return new WatchedMessage(inner.decode(), lease, 1);
            } catch (Exception e) {
                watcher.undecodable(lease, offset());
                throw e;
            }
        }
    }

    /** A message that knows its lease. */
    record WatchedMessage(Message<String, String> inner, Lease lease, int attempt) implements Message<String, String> {
        @Override
        public String topic() {
            return inner.topic();
        }

        @Override
        public int partition() {
            return inner.partition();
        }

        @Override
        public long offset() {
            return inner.offset();
        }

        @Override
        public @Nullable String key() {
            return inner.key();
        }

        @Override
        public @Nullable String value() {
            return inner.value();
        }

        @Override
        public Message<String, String> withAttempt(int other) {
            return new WatchedMessage(inner, lease, other);
        }

        @Override
        public String toString() {
            return lease.partition + "@" + offset() + " attempt " + attempt;
        }
    }
}
