package io.burrow.kafka;

import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over what a poll returned, and notices positions that moved without a callback. Loop thread only.
 *
 * <p><b>Back</b> a position goes when a log was truncated, or made anew under the same name. It shows in the first
 * offset that follows, or, where nothing follows, in the position itself, which is looked at when the consumer is idle.
 * The engine then begins anew, and forgets what it had: so from what is committed, if that lies below. What was handed
 * over from there to the position is still in the log, and perhaps not finished; nothing else would bring it again.
 *
 * <p><b>Forward</b> it goes when what was next had been deleted. In what is fetched this looks like any hole of the
 * log; the brokers tell which it is ({@link Holes}). Before anything was handed over, which is where it happens most
 * (an offset that is long committed), they are asked at once, and the engine begins anew there too. Later on it must
 * not: what was handed over before is still in memory and can be had nowhere else, and beginning anew would forget it.
 * So a later jump is handed over as what it looks like, offsets without records, and told besides, a moment later.
 */
final class Delivery<K, V> {
    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    private static final Duration BEGINNING_PATIENCE = Duration.ofSeconds(1);
    private static final long IDLE_CHECK_NANOS = Duration.ofSeconds(1).toNanos();
    /** An answer that the client had to find out first takes longer than this. */
    private static final long AT_ONCE_NANOS = Duration.ofMillis(20).toNanos();

    private final Consumer<byte[], byte[]> consumer;
    private final Assignment assignment;
    private final PartitionListener listener;
    private final RecordDecoder<K, V> decoder;
    private final DueTimes dueTimes;
    private final PollTime pollTime;
    private final Wakeups wakeups;
    private final LongSupplier nanoClock;
    private final Holes holes;
    private long lastCheckNanos;
    private boolean leftOut;

    Delivery(
            Consumer<byte[], byte[]> consumer,
            Assignment assignment,
            PartitionListener listener,
            RecordDecoder<K, V> decoder,
            DueTimes dueTimes,
            PollTime pollTime,
            Wakeups wakeups,
            Supplier<@Nullable BrokerQuestions> questions,
            LongSupplier nanoClock) {
        this.dueTimes = dueTimes;
        this.consumer = consumer;
        this.assignment = assignment;
        this.listener = listener;
        this.decoder = decoder;
        this.pollTime = pollTime;
        this.wakeups = wakeups;
        this.nanoClock = nanoClock;
        this.holes = new Holes(consumer, pollTime, questions, nanoClock);
        this.lastCheckNanos = nanoClock.getAsLong();
    }

    void deliver(ConsumerRecords<byte[], byte[]> records, RecordReceiver<K, V> receiver) {
        Map<TopicPartition, OffsetAndMetadata> nextOffsets = records.nextOffsets();
        Set<TopicPartition> keys = new LinkedHashSet<>(records.partitions());
        keys.addAll(nextOffsets.keySet());
        Set<TopicPartition> jumps = jumps(records);
        for (TopicPartition key : keys) {
            deliver(key, records.records(key), nextOffsets.get(key), jumps.contains(key), receiver);
        }
        holes.tell(assignment, (partition, hole) -> skipped(partition, hole.from(), hole.to(), "was deleted unread"));
    }

    /**
     * The partitions whose first records begin later than where they were to begin because what was there is deleted.
     */
    private Set<TopicPartition> jumps(ConsumerRecords<byte[], byte[]> records) {
        Map<TopicPartition, Long> starts = new HashMap<>();
        for (TopicPartition key : records.partitions()) {
            HeldPartition partition = assignment.get(key);
            if (partition != null
                    && partition.announced
                    && !partition.delivered
                    && records.records(key).get(0).offset() > partition.next) {
                starts.put(key, partition.next);
            }
        }
        if (starts.isEmpty()) {
            return Set.of();
        }
        Map<TopicPartition, Long> beginnings = holes.beginnings(starts.keySet());
        if (beginnings.isEmpty()) { // not known now: told later, as what is met further on is
            starts.forEach((key, from) -> holes.pass(
                    assignment.get(key), from, records.records(key).get(0).offset()));
        }
        starts.keySet().removeIf(key -> beginnings.getOrDefault(key, 0L) <= starts.get(key));
        return starts.keySet();
    }

