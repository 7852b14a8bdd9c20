package io.burrow.it.demo;

import io.burrow.api.WorkerThreads;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Runs the parts of the demo in turn and ends with a table. One thread. */
public final class Demo {

    private static final int VIRTUAL_SINCE = 21;

    private final DemoPlan plan;
    private final @Nullable String bootstrapServers;
    private final Screen screen;
    private final @Nullable DemoPage page;

    /**
     * Prepares a demo without a page.
     *
     * @param plan how long and how much
     * @param bootstrapServers an existing cluster, or null for a broker in this process
     * @param screen where it shows itself
     */
    public Demo(DemoPlan plan, @Nullable String bootstrapServers, Screen screen) {
        this(plan, bootstrapServers, screen, null);
    }

    /**
     * Prepares a demo.
     *
     * @param plan how long and how much
     * @param bootstrapServers an existing cluster, or null for a broker in this process
     * @param screen where it shows itself
     * @param page the page over its Burrows, or null; with one, the demo ends when that was looked at
     */
    public Demo(DemoPlan plan, @Nullable String bootstrapServers, Screen screen, @Nullable DemoPage page) {
        this.page = page;
        this.plan = plan;
        this.bootstrapServers = bootstrapServers;
        this.screen = screen;
    }

    /**
     * Runs it.
     *
     * @return what was measured and counted
     * @throws DemoException if it cannot go on
     */
    public DemoFigures run() {
        try {
            return runParts();
        } catch (DemoException failure) {
            throw failure;
        } catch (RuntimeException failure) {
            if (Thread.currentThread().isInterrupted()) {
                throw new DemoException("interrupted", failure);
            }
            throw failure;
        }
    }

    private DemoFigures runParts() {
        int java = Runtime.version().feature();
        if (page != null) {
            say("the page is at %s", page.uri());
            say("its metrics are at %s", page.metricsUri());
        }
        try (DemoCluster cluster = connect()) {
            if (page != null) {
                page.open();
            }
            boolean virtual = java >= VIRTUAL_SINCE;
            int records = plan.recordsFor(virtual ? plan.manyWorkers() : plan.workers());
            String topic = cluster.createTopic("orders", plan.partitions());
            cluster.produce(topic, DemoRecords.orders(topic, plan.partitions(), records));
            say("%,d records in a topic of %d partitions", records, plan.partitions());

            head("1. A plain consumer: one record after the other, %s each", text(plan.handlerTime()));
            double plain = new PlainPart(cluster, plan, topic).run(screen);
            say("%,.1f records/s", plain);

            BurrowPart burrow = new BurrowPart(cluster, plan, topic, page);
            head("2. Burrow with %,d workers: the same handler and topic, in order of each key", plan.workers());
            double some = burrow.run(screen, plan.workers(), WorkerThreads.AUTO);
            say("%,.1f records/s, %.1f times the plain consumer", some, some / plain);

            head("3. Burrow with %,d workers", plan.manyWorkers());
            Double many = null;
            if (virtual) {
                many = burrow.run(screen, plan.manyWorkers(), WorkerThreads.VIRTUAL);
                say("%,.1f records/s, %.1f times the plain consumer", many, many / plain);
            } else {
                say("left out: it is for virtual threads, which need Java %d; this is Java %d", VIRTUAL_SINCE, java);
            }

            head("4. A record that always fails: retried while the others go on, then dead-lettered");
            FailingPart.Result failing = new FailingPart(cluster, plan, page).run(screen);

            head("5. A crash: a process that runs Burrow is killed amid its work, and started again");
            CrashPart.Result crash = new CrashPart(cluster, plan).run(screen);

            DemoFigures figures = new DemoFigures(
                    plain,
                    plan.workers(),
                    some,
                    plan.manyWorkers(),
                    many,
                    failing.attempts(),
                    failing.deadLettered(),
                    crash.records(),
                    crash.lost(),
                    crash.redelivered());
            head("The figures");
            FiguresTable.of(figures).forEach(screen::line);
            if (page != null) {
                head("Something to look at");
                new LookPart(cluster, plan, page).run(screen);
            }
            return figures;
        }
    }

    private DemoCluster connect() {
        if (bootstrapServers != null) {
            DemoCluster cluster = DemoCluster.at(bootstrapServers);
            say("%s, brokers at %s", machine(), bootstrapServers);
            return cluster;
        }
        say("%s; starting a Kafka broker", machine());
        long from = System.nanoTime();
        DemoCluster cluster = DemoCluster.embedded();
        say(
                "the broker serves %s after %s",
                cluster.bootstrapServers(), text(Duration.ofNanos(System.nanoTime() - from)));
        return cluster;
    }

    private static String machine() {
        return String.format(
                Locale.ROOT,
                "Java %d, %d processors",
                Runtime.version().feature(),
                Runtime.getRuntime().availableProcessors());
    }

    private void head(String format, Object... values) {
        screen.heading(String.format(Locale.ROOT, format, values));
    }

    private void say(String format, Object... values) {
        screen.line(String.format(Locale.ROOT, format, values));
    }

    private static String text(Duration time) {
        return time.toMillis() < 1_000
                ? time.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1_000.0);
    }
}
