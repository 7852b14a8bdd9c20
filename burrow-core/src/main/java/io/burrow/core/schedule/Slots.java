package io.burrow.core.schedule;

/**
 * Several slots in a row of one lane, taken as one. So a hot key costs the ready queue little: records of it that came
 * one after the other are claimed together.
 */
public final class Slots extends Unit {
    private final Lane lane;
    private final int count;

    /**
     * Makes slots.
     *
     * @param lane the lane
     * @param count how many, positive
     */
    public Slots(Lane lane, int count) {
        this.lane = lane;
        this.count = count;
    }

    /**
     * The lane.
     *
     * @return whose slots they are
     */
    public Lane lane() {
        return lane;
    }

    /**
     * Counts all of them. Any thread, once.
     *
     * @return true if the lane is the caller's now
     */
    public boolean claim() {
        return lane.claim(count);
    }
}
