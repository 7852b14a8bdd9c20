package io.burrow.it.demo;

import org.jspecify.annotations.Nullable;

/**
 * What the demo measured and counted.
 *
 * @param plainPerSecond records a second of the plain consumer
 * @param workers how many workers Burrow had
 * @param burrowPerSecond records a second of Burrow with these
 * @param manyWorkers how many workers it had in the second run
 * @param manyPerSecond records a second of Burrow with these, or null if this runtime has no virtual threads
 * @param attempts how often the failing record was tried
 * @param deadLettered how many dead letters were found in their topic
 * @param crashRecords how many records the crash was tried on
 * @param lost how many of these were never handled to the end
 * @param redelivered how many of these a handler was given more than once
 */
public record DemoFigures(
        double plainPerSecond,
        int workers,
        double burrowPerSecond,
        int manyWorkers,
        @Nullable Double manyPerSecond,
        int attempts,
        long deadLettered,
        long crashRecords,
        long lost,
        long redelivered) {

    /**
     * How many times as fast Burrow was.
     *
     * @return Burrow's rate over the plain consumer's
     */
    public double speedup() {
        return burrowPerSecond / plainPerSecond;
    }

    /**
     * Whether the demo showed what it is there to show of safety.
     *
     * @return false if a record was lost, or the failing one did not become exactly one dead letter
     */
    public boolean sound() {
        return lost == 0 && deadLettered == 1;
    }
}
