package io.burrow.core.sim;

import io.burrow.api.BurrowConfig;
import io.burrow.api.Message;
import io.burrow.api.RecordOutcome;
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
import io.burrow.core.snapshot.Snapshot;
import io.burrow.core.snapshot.SnapshotCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A source that notes what its member is given and checks what it commits: nothing unfinished below (I1), nothing
 * unfinished named in a snapshot (I1b), nothing that it does not have (I3); and that it is given no more than it may
 * hold (I7). Every record carries its lease, so that what comes of it is told apart from what comes of another delivery
 * of the same offset (I4), and ends once (I6).
 */
final class WatchedSource implements MessageSource<String, String> {
    private final MessageSource<String, String> inner;
    private final Watcher watcher;
    private final Map<TopicPartition, Lease> leases = new TreeMap<>();
    /** What was held when the poll that is going on brought its first records; null before. */
    private @Nullable Holdings before;

    /** Who is told of what the source sees. */
    interface Watcher {
        /** A position was moved: the committed offset of the partition may fall once. */
        void reset(TopicPartition partition);

        /** Something happened, for the trace. */
        void note(String event);

        /** An invariant does not hold. */
        void violated(String what);

        /** The offsets of a partition that were done by anybody. */
        BitSet everDone(TopicPartition partition);

        /** What becomes of a text kept with an offset until it is read. */
        String damaged(String metadata);

        /** Whether what is finished above the commit point is kept with it. */
        boolean keepsSnapshots();

        /** Whether all records of a partition are ordered. */
        boolean ordersPartitions();

        /** The settings in force. */
        BurrowConfig config();

        /** What surely still runs of assignments that are over. */
        List<WatchedMessage> runningOfFormer();

        /** The time, less what the simulation moved the clock by itself, in nanoseconds. */
        long ownNanos();
    }

    WatchedSource(MessageSource<String, String> inner, Watcher watcher) {
        this.inner = inner;
        this.watcher = watcher;
    }

    /** What it has of a partition, or null. */
    @Nullable
    Lease lease(TopicPartition partition) {
        return leases.get(partition);
    }

    /** All that it has. */
    Collection<Lease> leases() {
        return leases.values();
    }

    @Override
    public void open(PartitionListener listener) {
        inner.open(new PartitionListener() {
            @Override
            public void assigned(Collection<AssignedPartition> partitions) {
                List<AssignedPartition> read =
                        partitions.stream().map(WatchedSource.this::damaged).toList();
                watcher.note("assigned " + read);
                read.forEach(WatchedSource.this::begin);
                listener.assigned(read);
            }

            @Override
            public void revoked(Collection<TopicPartition> partitions) {
                watcher.note("revoked " + partitions);
                List<Lease> closed = close(partitions);
                long begin = watcher.ownNanos();
                listener.revoked(partitions);
                long took = watcher.ownNanos() - begin;
                if (took > Weather.POLL_INTERVAL.toNanos() / 2) {
                    watcher.violated("I12: a revocation took " + took / 1_000_000 + " ms");
                }
                closed.forEach(lease -> lease.overNanos = watcher.ownNanos());
                leases.keySet().removeAll(partitions);
            }

            @Override
            public void lost(Collection<TopicPartition> partitions) {
                watcher.note("lost " + partitions);
                List<Lease> closed = close(partitions);
                leases.keySet().removeAll(partitions);
                listener.lost(partitions);
                closed.forEach(lease -> lease.overNanos = watcher.ownNanos());
            }

            @Override
            public void reset(TopicPartition partition, long position) {
                watcher.note("reset " + partition + " to " + position);
                List<Lease> closed = close(List.of(partition));
                leases.get(partition).movedAway = true;
                leases.put(partition, new Lease(partition, position, watcher.everDone(partition)));
                watcher.reset(partition);
                listener.reset(partition, position);
                closed.forEach(lease -> lease.overNanos = watcher.ownNanos());
            }

            @Override
            public void skipped(TopicPartition partition, long from, long to) {
                watcher.note("skipped " + partition + " from " + from + " to " + to);
                listener.skipped(partition, from, to);
            }
        });
    }

