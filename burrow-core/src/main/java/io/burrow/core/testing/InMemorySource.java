package io.burrow.core.testing;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A source over an {@link InMemoryBroker}: one member of one group. Made by {@link InMemoryBroker#source}.
 *
 * <p>It joins its group in {@link #open} and learns of rebalances within its polls. A poll does at most one round of
 * callbacks, in the order lost, revoked, assigned, reset; hands over what is there, partition after partition; and
 * waits only if nothing of this happened. With a timeout of zero it never waits and reads no clock, so that a test in
 * one thread always sees the same.
 *
 * <p>As the port says, everything but {@link #wakeup()} is for one thread; two threads at once get a
 * {@link java.util.ConcurrentModificationException}. A poll of a member that {@linkplain BrokerFaults#crash crashed}
 * throws, its commits come to {@code NOT_OWNED}, and its close calls nobody back.
 *
 * @param <K> the type of the keys, as the producer gave them
 * @param <V> the type of the values, as the producer gave them
 */
public final class InMemorySource<K, V> implements MessageSource<K, V> {
    private final InMemoryBroker broker;
    private final Monitor monitor;
    private final Logs logs;
    private final Member member;
    private final OffsetCommitter committer;
    private final SingleUser user;

    // the fields below are the calling thread's, which SingleUser checks

    /** Set by open. */
    private @Nullable PartitionListener listener;

    private boolean closed;
    private boolean busy;
    /** The count of changes at which there was nothing to read: until the next one there is no need to look. */
    private long quietAt = -1;

    InMemorySource(InMemoryBroker broker, Member member) {
        this.broker = broker;
        this.monitor = broker.monitor();
        this.logs = broker.logs();
        this.member = member;
        this.committer = new InMemoryCommitter(broker, this);
        this.user = new SingleUser("source " + member.name);
    }

    /**
     * The name of the member that this source is. Any thread.
     *
     * @return the name
     */
    public String member() {
        return member.name;
    }

    /**
     * Joins the group.
     *
     * @throws BurrowException if a topic does not exist, another open source has the member's name, or it was opened or
     *     closed before
     */
    @Override
    public void open(PartitionListener listener) {
        guarded(() -> {
            if (this.listener != null || closed) {
                throw new BurrowException(
                        closed ? ErrorCode.CLOSED : ErrorCode.ALREADY_STARTED,
                        "source " + member.name + " was opened or closed before");
            }
            monitor.run(() -> broker.join(member));
            this.listener = listener;
            return this;
        });
    }

    /**
     * {@inheritDoc}
     *
     * @throws BurrowException also if the waiting thread is interrupted; it stays interrupted
     * @throws IllegalStateException if the source is not open, or the call comes from within a callback
     */
    @Override
    public void poll(Duration timeout, RecordReceiver<K, V> receiver) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative: " + timeout);
        }
        guarded(() -> {
            PartitionListener open = begin("poll");
            try {
                throwPlanned();
                poll(timeout, receiver, open);
                return this;
            } finally {
                busy = false;
            }
        });
    }

    private void poll(Duration timeout, RecordReceiver<K, V> receiver, PartitionListener open) {
        long nanos = Monitor.nanos(timeout);
        long start = nanos == 0 ? 0 : System.nanoTime();
        while (true) {
            long seen = monitor.changes();
            boolean woken = takeWakeup();
            tellAnswers();
            boolean told = rebalance(open);
            List<Batch> batches = List.of();
            if (told || seen != quietAt) {
                told |= reset(open);
                batches = monitor.call(this::fetch);
                batches.forEach(batch -> hand(batch, receiver));
                quietAt = told || !batches.isEmpty() ? -1 : seen;
            }
            long left = nanos == 0 ? 0 : nanos - (System.nanoTime() - start);
            if (told || woken || !batches.isEmpty() || left <= 0) {
                return;
            }
            await(seen, left);
        }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        setPaused(partitions, true);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        setPaused(partitions, false);
    }

    @Override
    public void wakeup() {
        monitor.run(() -> {
            member.wakeup = true;
            monitor.changed();
        });
    }

    @Override
    public Duration maxPollInterval() {
        return member.options.maxPollInterval();
    }

    /** {@inheritDoc} Here always known, but for a partition that this member does not have. */
    @Override
    public long endOffset(TopicPartition partition) {
        return guarded(() -> monitor.call(() -> {
            Member.Position position = member.positions.get(partition);
            return position == null ? -1L : position.log.endOffset();
        }));
    }

    @Override
    public OffsetCommitter committer() {
        return committer;
    }

    /**
     * Leaves the group, never waiting. A member that was thrown out and did not know is told {@code lost} instead of
     * {@code revoked}. Asynchronous commits that are still held are dropped and come to {@code RETRY}.
     */
    @Override
    public void close(Duration timeout) {
        guarded(() -> {
            if (closed) {
                return this;
            }
            if (listener == null) {
                closed = true;
                return this;
            }
            PartitionListener open = begin("close");
            try {
                tellAnswers();
                giveUpAll(open);
            } finally {
                monitor.run(() -> broker.leave(member));
                closed = true;
                busy = false;
                tellAnswers();
            }
            return this;
        });
    }

    /** Returns the name of the member. */
    @Override
    public String toString() {
        return "source " + member.name;
    }

    // ---- for the committer

    <T> T guarded(Supplier<T> action) {
        user.enter();
        try {
            return action.get();
        } finally {
            user.exit();
        }
    }

    @Nullable
    Member memberIfOpen() {
        return listener == null || closed ? null : member;
    }

    /** Passes the answers to asynchronous commits on. */
    void tellAnswers() {
        while (true) {
            Member.Answer answer = monitor.call(member.answers::poll);
            if (answer == null) {
                return;
            }
            answer.done().accept(answer.result());
        }
    }

    // ---- steps of a poll

    private PartitionListener begin(String call) {
        PartitionListener open = listener;
        if (open == null || closed) {
            throw new IllegalStateException(
                    "source " + member.name + " is " + (closed ? "closed" : "not open") + ": " + call);
        }
        if (busy) {
            throw new IllegalStateException("source " + member.name + ": " + call + " within poll or close");
        }
        busy = true;
        return open;
    }

    private void throwPlanned() {
        RuntimeException planned = monitor.call(member.pollFaults::poll);
        if (planned != null) {
            throw planned;
        }
        throwIfCrashed();
    }

    private void throwIfCrashed() {
        if (monitor.call(() -> member.crashed)) {
            throw new BurrowException(ErrorCode.SOURCE_FAILED, "member " + member.name + " crashed");
        }
    }

    private boolean takeWakeup() {
        return monitor.call(() -> {
            boolean woken = member.wakeup;
            member.wakeup = false;
            return woken;
        });
    }

    private void await(long seen, long nanos) {
        try {
            monitor.awaitMoreThan(seen, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BurrowException(ErrorCode.SOURCE_FAILED, "interrupted while waiting in poll", e);
        }
        throwIfCrashed();
    }

    /** One round of callbacks; whether there was any. */
    private boolean rebalance(PartitionListener open) {
        Group group = member.group;
        long version = monitor.call(() -> group.isSettled(member) ? -1 : group.version());
        if (version < 0) {
            return false;
        }
        List<TopicPartition> lost = monitor.call(() -> member.expired ? group.rejoin(member) : List.of());
        if (!lost.isEmpty()) {
            open.lost(lost);
        }
        List<TopicPartition> leaving = monitor.call(() -> group.leaving(member));
        if (leaving != null) {
            if (!leaving.isEmpty()) {
                open.revoked(leaving);
            }
            monitor.run(() -> group.gaveUp(member, leaving));
        }
        List<TopicPartition> notYet = leaving == null ? List.of() : leaving;
        List<AssignedPartition> coming = monitor.call(() -> group.coming(member, notYet));
        if (coming != null) {
            open.assigned(coming);
        }
        boolean told = !lost.isEmpty() || !notYet.isEmpty() || coming != null;
        if (!told && leaving == null) {
            monitor.run(() -> member.settledAt = version);
        }
        return told;
    }

    /** Moves positions that somebody moved, or that are not in the log any more; whether there was any. */
    private boolean reset(PartitionListener open) {
        Map<TopicPartition, Long> moved = monitor.call(() -> {
            Map<TopicPartition, Long> found = new TreeMap<>();
            member.positions.forEach((partition, position) -> {
                PartitionLog log = logs.find(partition);
                if (log != null && moveIfNeeded(partition, position, log)) {
                    found.put(partition, position.offset);
                }
            });
            return found;
        });
        moved.forEach(open::reset);
        return !moved.isEmpty();
    }

    private boolean moveIfNeeded(TopicPartition partition, Member.Position position, PartitionLog log) {
        if (position.resetTo >= 0) {
            position.moveTo(log, position.resetTo);
            position.resetTo = -1;
            return true;
        }
        if (position.log != log) {
            position.moveTo(log, Group.resetOffset(member, partition, log));
            return true;
        }
        // what was read before a truncation shows by its epoch, also when the log has grown beyond it again
        long end = position.epoch < 0 ? log.endOffset() : log.endOffsetOf(position.epoch);
        if (position.offset > end) {
            Group.resetOffset(member, partition, log);
            CommitPoint committed = member.group.offsets().committed(partition);
            long least = Math.max(log.startOffset(), committed == null ? end : committed.offset());
            position.moveTo(log, Math.min(end, least)); // what lies between is perhaps not finished
            return true;
        }
        if (position.offset < log.startOffset() && !position.paused) {
            position.moveTo(log, Group.resetOffset(member, partition, log));
            return true;
        }
        return false;
    }

    /** Takes what is there, beginning behind the partition that was served last. */
    private List<Batch> fetch() {
        List<TopicPartition> order = new ArrayList<>(member.positions.size());
        TopicPartition last = member.lastServed;
        if (last == null) {
            order.addAll(member.positions.keySet());
        } else {
            order.addAll(member.positions.tailMap(last, false).keySet());
            order.addAll(member.positions.headMap(last, true).keySet());
        }
        List<Batch> batches = new ArrayList<>();
        int left = member.options.maxPollRecords();
        for (TopicPartition partition : order) {
            Member.Position position = member.positions.get(partition);
            if (left == 0) {
                break;
            }
            if (position.paused
                    || logs.find(partition) != position.log
                    || position.offset >= position.log.endOffset()) {
                continue;
            }
            PartitionLog.Slice slice = position.log.read(position.offset, left);
            position.offset = slice.next();
            position.epoch = position.log.epochOf(slice.next() - 1);
            left -= slice.records().size();
            member.lastServed = partition;
            batches.add(new Batch(partition, slice.records(), slice.next()));
        }
        return batches;
    }

    @SuppressWarnings("unchecked") // the types are what the user says was produced
    private void hand(Batch batch, RecordReceiver<K, V> receiver) {
        List<LogRecord> records = batch.records;
        var sizer = member.options.sizer();
        if (sizer != null) {
            records = records.stream()
                    .map(each -> each.sized(sizer.applyAsInt(each.message())))
                    .toList();
        }
        var typed = (List<? extends SourceRecord<K, V>>) (List<?>) records;
        receiver.receive(batch.partition, typed.iterator(), batch.next);
    }

    private void setPaused(Collection<TopicPartition> partitions, boolean paused) {
        guarded(() -> {
            quietAt = -1;
            monitor.run(() -> {
                for (TopicPartition partition : new TreeSet<>(partitions)) {
                    Member.Position position = member.positions.get(partition);
                    if (position != null) {
                        position.paused = paused;
                    }
                }
            });
            return this;
        });
    }

    private void giveUpAll(PartitionListener open) {
        boolean expired = monitor.call(() -> member.expired);
        List<TopicPartition> all = monitor.call(() -> List.copyOf(member.positions.keySet()));
        if (all.isEmpty()) {
            return;
        }
        if (expired) {
            open.lost(all);
        } else {
            open.revoked(all);
        }
    }

    /** What one partition gave to a poll. */
    private record Batch(TopicPartition partition, List<LogRecord> records, long next) {}
}