    private void deliver(
            TopicPartition key,
            List<ConsumerRecord<byte[], byte[]>> records,
            @Nullable OffsetAndMetadata nextOffset,
            boolean jumped,
            RecordReceiver<K, V> receiver) {
        if (records.isEmpty() && nextOffset == null) {
            return;
        }
        HeldPartition partition = assignment.get(key);
        if (partition == null) {
            return; // taken away meanwhile: whoever has it now reads it
        }
        long first = records.isEmpty() ? nextOffset.offset() : records.get(0).offset();
        if (!partition.announced) {
            consumer.seek(key, first); // nothing is skipped while its start is not known
            return;
        }
        if (first < partition.next) {
            long start = startBelow(partition, first);
            reset(partition, start);
            if (start < first) {
                return; // read from there
            }
        } else if (jumped) {
            reset(partition, first);
        } else if (partition.damagedFrom >= 0) {
            skippedDamage(partition, first);
        } else if (first > partition.next && partition.delivered) {
            holes.pass(partition, partition.next, first);
        }
        long afterLast =
                records.isEmpty() ? first : records.get(records.size() - 1).offset() + 1;
        long end = nextOffset == null ? afterLast : Math.max(afterLast, nextOffset.offset());
        DueTimes.Waiting waiting = dueTimes.waiting(key.topic(), records, end);
        if (waiting == null) {
            handOver(partition, records, end, receiver);
            return;
        }
        List<ConsumerRecord<byte[], byte[]>> due = waiting.takeDue(dueTimes.nowMillis());
        handOver(partition, due, waiting.nextOffset(), receiver);
        if (!waiting.isEmpty()) {
            partition.waiting = waiting;
            tellWaiting(partition, waiting);
            assignment.applyPauses();
        }
    }

    private void tellWaiting(HeldPartition partition, DueTimes.Waiting waiting) {
        listener.waiting(partition.partition, Instant.ofEpochMilli(waiting.dueMillis()));
    }

    private void handOver(
            HeldPartition partition,
            List<ConsumerRecord<byte[], byte[]>> records,
            long end,
            RecordReceiver<K, V> receiver) {
        partition.next = end;
        partition.delivered = true;
        receiver.receive(partition.partition, new Wrapping<>(records, decoder), end);
    }

    /**
     * Hands over what was fetched before it was due, and is due now.
     *
     * @param timeout how long the caller may wait
     * @return how long it may wait until something is due; nothing if something was handed over
     */
    Duration deliverDue(Duration timeout, RecordReceiver<K, V> receiver) {
        if (dueTimes.topics() == null || assignment.isHeldBack()) {
            return timeout;
        }
        long now = dueTimes.nowMillis();
        Duration wait = timeout;
        boolean flows = false;
        for (HeldPartition partition : assignment.select(each -> each.waiting != null && !each.paused)) {
            DueTimes.Waiting waiting = Objects.requireNonNull(partition.waiting);
            List<ConsumerRecord<byte[], byte[]>> due = waiting.takeDue(now);
            if (waiting.isEmpty()) {
                partition.waiting = null;
                flows = true;
                listener.waiting(partition.partition, null);
            } else {
                wait = Durations.min(wait, Duration.ofMillis(Math.max(1, waiting.dueMillis() - now)));
            }
            if (!due.isEmpty()) {
                wait = Duration.ZERO;
                handOver(partition, due, waiting.nextOffset(), receiver);
                if (!waiting.isEmpty()) {
                    tellWaiting(partition, waiting);
                }
            }
        }
        if (flows) {
            assignment.applyPauses();
        }
        return wait;
    }

    /**
     * Compares positions with what the engine was told, at most once in a second. Called when a poll returned nothing.
     * The client waits for a position that it has to find out, even with a limit of zero: after one for which it did
     * the others are left for the next look.
     */
    void checkPositions(RecordReceiver<K, V> receiver) {
        long now = nanoClock.getAsLong();
        if (now - lastCheckNanos < IDLE_CHECK_NANOS) {
            return;
        }
        if (pollTime.isMuchUsed() && !leftOut) { // not twice in a row: polls may be slow by themselves
            leftOut = true;
            return;
        }
        leftOut = false;
        lookAtPositions(receiver);
        lastCheckNanos = nanoClock.getAsLong();
    }

