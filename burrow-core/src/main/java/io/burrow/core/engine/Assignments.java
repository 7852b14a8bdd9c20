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
import org.jspecify.annotations.Nullable;

/**
 * The partitions that this process has, and the lanes of all it had and still works on. Lanes outlive assignments:
 * while an old handler runs, the partition's new records of its key wait behind it. Loop thread.
 */
final class Assignments {
    private static final int SWEEP_STEPS = 8;
    /** The share of the table that one turn may look at when the partition has nothing to do. */
    private static final int IDLE_SHARE = 4;

    private final Map<TopicPartition, Assignment> live = new TreeMap<>();
    private final Map<TopicPartition, LaneTable> lanes = new HashMap<>();
    private final List<Assignment> ending = new ArrayList<>();

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
     * Frees lanes that are not in use any more: a few at each call, more where nothing is held, since an idle loop
     * turns only a few times a second.
     */
    void sweepLanes() {
        for (Iterator<Map.Entry<TopicPartition, LaneTable>> all =
                        lanes.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<TopicPartition, LaneTable> entry = all.next();
            LaneTable table = entry.getValue();
            Assignment assignment = live.get(entry.getKey());
            boolean idle = assignment == null || assignment.ledger.span() == 0;
            table.sweep(idle ? Math.max(SWEEP_STEPS, table.buckets() / IDLE_SHARE) : SWEEP_STEPS);
            if (table.size() == 0 && assignment == null) {
                all.remove();
            }
        }
    }
}
