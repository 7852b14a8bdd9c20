package io.burrow.core.bench;

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
import io.burrow.core.testing.TestMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A source for measurements: as many records as were released, in runs of 500 from each partition in turn, made of
 * nothing but an offset and a key. Only {@link #release} and {@link #wakeup} may be called by another thread.
 */
final class SyntheticSource implements MessageSource<String, String> {
    private static final int RUN = 500;

    private final List<TopicPartition> partitions = new ArrayList<>();
    private final long[] next;
    private final Message<String, String>[] messages;
    private final byte[][] keys;
    private final Set<TopicPartition> paused = new HashSet<>();
    private final AtomicLong released = new AtomicLong();
    private volatile Thread loop = Thread.currentThread();
    private volatile boolean woken;
    private boolean told;
    private PartitionListener listener = new NoListener();
    private long given;
    private int turn;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    SyntheticSource(int count, int keyCount) {
        for (int i = 0; i < count; i++) {
            partitions.add(new TopicPartition("t", i));
        }
        next = new long[count];
        keys = new byte[keyCount][];
        messages = new Message[keyCount];
        for (int i = 0; i < keyCount; i++) {
            keys[i] = ("customer-" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            messages[i] = TestMessage.of("customer-" + i, "value");
        }
    }

    /** Lets more records be polled. */
    void release(long records) {
        released.addAndGet(records);
        LockSupport.unpark(loop);
    }

    @Override
    public void open(PartitionListener to) {
        listener = to;
        loop = Thread.currentThread();
    }

    @Override
    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
        if (!told) {
            told = true;
            listener.assigned(partitions.stream()
                    .map(each -> new AssignedPartition(each, 0, null))
                    .toList());
        }
        for (int i = 0; i < partitions.size(); i++) {
            int partition = turn;
            turn = turn + 1 == partitions.size() ? 0 : turn + 1;
            long left = released.get() - given;
            if (left == 0) {
                break;
            }
            if (!paused.contains(partitions.get(partition))) {
                int count = (int) Math.min(RUN, left);
                long from = next[partition];
                next[partition] = from + count;
                given += count;
                receiver.receive(partitions.get(partition), new Run(from, count), from + count);
                return;
            }
        }
        if (!woken && !timeout.isZero()) {
            LockSupport.parkNanos(timeout.toNanos());
        }
        woken = false;
    }

    @Override
    public void pause(Collection<TopicPartition> which) {
        paused.addAll(which);
    }

    @Override
    public void resume(Collection<TopicPartition> which) {
        paused.removeAll(which);
    }

    @Override
    public void wakeup() {
        woken = true;
        LockSupport.unpark(loop);
    }

    @Override
    public Duration maxPollInterval() {
        return Duration.ofMinutes(5);
    }

    @Override
    public OffsetCommitter committer() {
        return new OffsetCommitter() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                return CommitResult.committed(points.keySet());
            }

            @Override
            public int metadataLimit() {
                return 4_096;
            }
        };
    }

    @Override
    public void close(Duration timeout) {
        listener.revoked(partitions);
    }

    private final class Run implements Iterator<SourceRecord<String, String>> {
        private final long end;
        private long at;

        Run(long from, int count) {
            this.at = from;
            this.end = from + count;
        }

        @Override
        public boolean hasNext() {
            return at < end;
        }

        @Override
        public SourceRecord<String, String> next() {
            if (at == end) {
                throw new NoSuchElementException();
            }
            return new Record(at++);
        }
    }

    private final class Record implements SourceRecord<String, String> {
        private final long offset;

        Record(long offset) {
            this.offset = offset;
        }

        private int key() {
            return (int) (offset * 2_654_435_761L >>> 16 & Integer.MAX_VALUE) % keys.length;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public byte[] orderingKey() {
            return keys[key()];
        }

        @Override
        public int sizeBytes() {
            return 100;
        }

        @Override
        public Message<String, String> decode() {
            return messages[key()];
        }
    }

    private static final class NoListener implements PartitionListener {
        @Override
        public void assigned(Collection<AssignedPartition> assigned) {}

        @Override
        public void revoked(Collection<TopicPartition> revoked) {}

        @Override
        public void lost(Collection<TopicPartition> lost) {}

        @Override
        public void reset(TopicPartition partition, long position) {}
    }
}
