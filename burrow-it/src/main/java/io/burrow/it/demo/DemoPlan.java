package io.burrow.it.demo;

import java.time.Duration;

/**
 * How long and how much the demo does. The default plan ends within 90 seconds on two processors.
 *
 * @param partitions how many partitions each topic has
 * @param handlerTime how long the handler sleeps for each record
 * @param plainWarmUp how long the plain consumer runs before it is measured
 * @param plainMeasured how long the plain consumer is measured
 * @param workers how many workers Burrow has
 * @param manyWorkers how many it has where there are virtual threads
 * @param warmUp how long Burrow runs before it is measured
 * @param measured how long Burrow is measured
 * @param failingRecords how many records there are in the part with the one that fails
 * @param retries how often that one is tried again
 * @param backoff how long its first retry waits; each further one waits twice as long
 * @param crashRecords how many records there are in the part with the crash
 * @param slowEvery every so many records of that part, one takes eight times as long
 */
public record DemoPlan(
        int partitions,
        Duration handlerTime,
        Duration plainWarmUp,
        Duration plainMeasured,
        int workers,
        int manyWorkers,
        Duration warmUp,
        Duration measured,
        int failingRecords,
        int retries,
        Duration backoff,
        int crashRecords,
        int slowEvery) {

    /**
     * The plan of {@code ./burrow demo}.
     *
     * @return the plan
     */
    public static DemoPlan standard() {
        return new DemoPlan(
                4,
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                Duration.ofSeconds(6),
                100,
                1_000,
                Duration.ofSeconds(3),
                Duration.ofSeconds(8),
                4_000,
                3,
                Duration.ofMillis(400),
                5_000,
                40);
    }

    /** More records than this many workers can handle in their part, since each handler sleeps. */
    int recordsFor(int concurrency) {
        long slackMillis = 2_000;
        long millis = warmUp.plus(measured).toMillis() + slackMillis;
        return Math.toIntExact(concurrency * millis / handlerTime.toMillis());
    }
}
