package io.burrow.it.bench.arm;

import org.jspecify.annotations.Nullable;

/** A way to consume, running. Any thread. */
public interface Arm {

    /**
     * How many records are done.
     *
     * @return a total, which never goes down
     * @throws IllegalStateException if it has failed
     */
    long records();

    /**
     * How many records it has got and not done.
     *
     * @return their number at about this moment
     */
    default long held() {
        return 0;
    }

    /**
     * What it times in each record, if it does.
     *
     * @return the times, null if there are none
     */
    default @Nullable Latency latency() {
        return null;
    }

    /**
     * Where it notes what is done, if it does.
     *
     * @return the notes, null if there are none
     */
    default @Nullable Journal journal() {
        return null;
    }
}
