package io.burrow.kafka;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.PartitionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that the consumer has, and the client's rebalance callbacks. Loop thread only.
 *
 * <p><b>The problem.</b> The engine must know of a new partition where it starts and what is committed, metadata
 * included, before the first record of it comes. Both are asked of the brokers, within the callback, and the answer may
 * not come in time. But a callback must not throw: the classic protocol then takes the partition as handed over
 * although the engine never heard of it, and the new protocol leaves the member half-way for ever. Nor may it take as
 * long as it likes: the poll interval runs.
 *
 * <p><b>The idea.</b> A partition is <em>held</em> from the callback on, and <em>announced</em> when its position and
 * its committed offset are known. Between the two it is paused in the client, so that nothing of it can be fetched and
 * no position can pass it. Each poll asks again, for a short time. What cannot be mended by asking again (rights, no
 * offset and no reset policy) is kept and thrown by the poll after the client has finished its callback.
 *
 * <pre>
 *   onPartitionsAssigned ──► held, paused ──look-up──► announced ──► listener.assigned ──► records
 *                               │    ▲                     │
 *                               └────┘ timed out           └──► onPartitionsRevoked: listener.revoked, then forgotten
 *                                                               onPartitionsLost:    forgotten, then listener.lost
 * </pre>
 *
 * <p>A partition taken away counts as held until {@code listener.revoked} has returned, since commits are made within
 * it, and not any more when {@code listener.lost} is called, since none may be.
 */
