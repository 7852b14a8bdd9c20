package io.burrow.it.chaos.check;

import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.check.Violation.Kind;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * I5 in one member: the handlers of a key of a partition never overlap, and start in the order of offsets, each record
 * again and again until it is handled or dead-lettered, and only then the next.
 *
 * <p>The order in the file is enough, without a look at the times: an end is written before the handler returns, and
 * the next start after that. When a partition is handed over again, or its position moved, each of its keys may go on
 * from anywhere, once; overlap is never allowed.
 */
final class OrderCheck {

    private final History history;
    private final List<Violation> found = new ArrayList<>();
    private final Map<Integer, Integer> assignments = new HashMap<>();
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Map<Position, Lane> open = new HashMap<>();

    /** What is known of a key of a partition. */
    private static final class Lane {
        private int assignment = -1;
        private Event.@Nullable Started last;
        private boolean running;
        private boolean finished;
    }

    private OrderCheck(History history) {
        this.history = history;
    }

    static List<Violation> of(History history) {
        return new OrderCheck(history).run();
    }

    private List<Violation> run() {
        for (Event event : history.events()) {
            if (event instanceof Event.Started started) {
                start(started);
            } else if (event instanceof Event.Ended ended) {
                stop(ended.partition(), ended.offset(), true);
            } else if (event instanceof Event.Failed failed) {
                stop(failed.partition(), failed.offset(), false);
            } else if (event instanceof Event.DeadLettered letter) {
                deadLettered(new Position(letter.partition(), letter.offset()));
            } else if (event instanceof Event.Assigned assigned) {
                assignments.merge(assigned.partition(), 1, Integer::sum);
            } else if (event instanceof Event.Reset reset) {
                assignments.merge(reset.partition(), 1, Integer::sum);
            } else if (event instanceof Event.Built) {
                // Lanes belong to a Burrow: what an earlier one left running is not this one's.
                lanes.clear();
                open.clear();
            }
        }
        return found;
    }

    private void start(Event.Started started) {
        Lane lane = lanes.computeIfAbsent(started.partition() + " " + started.key(), key -> new Lane());
        Event.Started last = lane.last;
        int assignment = assignments.getOrDefault(started.partition(), 0);
        if (last != null && lane.running) {
            found.add(new Violation(
                    Kind.OVERLAP, text(started) + " started while " + text(last) + " of the same key was running"));
        } else if (last != null && lane.assignment == assignment && !follows(last, lane.finished, started)) {
            found.add(new Violation(
                    Kind.ORDER,
                    text(started) + " started after " + text(last) + " of the same key, "
                            + (lane.finished ? "which was finished" : "which was not finished")));
        }
        lane.assignment = assignment;
        lane.last = started;
        lane.running = true;
        lane.finished = false;
        open.put(new Position(started.partition(), started.offset()), lane);
    }

    private static boolean follows(Event.Started last, boolean finished, Event.Started next) {
        if (finished) {
            return next.offset() > last.offset() && next.attempt() == 1;
        }
        return next.offset() == last.offset() && next.attempt() == last.attempt() + 1;
    }

    private void stop(int partition, long offset, boolean finished) {
        Lane lane = open.get(new Position(partition, offset));
        if (lane != null && isLast(lane, partition, offset)) {
            lane.running = false;
            lane.finished = finished;
        }
    }

    private void deadLettered(Position record) {
        Lane lane = open.get(record);
        if (lane != null && isLast(lane, record.partition(), record.offset())) {
            lane.finished = true;
        }
    }

    private static boolean isLast(Lane lane, int partition, long offset) {
        return lane.last != null && lane.last.partition() == partition && lane.last.offset() == offset;
    }

    private String text(Event.Started started) {
        return history.member() + " " + started.partition() + "@" + started.offset() + " attempt " + started.attempt();
    }
}
