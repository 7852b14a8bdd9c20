package io.burrow.it.demo;

import io.burrow.it.broker.Await;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A group of processes that grows and shrinks under load. The consumer group of Kafka shares the partitions out; each
 * process handles many records of its share at once; what they do together is the sum of what each does, and nothing is
 * lost on the way. One thread.
 */
public final class Growth {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final GrowthPlan plan;
    private final @Nullable String bootstrapServers;
    private final PrintWriter out;
    private final HandledLog log = new HandledLog();
    private final Deque<WorkerProcess> running = new ArrayDeque<>();

    /**
     * What a stage did.
     *
     * @param processes how many processes there were
     * @param perSecond records a second that all of them handled together
     */
    public record Stage(int processes, double perSecond) {}

    /**
     * What came of it.
     *
     * @param stages the stages, in order
     * @param records how many records there were
     * @param lost how many of them were never handled to the end
     * @param redelivered how many of them a handler was given more than once
     */
    public record Result(List<Stage> stages, long records, long lost, long redelivered) {}

    /**
     * Prepares a run.
     *
     * @param plan what to do
     * @param bootstrapServers an existing cluster, or null for a broker in this process
     * @param out where to tell what happens
     */
    public Growth(GrowthPlan plan, @Nullable String bootstrapServers, PrintWriter out) {
        this.plan = plan;
        this.bootstrapServers = bootstrapServers;
        this.out = out;
    }

    /**
     * Runs it.
     *
     * @return what came of it
     * @throws DemoException if something does not work
     */
    public Result run() {
        String servers = bootstrapServers;
        try (DemoCluster cluster = servers == null ? DemoCluster.embedded() : DemoCluster.at(servers)) {
            return run(cluster);
        }
    }

    private Result run(DemoCluster cluster) {
        String topic = cluster.createTopic("growth", plan.partitions());
        WorkerSettings settings = new WorkerSettings(
                cluster.bootstrapServers(),
                topic,
                cluster.newGroup("growth"),
                "",
                plan.workers(),
                plan.handlerTime(),
                Integer.MAX_VALUE);
        cluster.produce(topic, DemoRecords.orders(topic, plan.partitions(), plan.records()));
        Map<Integer, Long> ends = cluster.ends(topic);
        say(
                "%,d records in %d partitions; each process handles %d at once, %d ms each: %,.0f/s at best",
                plan.records(),
                plan.partitions(),
                plan.workers(),
                plan.handlerTime().toMillis(),
                plan.idealPerProcess());
        say("%9s %12s %16s", "processes", "records/s", "per process");
        List<Stage> stages = new ArrayList<>();
        try {
            for (int processes : plan.processes()) {
                Stage stage = stage(processes, settings);
                stages.add(stage);
                say("%9d %,12.0f %,16.0f", processes, stage.perSecond(), stage.perSecond() / processes);
            }
            await(
                    "the rest of the records",
                    () -> log.lost(ends) == 0
                            || cluster.committed(settings.group(), topic).equals(ends));
            running.forEach(WorkerProcess::stop);
        } finally {
            running.forEach(WorkerProcess::close);
        }
        long records = ends.values().stream().mapToLong(Long::longValue).sum();
        Result result = new Result(stages, records, log.lost(ends), log.redelivered());
        say("of %,d records: lost %,d, redelivered %,d", records, result.lost(), result.redelivered());
        return result;
    }

    private Stage stage(int processes, WorkerSettings settings) {
        while (running.size() < processes) {
            running.push(WorkerProcess.start(settings, log));
        }
        while (running.size() > processes) {
            try (WorkerProcess leaving = running.pop()) {
                leaving.stop();
            }
        }
        long soFar = log.done();
        await("records of this stage", () -> log.done() > soFar); // a process takes its time to start
        pass(plan.settle());
        long before = log.done();
        long began = System.nanoTime();
        pass(plan.measured());
        return new Stage(processes, (log.done() - before) * 1e9 / (System.nanoTime() - began));
    }

    /** Lets time pass, and sees whether the processes still run. */
    private void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await("the end of a stage", () -> System.nanoTime() - end >= 0);
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        Await.until(what, LIMIT, () -> {
            running.forEach(WorkerProcess::requireAlive);
            return condition.getAsBoolean();
        });
    }

    private void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }
}
