package io.burrow.core.jfr;

import io.burrow.api.TopicPartition;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A run of a handler that took at least as long as the threshold. Begun on the worker, ended by any thread. */
@Name("io.burrow.HandlerRun")
@Label("Handler Run")
@Category("Burrow")
@Description(
        "One attempt at a record, or at a batch: from its decoding until the handler returned or its stage completed")
@Threshold("20 ms")
@StackTrace(false)
public final class HandlerRunEvent extends Event {
    private static final HandlerRunEvent PROBE = new HandlerRunEvent();

    @Label("Burrow")
    @Description("The name of the Burrow")
    @Nullable
    String burrow;

    @Label("Topic")
    @Description("Of the record; of a batch's first")
    @Nullable
    String topic;

    @Label("Partition")
    int partition;

    @Label("Offset")
    long offset;

    @Label("Attempt")
    @Description("From 1; of a batch its first record's")
    int attempt;

    @Label("Records")
    @Description("1, or how many the batch holds")
    int records;

    @Label("Failure")
    @Description("The class of what it failed with; none if it did not")
    @Nullable
    String failure;

    private HandlerRunEvent() {}

    static @Nullable HandlerRunEvent begun() {
        if (!PROBE.isEnabled()) {
            return null;
        }
        HandlerRunEvent event = new HandlerRunEvent();
        event.begin();
        return event;
    }

    /**
     * The run is over. Called once.
     *
     * @param name the Burrow's
     * @param of the partition of the record, or of a batch's first
     * @param at its offset
     * @param number the attempt, from 1
     * @param count how many records
     * @param thrown what it failed with, or null
     */
    public void ended(String name, TopicPartition of, long at, int number, int count, @Nullable Throwable thrown) {
        end();
        if (shouldCommit()) {
            burrow = name;
            topic = of.topic();
            partition = of.partition();
            offset = at;
            attempt = number;
            records = count;
            failure = thrown == null ? null : thrown.getClass().getName();
            commit();
        }
    }
}
