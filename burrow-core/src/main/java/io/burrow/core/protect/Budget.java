package io.burrow.core.protect;

/**
 * So many permits in a time, and no more. Any thread.
 *
 * <p>The generic cell rate algorithm (ITU-T I.371, 1993, annex A): instead of a count of tokens it keeps the one moment
 * at which all permits that were given would be earned. No timer fills it and nothing drifts.
 */
public final class Budget {
    private long nanosEach; // guarded by this, like all of it
    private long burstNanos;
    private long earnedAt;
    private boolean used;

    /** Makes a budget without a limit. */
    public Budget() {}

    /**
     * Sets how much there is. What was given before counts on.
     *
     * @param permits how many permits; 0 for no limit
     * @param intervalNanos in which time, in nanoseconds, positive
     * @param burst how many may be given at one moment after a rest, positive
     */
    public synchronized void configure(int permits, long intervalNanos, int burst) {
        nanosEach = permits == 0 ? 0 : Math.max(1, intervalNanos / permits);
        burstNanos = nanosEach * (burst - 1L);
    }

    /**
     * Takes back what was reserved for later: the next permit can be used now, those after it at the rate. For when the
     * rate has changed, and all who wait ask again.
     *
     * @param nowNanos the time
     */
    public synchronized void forgetReserved(long nowNanos) {
        if (used && earnedAt - burstNanos - nowNanos > 0) {
            earnedAt = nowNanos + burstNanos;
        }
    }

    /**
     * Takes a permit if there is one.
     *
     * @param nowNanos the time
     * @return true if there was one
     */
    public synchronized boolean tryTake(long nowNanos) {
        if (nanosEach == 0) {
            return true;
        }
        if (waitNanos(nowNanos) > 0) {
            return false;
        }
        spend(nowNanos);
        return true;
    }

    /** Gives back a permit that was taken and not used. */
    public synchronized void giveBack() {
        earnedAt -= nanosEach;
    }

    /**
     * Takes a permit in any case, perhaps a later one.
     *
     * @param nowNanos the time
     * @return for how long it cannot be used yet, in nanoseconds; 0 if it can be used now
     */
    public synchronized long reserve(long nowNanos) {
        if (nanosEach == 0) {
            return 0;
        }
        long wait = waitNanos(nowNanos);
        spend(nowNanos);
        return wait;
    }

    /**
     * How long until there is a permit.
     *
     * @param nowNanos the time
     * @return nanoseconds; 0 if there is one now
     */
    public synchronized long nanosUntilNext(long nowNanos) {
        return nanosEach == 0 ? 0 : waitNanos(nowNanos);
    }

    private long waitNanos(long nowNanos) {
        return used ? Math.max(0, earnedAt - burstNanos - nowNanos) : 0;
    }

    private void spend(long nowNanos) {
        earnedAt = (used && earnedAt - nowNanos > 0 ? earnedAt : nowNanos) + nanosEach;
        used = true;
    }
}
