package io.burrow.core.schedule;

import org.jspecify.annotations.Nullable;

/**
 * One record to handle. It stands in the ready queue by itself, or in a lane behind those that it must not overtake.
 */
public abstract non-sealed class Entry extends Unit {
    // written by the loop before it offers a slot, read by the lane's owner after it was taken
    @Nullable
    Entry next;

    private final @Nullable Lane lane;

    /**
     * Makes an entry.
     *
     * @param lane the lane it will stand in, or null if nothing orders it
     */
    protected Entry(@Nullable Lane lane) {
        this.lane = lane;
    }

    /**
     * The lane it stands in.
     *
     * @return the lane, or null if nothing orders it
     */
    public final @Nullable Lane lane() {
        return lane;
    }
}
