package io.burrow.it.kafka;

import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * A handler that takes a random time, and sees whether one member keeps the order of keys: no two records of a key at
 * once, and within one assignment of a partition each of a higher offset than the one before.
 */
final class KeyWatch implements BurrowListener {
    private final long longestNanos;
    private final Map<TopicPartition, Integer> assignments = new ConcurrentHashMap<>();
    private final Map<String, KeyState> keys = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();

    private static final class KeyState {
        int inside;
        int assignment = -1;
        long offset = -1;
    }

    KeyWatch(long longestNanos) {
        this.longestNanos = longestNanos;
    }

    @Override
    public void assigned(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> assignments.merge(partition, 1, Integer::sum));
    }

    void handle(Message<String, String> message, RandomGenerator random) {
        KeyState state = keys.computeIfAbsent(message.partition() + "/" + message.key(), key -> new KeyState());
        int assignment = assignments.getOrDefault(message.topicPartition(), 0);
        int now = running.incrementAndGet();
        mostRunning.accumulateAndGet(now, Math::max);
        synchronized (state) {
            if (state.inside++ != 0) {
                violations.add(message + " overlaps another of its key");
            }
            if (assignment == state.assignment && message.offset() <= state.offset) {
                violations.add(message + " starts after offset " + state.offset + " of its key");
            }
            state.assignment = assignment;
            state.offset = message.offset();
        }
        LockSupport.parkNanos(random.nextLong(longestNanos + 1));
        synchronized (state) {
            state.inside--;
        }
        running.decrementAndGet();
    }

    /** What was wrong; empty if nothing was. */
    Collection<String> violations() {
        return violations;
    }

    int mostRunning() {
        return mostRunning.get();
    }

    int keys() {
        return keys.size();
    }
}
