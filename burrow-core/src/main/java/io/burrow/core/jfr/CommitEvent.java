package io.burrow.core.jfr;

import io.burrow.api.spi.CommitResult;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A commit, from the request to the answer. Loop thread. */
@Name("io.burrow.Commit")
@Label("Commit")
@Category("Burrow")
@Description("A commit, from the request to the answer")
@StackTrace(false)
public final class CommitEvent extends Event {
    private static final CommitEvent PROBE = new CommitEvent();

    @Label("Burrow")
    @Description("The name of the Burrow")
    @Nullable
    String burrow;

    @Label("Partitions")
    @Description("How many were in it")
    int partitions;

    @Label("Asynchronous")
    @Description("Whether the loop went on meanwhile")
    boolean asynchronous;

    @Label("Complete")
    @Description("Whether the points of all its partitions were stored")
    boolean complete;

    @Label("Failure")
    @Description("The class of why not; none if it is not known, or if they were")
    @Nullable
    String failure;

    private CommitEvent() {}

    static @Nullable CommitEvent begun() {
        if (!PROBE.isEnabled()) {
            return null;
        }
        CommitEvent event = new CommitEvent();
        event.begin();
        return event;
    }

    /**
     * It was answered. Called once.
     *
     * @param name the Burrow's
     * @param count how many partitions were in it
     * @param async whether the loop went on meanwhile
     * @param result the answer
     */
    public void ended(String name, int count, boolean async, CommitResult result) {
        end();
        if (shouldCommit()) {
            burrow = name;
            partitions = count;
            asynchronous = async;
            complete = result.isComplete();
            Throwable cause = result.cause();
            failure = cause == null ? null : cause.getClass().getName();
            commit();
        }
    }
}
