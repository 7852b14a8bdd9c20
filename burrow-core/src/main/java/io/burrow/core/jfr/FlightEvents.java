package io.burrow.core.jfr;

import org.jspecify.annotations.Nullable;

/**
 * Begins events, where somebody records them. The one way in: a Java without the module {@code jdk.jfr} has no events,
 * and must not meet their classes. Any thread.
 */
public final class FlightEvents {
    private static final boolean AVAILABLE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private FlightEvents() {}

    /**
     * A run of a handler begins.
     *
     * @return its event, or null if nobody records such
     */
    public static @Nullable HandlerRunEvent handlerRun() {
        return AVAILABLE ? HandlerRunEvent.begun() : null;
    }

    /**
     * A commit begins.
     *
     * @return its event, or null if nobody records such
     */
    public static @Nullable CommitEvent commit() {
        return AVAILABLE ? CommitEvent.begun() : null;
    }

    /**
     * Partitions come or go.
     *
     * @return its event, or null if nobody records such
     */
    public static @Nullable RebalanceEvent rebalance() {
        return AVAILABLE ? RebalanceEvent.begun() : null;
    }

    /**
     * Something takes too long.
     *
     * @return its event, or null if nobody records such
     */
    public static @Nullable StallEvent stall() {
        return AVAILABLE ? StallEvent.begun() : null;
    }
}