final class Assignment implements ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(Assignment.class);

    private final Consumer<byte[], byte[]> consumer;
    private final PartitionListener listener;
    private final Wakeups wakeups;
    private final StartPositions starts;
    private final PollTime pollTime;
    private final Duration lookUpTimeout;
    private final LongSupplier nanoClock;
    private final LimitedLog limitedLog;
    private final LimitedLog damages;

    private final Map<org.apache.kafka.common.TopicPartition, HeldPartition> held = new HashMap<>();
    private long questions;
    private boolean revoking;
    private boolean heldBack;
    private @Nullable Throwable failure;

    Assignment(
            Consumer<byte[], byte[]> consumer,
            PartitionListener listener,
            Wakeups wakeups,
            StartPositions starts,
            PollTime pollTime,
            Duration lookUpTimeout,
            LongSupplier nanoClock) {
        this.consumer = consumer;
        this.listener = listener;
        this.wakeups = wakeups;
        this.starts = starts;
        this.pollTime = pollTime;
        this.lookUpTimeout = lookUpTimeout;
        this.nanoClock = nanoClock;
        this.limitedLog = new LimitedLog(log, nanoClock);
        this.damages = new LimitedLog(log, nanoClock);
    }

    // ---- callbacks of the client

    @Override
    public void onPartitionsAssigned(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        guarded(() -> {
            List<HeldPartition> fresh = new ArrayList<>();
            List<TopicPartition> neverRevoked = new ArrayList<>();
            for (org.apache.kafka.common.TopicPartition key : partitions) {
                HeldPartition partition = new HeldPartition(key);
                HeldPartition before = held.put(key, partition);
                if (before != null && before.announced) {
                    neverRevoked.add(before.partition);
                }
                fresh.add(partition);
            }
            if (!neverRevoked.isEmpty()) {
                listener.lost(neverRevoked);
            }
            if (held.isEmpty()) {
                listener.assigned(List.of()); // more members than partitions: it takes part all the same
            }
            lookUp(fresh, lookUpTimeout);
            applyPauses();
        });
    }

    @Override
    public void onPartitionsRevoked(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        guarded(() -> {
            List<TopicPartition> announced = announced(partitions);
            revoking = true;
            try {
                if (!announced.isEmpty()) {
                    listener.revoked(announced);
                }
            } finally {
                revoking = false;
                held.keySet().removeAll(Set.copyOf(partitions));
            }
        });
    }

    @Override
    public void onPartitionsLost(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        guarded(() -> lose(Set.copyOf(partitions)));
    }

    private void lose(Set<org.apache.kafka.common.TopicPartition> partitions) {
        List<TopicPartition> announced = announced(partitions);
        held.keySet().removeAll(partitions);
        if (!announced.isEmpty()) {
            listener.lost(announced);
        }
    }

    private List<TopicPartition> announced(Collection<org.apache.kafka.common.TopicPartition> partitions) {
        List<TopicPartition> announced = new ArrayList<>();
        for (org.apache.kafka.common.TopicPartition key : partitions) {
            HeldPartition partition = held.get(key);
            if (partition != null && partition.announced) {
                announced.add(partition.partition);
            }
        }
        return announced;
    }

    /** Whatever is thrown stays here until the client has finished its callback. */
    private void guarded(Runnable callback) {
        pollTime.calledBack();
        wakeups.pausedWait(() -> {
            try {
                callback.run();
            } catch (Throwable t) {
                remember(t);
            }
        });
    }

    // ---- called by the source

    /**
     * Tells the engine what it was not told of yet, if the brokers answer now.
     *
     * @return false if there was no time left to ask them before the next poll
     */
    boolean announceRest(Duration patience) {
        List<HeldPartition> rest = inTurn(partition -> !partition.announced);
        boolean asked = true;
        if (!rest.isEmpty() && failure == null) {
            asked = lookUp(rest, patience);
            applyPauses();
        }
        return asked;
    }

    /** Keeps what was thrown within a callback, the first one foremost. */
    void remember(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else if (failure != thrown) {
            failure.addSuppressed(thrown);
        }
    }

    /** Throws what was thrown within a callback, once. */
    void throwRemembered() {
        Throwable thrown = failure;
        failure = null;
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown != null) {
            throw SourceFailures.translate(thrown);
        }
    }

    /** Forgets what the client did not revoke when it was closed; nothing can be committed for it any more. */
    void abandon() {
        guarded(() -> lose(Set.copyOf(held.keySet())));
    }

    @Nullable
    HeldPartition get(org.apache.kafka.common.TopicPartition key) {
        return held.get(key);
    }

    List<HeldPartition> select(Predicate<HeldPartition> which) {
        return held.values().stream().filter(which).toList();
    }

    /** The same, who was asked longest ago first: one that is waited for in vain must not keep the others from it. */
    List<HeldPartition> inTurn(Predicate<HeldPartition> which) {
        return held.values().stream()
                .filter(which)
                .sorted(Comparator.comparingLong(partition -> partition.askedAt))
                .toList();
    }

    /** The client is about to be asked where it is in a partition. */
    void asking(HeldPartition partition) {
        partition.askedAt = ++questions;
    }

    /** Whether a commit may be made for the partition: held here, and by what the client says itself. */
    Predicate<TopicPartition> ownership() {
        Set<org.apache.kafka.common.TopicPartition> assigned = consumer.assignment();
        return partition -> {
            org.apache.kafka.common.TopicPartition key = key(partition);
            HeldPartition known = held.get(key);
            return known != null && known.announced && assigned.contains(key);
        };
    }

    /** Whether the call runs within {@code listener.revoked}. */
    boolean isRevoking() {
        return revoking;
    }

    /** Whether nothing may be handed over, since too much is held. */
    boolean isHeldBack() {
        return heldBack;
    }

    void pause(Collection<TopicPartition> partitions) {
        setPaused(partitions, true);
    }

    void resume(Collection<TopicPartition> partitions) {
        setPaused(partitions, false);
    }

    /**
     * Fetches nothing of any partition, whatever the engine paused, or goes on as it says. Returns whether that is new.
     */
    boolean holdBack(boolean all) {
        if (heldBack == all) {
            return false;
        }
        heldBack = all;
        applyPauses();
        return true;
    }

    private void setPaused(Collection<TopicPartition> partitions, boolean paused) {
        boolean changed = false;
        for (TopicPartition partition : partitions) {
            HeldPartition known = held.get(key(partition));
            if (known != null && known.paused != paused) {
                known.paused = paused;
                changed = true;
            }
        }
        if (changed) {
            applyPauses();
        }
    }

    /**
     * Makes the client pause what the engine paused, what is not announced, and what waits until it is due, and nothing
     * else. Asks only for what differs.
     */
    void applyPauses() {
        Set<org.apache.kafka.common.TopicPartition> assigned = consumer.assignment();
        Set<org.apache.kafka.common.TopicPartition> paused = consumer.paused();
        Set<org.apache.kafka.common.TopicPartition> toPause = new HashSet<>();
        Set<org.apache.kafka.common.TopicPartition> toResume = new HashSet<>();
        for (HeldPartition partition : held.values()) {
            if (assigned.contains(partition.key)) {
                boolean wanted = partition.paused || heldBack || !partition.announced || partition.waiting != null;
                if (wanted && !paused.contains(partition.key)) {
                    toPause.add(partition.key);
                } else if (!wanted && paused.contains(partition.key)) {
                    toResume.add(partition.key);
                }
            }
        }
        if (!toPause.isEmpty()) {
            consumer.pause(toPause);
        }
        if (!toResume.isEmpty()) {
            consumer.resume(toResume);
        }
    }

    // ---- positions

    /** Moves past one offset that cannot be read. */
    void passBy(Damage damage) {
        HeldPartition partition = held.get(damage.partition());
        if (partition != null && partition.damagedFrom < 0) {
            partition.damagedFrom = damage.offset();
            warn(damage);
        }
        consumer.seek(damage.partition(), damage.offset() + 1);
    }

    /** A damaged disk has many. */
    private void warn(Damage damage) {
        long times = damages.times();
        if (times > 0) {
            log.atWarn()
                    .addKeyValue("partition", damage.partition())
                    .addKeyValue("offset", damage.offset())
                    .addKeyValue("others", times - 1)
                    .log(
                            "{}: it is passed by, since onCorruptRecords is SKIP ({} others since the last line)",
                            damage,
                            times - 1);
        }
    }

    /**
     * Asks for committed offsets and positions, and announces those that are known by then. Returns false, and asks
     * nothing, if that has to wait for the next poll. Once the time is over nothing more is asked: each answer can be
     * late.
     */
    private boolean lookUp(List<HeldPartition> partitions, Duration most) {
        if (partitions.isEmpty()) {
            return true;
        }
        Duration patience = pollTime.toAsk(most);
        if (patience.isZero()) {
            return false;
        }
        Deadline deadline = Deadline.in(patience, nanoClock);
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> committed;
        try {
            Set<org.apache.kafka.common.TopicPartition> keys = new HashSet<>();
            partitions.forEach(partition -> keys.add(partition.key));
            committed = wakeups.answer(deadline, () -> consumer.committed(keys, deadline.leftAtLeastOneMilli()));
        } catch (KafkaException e) {
            postpone(partitions.size(), e);
            return true;
        }
        List<AssignedPartition> known = new ArrayList<>();
        for (HeldPartition partition : partitions) {
            try {
                deadline.requireLeft();
                asking(partition);
                partition.fromCommitted = committed.get(partition.key) != null;
                if (!partition.fromCommitted) {
                    starts.place(partition.key, deadline);
                }
                partition.next = wakeups.answer(
                        deadline, () -> consumer.position(partition.key, deadline.leftAtLeastOneMilli()));
                OffsetAndMetadata stored = committed.get(partition.key);
                partition.committed = stored == null ? partition.next : stored.offset();
                known.add(new AssignedPartition(partition.partition, partition.next, point(stored)));
                partition.announced = true;
            } catch (KafkaException e) {
                postpone(1, e);
            }
        }
        if (!known.isEmpty()) {
            listener.assigned(known);
        }
        return true;
    }

    /** Keeps in mind what the brokers said they have stored. */
    void committed(Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((key, offset) -> {
            HeldPartition partition = get(key);
            if (partition != null) {
                partition.committed = offset.offset();
            }
        });
    }

    /** A commit is sent whose answer comes later. */
    void committing(Set<org.apache.kafka.common.TopicPartition> keys) {
        select(each -> keys.contains(each.key)).forEach(each -> each.movedSinceSent = false);
    }

    /** The answer: of what was moved meanwhile it tells of a time before, when more was finished. */
    void committedMeanwhile(Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets) {
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> still = new HashMap<>(offsets);
        select(each -> each.movedSinceSent).forEach(each -> still.remove(each.key));
        committed(still);
    }

    private void postpone(int count, KafkaException e) {
        if (SourceFailures.passes(e)) {
            limitedLog.warn(
                    "The position of " + count + " new partitions is not known yet; nothing of them is read", e);
        } else {
            remember(e);
        }
    }

    private static @Nullable CommitPoint point(@Nullable OffsetAndMetadata committed) {
        return committed == null
                ? null
                : new CommitPoint(committed.offset(), committed.leaderEpoch().orElse(-1), committed.metadata());
    }

    static org.apache.kafka.common.TopicPartition key(TopicPartition partition) {
        return new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
    }
}
