package io.burrow.api.spi;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Turns a failed attempt into the delay before the next. No thread waits meanwhile.
 *
 * <p>Pure: the answer follows from the arguments alone; all randomness comes in. Called on worker threads and on
 * threads that complete stages, by several at once. A strategy that throws, or returns null or a negative delay, is
 * reported, and the default strategy is used for that attempt. Delays above 365 days count as 365 days.
 *
 * <p>The jittered forms follow Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
@FunctionalInterface
public interface BackoffStrategy {
    /**
     * Says how long to wait.
     *
     * @param failure the attempt that failed
     * @param random the source of randomness
     * @return the delay, not negative
     */
    Duration delay(Failure failure, RandomGenerator random);

    /**
     * Always the same delay.
     *
     * @param delay the delay, not negative
     * @return the strategy
     */
    static BackoffStrategy fixed(Duration delay) {
        Backoffs.notNegative("delay", delay);
        return (failure, random) -> delay;
    }

    /**
     * {@code base × attempt}, at most {@code cap}.
     *
     * @param base the delay after the first attempt, not negative
     * @param cap the longest delay, at least the base
     * @return the strategy
     */
    static BackoffStrategy linear(Duration base, Duration cap) {
        Backoffs.baseAndCap(base, cap);
        return (failure, random) -> Backoffs.linear(base, cap, failure.attempt());
    }

    /**
     * {@code base × 2^(attempt − 1)}, at most {@code cap}.
     *
     * @param base the delay after the first attempt, not negative
     * @param cap the longest delay, at least the base
     * @return the strategy
     */
    static BackoffStrategy exponential(Duration base, Duration cap) {
        Backoffs.baseAndCap(base, cap);
        return (failure, random) -> Backoffs.exponential(base, cap, failure.attempt());
    }

    /**
     * Evenly distributed between zero and the {@linkplain #exponential exponential} delay.
     *
     * @param base the longest delay after the first attempt, not negative
     * @param cap the longest delay, at least the base
     * @return the strategy
     */
    static BackoffStrategy fullJitter(Duration base, Duration cap) {
        Backoffs.baseAndCap(base, cap);
        return (failure, random) ->
                Backoffs.between(Duration.ZERO, Backoffs.exponential(base, cap, failure.attempt()), random);
    }

    /**
     * Evenly distributed between {@code base} and three times the previous delay, at most {@code cap}.
     *
     * @param base the shortest delay, not negative
     * @param cap the longest delay, at least the base
     * @return the strategy
     */
    static BackoffStrategy decorrelatedJitter(Duration base, Duration cap) {
        Backoffs.baseAndCap(base, cap);
        return (failure, random) -> {
            Duration previous = failure.previousDelay().compareTo(cap) > 0 ? cap : failure.previousDelay();
            Duration widest = Backoffs.times(previous.compareTo(base) < 0 ? base : previous, 3, cap);
            return Backoffs.between(base, widest, random);
        };
    }
}