    private void lookAtPositions(RecordReceiver<K, V> receiver) {
        for (HeldPartition partition : assignment.inTurn(each -> each.announced && each.waiting == null)) {
            long begun = nanoClock.getAsLong();
            long position;
            try {
                assignment.asking(partition);
                position = wakeups.answer(
                        Deadline.in(Duration.ZERO, nanoClock), () -> consumer.position(partition.key, Duration.ZERO));
            } catch (KafkaException e) {
                if (!SourceFailures.passes(e)) {
                    throw e;
                }
                if (nanoClock.getAsLong() - begun > AT_ONCE_NANOS) {
                    pollTime.waited();
                    return;
                }
                continue; // it is being found out: the next look will tell
            }
            if (position < partition.next) {
                reset(partition, startBelow(partition, position));
            } else if (position > partition.next && !partition.delivered && partition.damagedFrom < 0) {
                reset(partition, position);
            } else if (position > partition.next) {
                if (partition.damagedFrom >= 0) {
                    skippedDamage(partition, position);
                } else {
                    skipped(partition, partition.next, position, "is gone");
                }
                partition.next = position;
                receiver.receive(
                        partition.partition, List.<SourceRecord<K, V>>of().iterator(), position);
            }
        }
    }

    /** Moves to the beginning of logs that are other ones than were read before. */
    void beginAnew(List<HeldPartition> partitions) {
        List<TopicPartition> keys = partitions.stream().map(each -> each.key).toList();
        log.atWarn()
                .addKeyValue("partitions", keys)
                .log("The topic of {} was deleted and made anew: it is read from its beginning", keys);
        consumer.seekToBeginning(keys);
        Deadline deadline = Deadline.in(pollTime.within(BEGINNING_PATIENCE), nanoClock);
        for (HeldPartition partition : partitions) {
            long beginning = 0; // of a log that was just made
            try {
                deadline.requireLeft();
                beginning = wakeups.answer(
                        deadline, () -> consumer.position(partition.key, deadline.leftAtLeastOneMilli()));
            } catch (TimeoutException e) {
                consumer.seek(partition.key, beginning); // the client finds out itself if it begins later
            }
            if (partition.next != beginning) {
                reset(partition, beginning);
            }
        }
    }

    private void skippedDamage(HeldPartition partition, long to) {
        long from = partition.damagedFrom;
        partition.damagedFrom = -1;
        if (to > from) {
            skipped(partition, from, to, "is damaged and was passed by");
        }
    }

    private void skipped(HeldPartition partition, long from, long to, String why) {
        log.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("from", from)
                .addKeyValue("to", to)
                .log("What was at offsets {} to {} of {} {}", from, to - 1, partition, why);
        listener.skipped(partition.partition, from, to);
    }

    /**
     * Where to begin anew after a position moved back: there, or at what is committed if that lies below and is still
     * in the log. Moves the consumer to it.
     */
    private long startBelow(HeldPartition partition, long position) {
        if (partition.committed >= position) {
            return position;
        }
        long beginning = holes.beginnings(Set.of(partition.key)).getOrDefault(partition.key, 0L);
        long start = Math.min(position, Math.max(partition.committed, beginning));
        if (start < position) {
            consumer.seek(partition.key, start);
        }
        return start;
    }

    private void reset(HeldPartition partition, long position) {
        log.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("from", partition.next)
                .addKeyValue("to", position)
                .log("The position in {} was reset from {} to {}", partition, partition.next, position);
        partition.next = position;
        partition.committed = position; // the engine commits it at once
        partition.movedSinceSent = true;
        partition.waiting = null;
        partition.delivered = false;
        partition.damagedFrom = -1;
        holes.forget(partition);
        listener.reset(partition.partition, position);
    }

    /**
     * Makes one object for each record, when it is asked for it. By index: tools that trace consumers wrap these lists,
     * and take each step of an iterator for the handling of a record, which happens elsewhere and later.
     */
    private static final class Wrapping<K, V> implements Iterator<SourceRecord<K, V>> {
        private final List<ConsumerRecord<byte[], byte[]>> records;
        private final RecordDecoder<K, V> decoder;
        private final int size;
        private int next;

        Wrapping(List<ConsumerRecord<byte[], byte[]>> records, RecordDecoder<K, V> decoder) {
            this.records = records;
            this.decoder = decoder;
            this.size = records.size();
        }

        @Override
        public boolean hasNext() {
            return next < size;
        }

        @Override
        public SourceRecord<K, V> next() {
            if (next == size) {
                throw new NoSuchElementException();
            }
            return decoder.wrap(records.get(next++));
        }
    }
}
