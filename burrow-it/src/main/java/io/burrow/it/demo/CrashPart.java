package io.burrow.it.demo;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** A process that runs Burrow is killed amid its work, and another takes over. Then every record is accounted for. */
final class CrashPart {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long COMMITTED_NANOS = Duration.ofMillis(500).toNanos();

    private final DemoCluster cluster;
    private final DemoPlan plan;
    private final HandledLog log = new HandledLog();
    private final RateMeter meter = new RateMeter();
    private String topic = "";
    private String group = "";
    private Map<Integer, Long> ends = Map.of();
    private Map<Integer, Long> committed = Map.of();
    private long committedNanos;
    private long startedNanos;

    /**
     * What came of it.
     *
     * @param records how many there were
     * @param lost how many of them were never handled to the end
     * @param redelivered how many of them a handler was given more than once
     */
    record Result(long records, long lost, long redelivered) {}

    CrashPart(DemoCluster cluster, DemoPlan plan) {
        this.cluster = cluster;
        this.plan = plan;
    }

    Result run(Screen screen) {
        topic = cluster.createTopic("crash", plan.partitions());
        group = cluster.newGroup("crash");
        cluster.produce(topic, DemoRecords.orders(topic, plan.partitions(), plan.crashRecords()));
        ends = cluster.ends(topic);
        startedNanos = System.nanoTime();
        Frames frames = new Frames(screen, this::view);
        untilKilled(frames, screen);
        restart(frames, screen);
        Result result = new Result(sum(ends), log.lost(ends), log.redelivered());
        screen.line(String.format(
                Locale.ROOT,
                "of %,d records: lost %,d, redelivered %,d",
                result.records(),
                result.lost(),
                result.redelivered()));
        return result;
    }

    private void untilKilled(Frames frames, Screen screen) {
        screen.line("starting the process");
        try (WorkerProcess worker = start()) {
            frames.until("half of the records", LIMIT, () -> {
                worker.requireAlive();
                return log.done() >= plan.crashRecords() / 2;
            });
            worker.kill();
        }
        committed = cluster.committed(group, topic);
        frames.settle();
        screen.line(String.format(
                Locale.ROOT,
                "killed: %,d records handled, %,d in handlers, %,d committed",
                log.done(),
                log.inHandlers(),
                sum(committed)));
        log.ended();
    }

    private void restart(Frames frames, Screen screen) {
        screen.line("starting it again");
        try (WorkerProcess worker = start()) {
            // Over when all are handled, or when the group says that all are, although they are not.
            frames.until("the rest of the records", LIMIT, () -> {
                worker.requireAlive();
                return log.lost(ends) == 0 || committedLately().equals(ends);
            });
            worker.stop();
        }
        committed = cluster.committed(group, topic);
        frames.settle();
        screen.line(String.format(
                Locale.ROOT, "restarted: %,d records handled, %,d committed", log.done(), sum(committed)));
    }

    private WorkerProcess start() {
        return WorkerProcess.start(
                new WorkerSettings(
                        cluster.bootstrapServers(),
                        topic,
                        group,
                        "worker",
                        plan.workers(),
                        plan.handlerTime(),
                        plan.slowEvery()),
                log);
    }

    private View view() {
        long now = System.nanoTime();
        return new View(
                Duration.ofNanos(now - startedNanos),
                meter.read(now, log.done()),
                log.done(),
                log.inHandlers(),
                log.inHandlers(),
                log.partitions(ends, committedLately()));
    }

    private Map<Integer, Long> committedLately() {
        long now = System.nanoTime();
        if (now - committedNanos > COMMITTED_NANOS) {
            committed = cluster.committed(group, topic);
            committedNanos = now;
        }
        return committed;
    }

    private static long sum(Map<Integer, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }
}
