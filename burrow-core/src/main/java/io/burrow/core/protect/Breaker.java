package io.burrow.core.protect;

import org.jspecify.annotations.Nullable;

/**
 * Opens when too large a share of the last attempts failed, and lets a few probes through after a while. Any thread; a
 * short lock, taken only where a breaker is wanted. Circuit breaker: M. Nygard, "Release It!", 2007.
 *
 * <pre>
 *   CLOSED ── share of failures reached ──► OPEN ── time is up ──► HALF_OPEN ── probes fared well ──► CLOSED
 *                                             ▲                        │
 *                                             └──── probes failed ─────┘
 * </pre>
 *
 * What ends while it is half open counts only if it began since then: late ends of attempts from before the opening say
 * nothing about now.
 */
public final class Breaker {
    /** Whether attempts may start. */
    public enum State {
        /** All may. */
        CLOSED,
        /** None may. */
        OPEN,
        /** A few may, as probes. */
        HALF_OPEN
    }

    // guarded by this
    private int failurePercent;
    private long openNanos;
    private int probes;
    private long[] failed = new long[1];
    private int window;
    private int counted;
    private int next;
    private int failures;
    private long sinceNanos;
    private int probesStarted;
    private int probesEnded;
    private int probesFailed;

    private volatile State state = State.CLOSED;
    private volatile boolean on;

    /** Makes a breaker that is off. */
    public Breaker() {}

    /**
     * Sets it up. A change of what it watches begins anew, closed.
     *
     * @param newFailurePercent at which share of failures it opens, 1 to 100; 0 for never
     * @param newWindow over how many attempts, positive
     * @param newOpenNanos for how long it stays open, in nanoseconds, positive
     * @param newProbes how many probes decide, positive
     */
    public synchronized void configure(int newFailurePercent, int newWindow, long newOpenNanos, int newProbes) {
        openNanos = newOpenNanos;
        probes = newProbes;
        if (newFailurePercent != failurePercent || newWindow != window) {
            failurePercent = newFailurePercent;
            window = newWindow;
            on = newFailurePercent > 0;
            close();
        }
    }

    /**
     * Whether it is in use at all.
     *
     * @return false if it never opens
     */
    public boolean isOn() {
        return on;
    }

    /**
     * What it lets through now.
     *
     * @return the state
     */
    public State state() {
        return state;
    }

    /**
     * Counts an attempt that ended.
     *
     * @param attemptFailed how
     * @param startedNanos when it began
     * @param nowNanos the time
     * @return the state that this changed it to, or null if it did not
     */
    public synchronized @Nullable State record(boolean attemptFailed, long startedNanos, long nowNanos) {
        if (!on || state == State.OPEN) {
            return null;
        }
        if (state == State.HALF_OPEN) {
            return startedNanos - sinceNanos < 0 ? null : probed(attemptFailed, nowNanos);
        }
        long bit = 1L << next;
        int word = next >>> 6;
        if (counted == window) {
            failures -= (failed[word] & bit) == 0 ? 0 : 1;
        } else {
            counted++;
        }
        failed[word] = attemptFailed ? failed[word] | bit : failed[word] & ~bit;
        failures += attemptFailed ? 1 : 0;
        next = next + 1 == window ? 0 : next + 1;
        return counted == window && isTooMuch(failures, window) ? open(nowNanos) : null;
    }

    private @Nullable State probed(boolean attemptFailed, long nowNanos) {
        probesEnded++;
        probesFailed += attemptFailed ? 1 : 0;
        if (isTooMuch(probesFailed, probes)) {
            return open(nowNanos);
        }
        return probesEnded >= probes ? close() : null;
    }

    /**
     * Goes from open to half open when it is time. Probes that have not ended after as long again are made up for by
     * others.
     *
     * @param nowNanos the time
     * @return whether probes may start that could not before
     */
    public synchronized boolean tick(long nowNanos) {
        if (state == State.CLOSED || nowNanos - sinceNanos < openNanos) {
            return false;
        }
        if (state == State.OPEN) {
            probesEnded = 0;
            probesFailed = 0;
            state = State.HALF_OPEN;
        } else if (probesStarted <= probesEnded) {
            return false;
        }
        probesStarted = probesEnded;
        sinceNanos = nowNanos;
        return true;
    }

    /**
     * How long until {@link #tick} is due, if it is not closed.
     *
     * @param nowNanos the time
     * @return nanoseconds; 0 if it is due now
     */
    public synchronized long nanosUntilTick(long nowNanos) {
        return Math.max(0, openNanos - (nowNanos - sinceNanos));
    }

    /**
     * Takes leave to start an attempt.
     *
     * @return false if none may start now
     */
    public boolean tryStart() {
        if (state == State.CLOSED) {
            return true;
        }
        synchronized (this) {
            if (state == State.HALF_OPEN && probesStarted < probes) {
                probesStarted++;
                return true;
            }
            return state == State.CLOSED;
        }
    }

    /**
     * Whether {@link #tryStart} would say yes at this moment.
     *
     * @return true if so
     */
    public boolean mayStart() {
        if (state == State.CLOSED) {
            return true;
        }
        synchronized (this) {
            return state == State.CLOSED || state == State.HALF_OPEN && probesStarted < probes;
        }
    }

    /** Gives leave back that was not used. */
    public void notStarted() {
        if (state == State.HALF_OPEN) {
            synchronized (this) {
                probesStarted = Math.max(probesEnded, probesStarted - 1);
            }
        }
    }

    private boolean isTooMuch(int bad, int all) {
        return bad * 100L >= (long) failurePercent * all;
    }

    private State open(long nowNanos) {
        sinceNanos = nowNanos;
        state = State.OPEN;
        return State.OPEN;
    }

    private State close() {
        failed = new long[(window >>> 6) + 1];
        counted = 0;
        next = 0;
        failures = 0;
        state = State.CLOSED;
        return State.CLOSED;
    }
}
