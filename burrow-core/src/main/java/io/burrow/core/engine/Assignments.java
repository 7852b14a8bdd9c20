package io.burrow.core.engine;

import io.burrow.api.BurrowConfig;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.core.schedule.LaneTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this process has, and the lanes of all it had and still works on. Lanes outlive assignments:
 * while an old handler runs, the partition's new records of its key wait behind it. Loop thread.
 */
final class Assignments {
    private static final long SWEEP_EVERY_NANOS = 10_000_000;
    /** In this time all lanes are looked at, or the more, the less there is to do. */
    private static final long SWEEP_CYCLE_NANOS = 1_000_000_000;
    /** How many buckets of a table are looked at in one go while its partition is busy. */
    private static final int MOST_SWEEP_STEPS = 1_024;
    /** How many lanes of all partitions may stay for keys that come again: some megabytes. */
    private static final int MOST_IDLE_LANES = 1 << 15;

    private final Map<TopicPartition, Assignment> live = new TreeMap<>();
    private final Map<TopicPartition, LaneTable> lanes = new HashMap<>();
    private final List<Assignment> ending = new ArrayList<>();
    private long lastSweepNanos;

    Collection<Assignment> all() {
        return live.values();
    }

    @Nullable
    Assignment get(TopicPartition partition) {
        return live.get(partition);
    }

    Assignment add(AssignedPartition assigned, BurrowConfig config, Runnable wake, long nowNanos) {
        LaneTable table = config.ordering() == Ordering.UNORDERED
                ? null
                : lanes.computeIfAbsent(assigned.partition(), partition -> new LaneTable());
        if (lanes.size() == 1) {
            lastSweepNanos = nowNanos; // the clock may stand anywhere
        }
        Assignment assignment = new Assignment(assigned, table, config.maxSpanRecords(), wake, nowNanos);
        live.put(assigned.partition(), assignment);
        return assignment;
    }

    @Nullable
    Assignment remove(TopicPartition partition) {
        return live.remove(partition);
    }

    /**
     * Keeps an assignment that is over in view, until its last delivery has ended: what it holds counts towards the
     * bounds.
     */
    void ending(Assignment assignment) {
        ending.add(assignment);
    }

    /** Those that are over and still hold something. */
    Collection<Assignment> ending() {
        if (!ending.isEmpty()) {
            ending.removeIf(assignment -> assignment.remaining() == 0);
        }
        return ending;
    }

    /** How many lanes there are, idle ones that were not swept yet included. */
    int laneCount() {
        return lanes.values().stream().mapToInt(LaneTable::size).sum();
    }

    /**
     * Frees lanes that are not in use any more: as many as time has passed, so that what is idle for a while goes
     * however often the loop turns, and a busy one is not held up.
     *
     * @param nowNanos the time
     * @param changed is told the class of a key that was found to have changed its hash
     */
    void sweepLanes(long nowNanos, Consumer<? super Class<?>> changed) {
        long elapsed = nowNanos - lastSweepNanos;
        if (lanes.isEmpty() || elapsed < SWEEP_EVERY_NANOS) {
            return;
        }
        lastSweepNanos = nowNanos;
        int allowed = MOST_IDLE_LANES / lanes.size();
        for (Iterator<Map.Entry<TopicPartition, LaneTable>> all =
                        lanes.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<TopicPartition, LaneTable> entry = all.next();
            LaneTable table = entry.getValue();
            Assignment assignment = live.get(entry.getKey());
            boolean idle = assignment == null || assignment.ledger.span() == 0;
            long part = table.buckets() * Math.min(elapsed, SWEEP_CYCLE_NANOS) / SWEEP_CYCLE_NANOS;
            table.sweep((int) Math.max(1, idle ? part : Math.min(part, MOST_SWEEP_STEPS)));
            table.allow(allowed);
            table.tellChanged(changed);
            if (table.size() == 0 && assignment == null) {
                all.remove();
            }
        }
    }
}
