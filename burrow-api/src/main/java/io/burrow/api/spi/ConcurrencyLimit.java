package io.burrow.api.spi;

import java.time.Duration;
import java.util.Objects;

/**
 * Finds out how many records may be handled at once, from how the handlers fared: between
 * {@link io.burrow.api.BurrowConfig#minConcurrency()} and {@link io.burrow.api.BurrowConfig#concurrency()}.
 *
 * <p>Asked on the loop thread, once for each window of time in which something ended. An answer outside of floor and
 * ceiling is brought inside; one that throws is reported and changes nothing. The shipped ones keep what they learned,
 * so each Burrow needs its own.
 */
@FunctionalInterface
public interface ConcurrencyLimit {
    /**
     * Says how many records may be handled at once from now on.
     *
     * @param window how it went with the limit of now
     * @return the next limit
     */
    int next(Window window);

    /**
     * Always the ceiling: no limiter.
     *
     * @return always the same
     */
    static ConcurrencyLimit fixed() {
        return Limits.FIXED;
    }

    /**
     * Additive increase, multiplicative decrease: one more for a window that used the limit up and went well; a tenth
     * less for one whose mean latency was above a bound, or in which a tenth or more of the attempts failed. See Chiu
     * and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer Networks",
     * Computer Networks and ISDN Systems 17, 1989. Steps up grow with the root of the limit, so that thousands are
     * reached in minutes.
     *
     * @param latencyBound the mean latency that is too long, positive
     * @return a limiter for one Burrow
     */
    static ConcurrencyLimit aimd(Duration latencyBound) {
        if (latencyBound.isNegative() || latencyBound.isZero()) {
            throw new IllegalArgumentException("latencyBound must be positive: " + latencyBound);
        }
        return new Limits.Aimd(latencyBound.toNanos());
    }

    /**
     * Follows the gradient of latency: as long as the mean latency stays near what it was at its best, the limit grows
     * by the root of itself; where it rises, a queue has formed downstream, and the limit shrinks in proportion.
     * Failures shrink it too. After TCP Vegas (Brakmo and Peterson, "TCP Vegas: End to End Congestion Avoidance on a
     * Global Internet", IEEE JSAC 13, 1995) and the Gradient2 limit of Netflix's concurrency-limits.
     *
     * @return a limiter for one Burrow
     */
    static ConcurrencyLimit gradient() {
        return new Limits.Gradient();
    }

    /**
     * How handlers fared in one window of time.
     *
     * @param limit how many records could be handled at once
     * @param floor the least limit that is allowed
     * @param ceiling the greatest limit that is allowed
     * @param completed how many attempts ended well
     * @param failed how many attempts failed
     * @param meanNanos how long attempts took on average, in nanoseconds
     * @param peakRunning how many records were handled at once at most, as far as was seen
     * @param length how long the window was
     */
    record Window(
            int limit,
            int floor,
            int ceiling,
            long completed,
            long failed,
            long meanNanos,
            int peakRunning,
            Duration length) {
        /**
         * Makes the value.
         *
         * @param limit how many records could be handled at once
         * @param floor the least limit that is allowed
         * @param ceiling the greatest limit that is allowed
         * @param completed how many attempts ended well
         * @param failed how many attempts failed
         * @param meanNanos how long attempts took on average, in nanoseconds
         * @param peakRunning how many records were handled at once at most, as far as was seen
         * @param length how long the window was
         */
        public Window {
            Objects.requireNonNull(length, "length");
            if (floor < 1 || limit < floor || ceiling < limit) {
                throw new IllegalArgumentException(
                        "limit must lie from floor to ceiling: " + floor + ", " + limit + ", " + ceiling);
            }
        }
    }
}
