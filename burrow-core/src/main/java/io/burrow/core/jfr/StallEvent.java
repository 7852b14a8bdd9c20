package io.burrow.core.jfr;

import io.burrow.api.TopicPartition;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A record, or a batch, is handled for longer than {@code stuckAfter}: noticed by the loop, once for each run. */
@Name("io.burrow.Stall")
@Label("Stall")
@Category("Burrow")
@Description("A record is handled for longer than stuckAfter")
@StackTrace(false)
public final class StallEvent extends Event {
    private static final StallEvent PROBE = new StallEvent();

    @Label("Burrow")
    @Description("The name of the Burrow")
    @Nullable
    String burrow;

    @Label("Topic")
    @Nullable
    String topic;

    @Label("Partition")
    int partition;

    @Label("Offset")
    @Description("Of the record; of a batch's first")
    long offset;

    @Label("Records")
    @Description("1, or how many the batch holds")
    int records;

    @Label("Age")
    @Description("For how long it is handled so far")
    @Timespan(Timespan.NANOSECONDS)
    long age;

    @Label("Handler")
    @Description("The class of the handler, or of the dead-letter sink, that it is inside of; null if of neither")
    @Nullable
    String handler;

    private StallEvent() {}

    static @Nullable StallEvent begun() {
        return PROBE.isEnabled() ? new StallEvent() : null;
    }

    /**
     * Where it stands. Called once.
     *
     * @param name the Burrow's
     * @param of the partition of the record, or of a batch's first
     * @param at its offset
     * @param count how many records
     * @param ageNanos for how long it is handled, in nanoseconds
     * @param by the class of what it is inside of, or null
     */
    public void seen(String name, TopicPartition of, long at, int count, long ageNanos, @Nullable String by) {
        burrow = name;
        topic = of.topic();
        partition = of.partition();
        offset = at;
        records = count;
        age = ageNanos;
        handler = by;
        commit();
    }
}
