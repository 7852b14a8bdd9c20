package io.burrow.core.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** Partitions came or went: how long Burrow took for it. Loop thread. */
@Name("io.burrow.Rebalance")
@Label("Rebalance")
@Category("Burrow")
@Description("Partitions came or went; of those that went: with the wait for their handlers and the last commit")
@StackTrace(false)
public final class RebalanceEvent extends Event {
    private static final RebalanceEvent PROBE = new RebalanceEvent();

    @Label("Burrow")
    @Description("The name of the Burrow")
    @Nullable
    String burrow;

    @Label("Type")
    @Description("assigned, revoked or lost")
    @Nullable
    String type;

    @Label("Partitions")
    @Description("How many")
    int partitions;

    @Label("Handlers Left Running")
    @Description("Whether handlers of these partitions had not returned in time")
    boolean handlersLeftRunning;

    private RebalanceEvent() {}

    static @Nullable RebalanceEvent begun() {
        if (!PROBE.isEnabled()) {
            return null;
        }
        RebalanceEvent event = new RebalanceEvent();
        event.begin();
        return event;
    }

    /**
     * It is over. Called once.
     *
     * @param name the Burrow's
     * @param kind assigned, revoked or lost
     * @param count how many partitions
     * @param leftRunning whether handlers had not returned in time
     */
    public void ended(String name, String kind, int count, boolean leftRunning) {
        end();
        if (shouldCommit()) {
            burrow = name;
            type = kind;
            partitions = count;
            handlersLeftRunning = leftRunning;
            commit();
        }
    }
}
