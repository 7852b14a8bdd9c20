package io.burrow.it.chaos;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.BrokerCluster;
import io.burrow.it.chaos.check.Checker;
import io.burrow.it.chaos.check.Evidence;
import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.check.Evidence.StoredCommit;
import io.burrow.it.chaos.check.Evidence.Written;
import io.burrow.it.chaos.check.Violation;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import io.burrow.it.chaos.member.MemberSettings;
import io.burrow.it.chaos.member.PauseMeter;
import io.burrow.it.chaos.member.RebalanceMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One group in one rebalance mode on one cluster, from its first record to the check of all that it did. One thread.
 */
final class Phase {

    private static final int PARTITIONS = 6;
    private static final int CONSUMERS = 3;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    /** After everything has healed, all that was written by then is committed within this time. */
    private static final Duration HEALING_BOUND = Duration.ofSeconds(10).plusMillis(RebalanceMode.SESSION_MILLIS);
    /** How much longer to look, to tell what is late from what never comes. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BrokerCluster cluster;
    private final RebalanceMode mode;
    private final FaultPlan plan;
    private final Path directory;
    private final PauseMeter pauses;
    private final Trace trace;
    private final Group group;
    private final Consumers consumers;
    private final Load load;
    private final FaultInjector injector;
    private final CoordinatorLog coordinators;
    private final List<Violation> violations = new ArrayList<>();
    private final Undone undone = new Undone();
    private long slowestNanos;

    /** Makes the topics and starts consumers and load. */
    Phase(
            BrokerCluster cluster,
            RebalanceMode mode,
            FaultPlan plan,
            long seed,
            Class<?> consumerMain,
            Path directory,
            PauseMeter pauses,
            Trace trace) {
        this.cluster = cluster;
        this.mode = mode;
        this.plan = plan;
        this.directory = directory;
        this.pauses = pauses;
        this.trace = trace;
        coordinators = new CoordinatorLog(cluster.logs());
        group = new Group(cluster, "chaos-" + mode.name().toLowerCase(java.util.Locale.ROOT));
        group.createTopics(PARTITIONS);
        Path histories = directory.resolve("histories");
        try {
            Files.createDirectories(histories);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        MemberSettings settings = new MemberSettings(
                cluster.bootstrapServers(),
                group.topic(),
                group.deadLetterTopic(),
                group.name(),
                mode,
                seed,
                histories);
        consumers = new Consumers(consumerMain, settings, directory, CONSUMERS);
        load = new Load(cluster.directServers(), group.topic(), PARTITIONS, seed);
        injector = new FaultInjector(cluster, group, consumers, load, trace);
    }

    PhaseReport run() {
        try {
            load.start();
            Await.until(
                    "the first commits", START_LIMIT, () -> group.committed().size() == PARTITIONS);
            for (int round = 0; round < plan.rounds().size(); round++) {
                plan.rounds().get(round).forEach(fault -> trace.line("           planned: " + fault));
                injector.run(plan.rounds().get(round));
                heal("round " + (round + 1) + " of " + plan.rounds().size());
                lookForUndone(new ArrayList<>()); // before more is deleted
            }
            load.close();
            heal("the end");
            int late = consumers.stop();
            if (late > 0) {
                violations.add(new Violation(
                        Violation.Kind.CLOSE, late + " consumer processes did not close their members in time"));
            }
            return check();
        } finally {
            load.close();
            consumers.kill();
        }
    }

    /**
     * Waits until all that is written by now is committed. The bound grows by the time in which this process itself
     * could not run, since then the others could not either.
     */
    private void heal(String when) {
        int dead = consumers.revive();
        if (dead > 0) {
            violations.add(new Violation(
                    Violation.Kind.EVIDENCE, dead + " consumer processes ended by themselves before " + when));
        }
        long from = System.nanoTime();
        long paused = pauses.nanos();
        Map<Integer, Long> ends = group.readableEnds();
        boolean stalled = false;
        Map<Integer, Long> lag = lag(ends);
        while (!lag.isEmpty()) {
            long nanos = System.nanoTime() - from - (pauses.nanos() - paused);
            if (!stalled && nanos > HEALING_BOUND.toNanos()) {
                stalled = true;
                String lost = coordinators.lost(group.name());
                if (lost != null) {
                    throw givenUp(lost);
                }
                violations.add(new Violation(
                        Violation.Kind.STALL,
                        "after " + when + " not committed within " + HEALING_BOUND.toMillis() + " ms, by partition: "
                                + lag));
                trace.say("stall: " + lag);
                consumers.show();
            }
            if (nanos > HEALING_BOUND.plus(PATIENCE).toNanos()) {
                trace.say("given up: " + lag);
                break;
            }
            pause();
            lag = lag(ends);
        }
        long nanos = System.nanoTime() - from;
        slowestNanos = Math.max(slowestNanos, nanos);
        trace.say(when + ": healed, all committed after " + nanos / 1_000_000 + " ms");
    }

    /** With what can be said of the members without the brokers. */
    private BrokerDefectException givenUp(String reason) {
        consumers.kill();
        violations.addAll(Checker.checkMembers(histories()));
        return new BrokerDefectException(reason, violations);
    }

    private Map<Integer, Long> lag(Map<Integer, Long> ends) {
        Map<Integer, Long> committed = group.committed();
        Map<Integer, Long> lag = new TreeMap<>();
        ends.forEach((partition, end) -> {
            long missing = end - committed.getOrDefault(partition, 0L);
            if (missing > 0) {
                lag.put(partition, missing);
            }
        });
        return lag;
    }

    private PhaseReport check() {
        List<History> histories = histories();
        List<Written> log = new ArrayList<>();
        Map<Integer, Long> beginnings = lookForUndone(log).beginnings();
        List<StoredCommit> commits = CommitLog.read(cluster.directServers(), group.name(), group.topic());
        Set<Written> withdrawn = undone.of(load.transactions());
        List<Written> acknowledged = load.acknowledged().stream()
                .filter(record -> !withdrawn.contains(record))
                .toList();
        Evidence evidence = new Evidence(histories, log, acknowledged, beginnings, commits, injector.deletions());
        violations.addAll(Checker.check(evidence));
        Map<String, Integer> gaveUp = new TreeMap<>();
        long deadLettered = 0;
        for (History history : histories) {
            for (Event event : history.events()) {
                if (event instanceof Event.GaveUp each) {
                    gaveUp.merge(each.code(), 1, Integer::sum);
                } else if (event instanceof Event.DeadLettered) {
                    deadLettered++;
                }
            }
        }
        return new PhaseReport(
                cluster.size(),
                mode,
                injector.injected(),
                injector.memberChanges(),
                Checker.records(evidence),
                Checker.redelivered(evidence),
                deadLettered,
                load.aborted(),
                commits.size(),
                Checker.lateCommits(evidence),
                withdrawn.size(),
                Checker.latePolls(evidence),
                commits.stream()
                        .mapToLong(commit -> commit.finished().size())
                        .max()
                        .orElse(0),
                gaveUp,
                slowestNanos / 1_000_000,
                violations);
    }

    /** Reads the topic as one who sees committed records only, and looks for those that he should see and does not. */
    private TopicReader.Extent lookForUndone(List<Written> log) {
        List<List<Written>> transactions = load.transactions(); // before the topic is read
        TopicReader.Extent extent =
                TopicReader.read(cluster.directServers(), group.topic(), record -> log.add(written(record)));
        Set<Written> missing = undone.missing(transactions, Set.copyOf(log), extent.ends());
        if (!missing.isEmpty()) {
            TopicReader.readAll(cluster.directServers(), group.topic(), record -> {
                if (missing.contains(written(record))) {
                    undone.held(written(record));
                }
            });
        }
        return extent;
    }

    private static Written written(ConsumerRecord<byte[], byte[]> record) {
        return new Written(
                new Position(record.partition(), record.offset()), new String(record.value(), StandardCharsets.UTF_8));
    }

    private List<History> histories() {
        try (Stream<Path> files = Files.list(directory.resolve("histories"))) {
            List<History> histories = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                histories.add(History.read(file));
            }
            return histories;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the histories in " + directory, failure);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new ChaosException("interrupted", interrupt);
        }
    }
}
