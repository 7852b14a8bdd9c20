package io.burrow.it.demo;

import java.time.Duration;
import java.util.List;

/**
 * How a group grows and shrinks.
 *
 * @param partitions how many partitions the topic has
 * @param processes how many processes there are in each stage
 * @param settle how long a stage runs before it is measured: processes start, the group shares anew
 * @param measured how long a stage is measured
 * @param workers how many records each process handles at once
 * @param handlerTime how long a handler sleeps for each record
 */
public record GrowthPlan(
        int partitions,
        List<Integer> processes,
        Duration settle,
        Duration measured,
        int workers,
        Duration handlerTime) {

    /** Copies the list. */
    public GrowthPlan {
        processes = List.copyOf(processes);
    }

    /**
     * The plan of {@code ./burrow grow}.
     *
     * @return the plan
     */
    public static GrowthPlan standard() {
        return new GrowthPlan(
                12, List.of(3, 6, 3), Duration.ofSeconds(10), Duration.ofSeconds(10), 20, Duration.ofMillis(50));
    }

    /** What a process does in a second, if its handlers are all that takes time. */
    double idealPerProcess() {
        return workers * 1e3 / handlerTime.toMillis();
    }

    /** A few more than all processes together can handle in all stages: nobody waits for records. */
    int records() {
        long stageMillis = settle.plus(measured).toMillis();
        long processMillis =
                processes.stream().mapToLong(count -> count * stageMillis).sum();
        return Math.toIntExact(Math.round(idealPerProcess() * processMillis / 1e3 * 1.1));
    }
}
