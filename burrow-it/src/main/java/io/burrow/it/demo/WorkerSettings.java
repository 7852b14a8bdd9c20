package io.burrow.it.demo;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link CrashWorker} does.
 *
 * @param bootstrapServers where the brokers are
 * @param topic what it reads
 * @param group its group
 * @param instance its name as a static member, or empty
 * @param workers how many records it handles at once
 * @param handlerTime how long its handler sleeps for each
 * @param slowEvery every so many records, one takes eight times as long
 */
record WorkerSettings(
        String bootstrapServers,
        String topic,
        String group,
        String instance,
        int workers,
        Duration handlerTime,
        int slowEvery) {

    List<String> arguments() {
        return List.of(
                bootstrapServers,
                topic,
                group,
                instance,
                Integer.toString(workers),
                Long.toString(handlerTime.toMillis()),
                Integer.toString(slowEvery));
    }

    static WorkerSettings of(List<String> arguments) {
        return new WorkerSettings(
                arguments.get(0),
                arguments.get(1),
                arguments.get(2),
                arguments.get(3),
                Integer.parseInt(arguments.get(4)),
                Duration.ofMillis(Long.parseLong(arguments.get(5))),
                Integer.parseInt(arguments.get(6)));
    }
}
