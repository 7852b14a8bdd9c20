package io.burrow.it.demo;

import io.burrow.api.WorkerThreads;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What Burrow does with the same handler and topic. */
final class BurrowPart {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    /** A small buffer, filled up often: the drawing then shows records, not thousands of them. */
    private static final int BUFFER_PER_WORKER = 5;

    private static final int REFILL_PERCENT = 90;

    private final DemoCluster cluster;
    private final DemoPlan plan;
    private final String topic;
    private final @Nullable DemoPage page;

    BurrowPart(DemoCluster cluster, DemoPlan plan, String topic, @Nullable DemoPage page) {
        this.cluster = cluster;
        this.plan = plan;
        this.topic = topic;
        this.page = page;
    }

    /** Returns records a second. */
    double run(Screen screen, int workers, WorkerThreads threads) {
        String group = cluster.newGroup("burrow-" + workers);
        try (BurrowRun run = new BurrowRun(
                cluster.bootstrapServers(),
                topic,
                group,
                message -> Work.sleep(plan.handlerTime()),
                settings -> settings.name("burrow-" + workers)
                        .concurrency(workers)
                        .workerThreads(threads)
                        .maxPartitionInFlightRecords(BUFFER_PER_WORKER * workers)
                        .lowWaterPercent(REFILL_PERCENT),
                page == null ? UnaryOperator.identity() : page::show)) {
            Frames frames = new Frames(screen, run::view);
            frames.until("Burrow's first record", START_LIMIT, () -> run.stats().processed() > 0);
            frames.during(plan.warmUp());
            long handledFrom = run.stats().processed();
            long from = System.nanoTime();
            frames.during(plan.measured());
            long handledTo = run.stats().processed();
            long to = System.nanoTime();
            frames.settle();
            return (handledTo - handledFrom) * 1e9 / (to - from);
        }
    }
}