    private void begin(AssignedPartition assigned) {
        Lease lease = new Lease(assigned.partition(), assigned.position(), watcher.everDone(assigned.partition()));
        CommitPoint stored = assigned.committed();
        if (stored != null && stored.offset() == assigned.position() && watcher.keepsSnapshots()) {
            // what it says was checked when it was sent
            lease.restored =
                    SnapshotCodec.decode(lease.partition, stored.offset(), stored.leaderEpoch(), stored.metadata());
        }
        if (leases.put(assigned.partition(), lease) != null) {
            throw new IllegalStateException(assigned + " is assigned twice");
        }
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

    private List<Lease> close(Collection<TopicPartition> partitions) {
        List<Lease> closed = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Lease lease = leases.get(partition);
            if (lease != null) {
                lease.closed = true;
                closed.add(lease);
            }
        }
        return closed;
    }

    @Override
    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
        before = null;
        inner.poll(timeout, (partition, records, endPosition) -> {
            Lease lease = leases.get(partition);
            if (lease == null) {
                throw new IllegalStateException("records of " + partition + ", which is not assigned");
            }
            if (records.hasNext()) {
                mayCome(lease);
                lease.poll();
            }
            List<SourceRecord<String, String>> watched = new ArrayList<>();
            while (records.hasNext()) {
                watched.add(watch(lease, records.next()));
            }
            receiver.receive(partition, watched.iterator(), endPosition);
        });
    }

    /** A partition from which records come has room for some, and so have all together. */
    private void mayCome(Lease lease) {
        Holdings held = before;
        if (held == null) {
            held = new Holdings(leases.values(), watcher.runningOfFormer());
            before = held;
        }
        String reached = held.reached(watcher.config(), lease);
        if (reached != null) {
            watcher.violated("I7: records of " + lease.partition + " come although " + reached);
        }
    }

    private WatchedRecord watch(Lease lease, SourceRecord<String, String> record) {
        long offset = record.offset();
        int index = lease.deliver(offset, watcher.ordersPartitions() ? "" : record.orderingKey(), record.sizeBytes());
        if (lease.restored.contains(offset, record.leaderEpoch())) {
            if (!lease.wasDone(offset)) {
                watcher.violated("I10: " + lease.partition + "@" + offset + " was never finished");
            }
            lease.doneBefore(index);
        }
        return new WatchedRecord(record, lease, index, watcher);
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
        long open = lease.firstOpen();
        if (open < point.offset()) {
            watcher.violated("I1: commit of " + partition + " at " + point.offset() + " while " + open + " is open");
        }
        if (point.metadata().isEmpty()) {
            return;
        }
        if (!watcher.keepsSnapshots()) {
            watcher.violated("I10: a snapshot of " + partition + " although they are off");
        }
        Snapshot said = SnapshotCodec.decode(partition, point.offset(), point.leaderEpoch(), point.metadata());
        OffsetRanges ranges = said.finished();
        if (ranges.isEmpty()) {
            watcher.violated("I10: what is sent of " + partition + " at " + point.offset() + " cannot be read");
        }
        for (int i = 0; i < ranges.ranges(); i++) {
            for (long offset = ranges.from(i); offset < ranges.to(i); offset++) {
                if (!lease.isKnownDone(offset)) {
                    watcher.violated(
                            "I1b: the snapshot of " + partition + " at " + point.offset() + " names " + offset);
                }
            }
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

    /** A record that knows its lease, and so what may come of it (I4, I6). */
    record WatchedRecord(SourceRecord<String, String> inner, Lease lease, int index, Watcher watcher)
            implements SourceRecord<String, String> {
        @Override
        public long offset() {
            return lease.offset(index);
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
            return new WatchedMessage(inner.decode(), lease, index, 1);
        }

        @Override
        public void finished(RecordOutcome outcome, int attempts) {
            if (lease.isOver()) {
                watcher.violated("I4: " + ended(outcome) + " though its assignment is over");
            } else if (!lease.finished(index)) {
                watcher.violated("I6: " + ended(outcome) + ", and it had ended before");
            } else if (!lease.isDone(index)) {
                watcher.violated("I6: " + ended(outcome) + " though it is open");
            }
            inner.finished(outcome, attempts);
        }

        private String ended(RecordOutcome outcome) {
            return lease.partition + "@" + offset() + " ended as " + outcome;
        }
    }

    /** A message that knows its lease. */
    record WatchedMessage(Message<String, String> inner, Lease lease, int index, int attempt)
            implements Message<String, String> {
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
            return lease.offset(index);
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
            return new WatchedMessage(inner, lease, index, other);
        }

        @Override
        public String toString() {
            return lease.partition + "@" + offset() + " attempt " + attempt;
        }
    }
}
