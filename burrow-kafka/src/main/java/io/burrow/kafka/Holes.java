package io.burrow.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offsets that were passed by between two fetches. Most are holes of the log: what was compacted, marks of
 * transactions. But where retention overtook the reader it looks the same: records were deleted before they were read.
 * Only the brokers know, by where the log begins; they are asked for all holes of a second at once, so that a log full
 * of holes costs next to nothing. Loop thread only.
 */
final class Holes {
    private static final Logger log = LoggerFactory.getLogger(Holes.class);
    private static final long ASK_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration ANSWER = Duration.ofSeconds(1);
    /** Of one partition. The oldest make room: with this many in a second the log is full of harmless ones. */
    private static final int MOST = 64;

    private final Consumer<?, ?> consumer;
    private final PollTime pollTime;
    private final LongSupplier nanoClock;
    private final Map<HeldPartition, Deque<Hole>> passed = new LinkedHashMap<>();
    private long lastAskedNanos;

    /**
     * Offsets without a record.
     *
     * @param from the first
     * @param to the offset after the last
     */
    record Hole(long from, long to) {}

    /** Is told of what was deleted before it was read. */
    interface Deleted {
        void deleted(HeldPartition partition, Hole hole);
    }

    Holes(Consumer<?, ?> consumer, PollTime pollTime, LongSupplier nanoClock) {
        this.consumer = consumer;
        this.pollTime = pollTime;
        this.nanoClock = nanoClock;
        this.lastAskedNanos = nanoClock.getAsLong() - ASK_INTERVAL_NANOS;
    }

    /** Remembers a hole until it is known what it is. */
    void pass(HeldPartition partition, long from, long to) {
        Deque<Hole> holes = passed.computeIfAbsent(partition, key -> new ArrayDeque<>());
        if (holes.size() == MOST) {
            holes.remove();
        }
        holes.add(new Hole(from, to));
    }

    /** Forgets a partition that went, or began anew. */
    void forget(HeldPartition partition) {
        passed.remove(partition);
    }

    /** Asks about the holes that are not known yet, at most once in a second. */
    void tell(Assignment assignment, Deleted listener) {
        if (passed.isEmpty()) {
            return;
        }
        passed.keySet().removeIf(partition -> assignment.get(partition.key) != partition);
        long now = nanoClock.getAsLong();
        if (passed.isEmpty() || now - lastAskedNanos < ASK_INTERVAL_NANOS) {
            return;
        }
        Set<TopicPartition> keys = new HashSet<>();
        passed.keySet().forEach(partition -> keys.add(partition.key));
        Map<TopicPartition, Long> beginnings = beginnings(keys);
        if (beginnings.isEmpty()) {
            return; // asked again
        }
        Map<HeldPartition, Deque<Hole>> known = new LinkedHashMap<>(passed);
        passed.clear();
        known.forEach((partition, holes) -> {
            long beginning = beginnings.getOrDefault(partition.key, 0L);
            // what lies before was read when it was there still: the log cannot begin behind two places that were read
            while (!holes.isEmpty()) {
                Hole last = holes.removeLast();
                if (last.from() < beginning) {
                    listener.deleted(partition, last);
                    return;
                }
            }
        });
    }

    /** Where the logs begin; empty if that is not known now. */
    Map<TopicPartition, Long> beginnings(Set<TopicPartition> keys) {
        lastAskedNanos = nanoClock.getAsLong();
        Duration patience = pollTime.within(ANSWER);
        if (patience.isZero()) {
            return Map.of();
        }
        try {
            return consumer.beginningOffsets(keys, patience);
        } catch (RuntimeException e) {
            log.debug(
                    "The beginnings of {} are not known now: {}",
                    keys,
                    e.getClass().getName());
            return Map.of();
        }
    }
}
