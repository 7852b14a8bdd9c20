package io.burrow.it.chaos;

import io.burrow.it.broker.BrokerCluster;
import io.burrow.it.broker.Directories;
import io.burrow.it.chaos.member.MemberMain;
import io.burrow.it.chaos.member.PauseMeter;
import io.burrow.it.chaos.member.RebalanceMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Runs the phases in turn, tells what came of each as it ends, and ends with a table. One thread. */
public final class Chaos {

    private final ChaosSettings settings;
    private final Class<?> consumerMain;
    private final Trace trace;
    private final Consumer<? super ChaosReport> soFar;

    /**
     * Prepares a run.
     *
     * @param settings what to run
     * @param out takes each line of the plan as it happens, and the table; by several threads, one at a time
     * @param soFar takes, on the thread that runs it, all that is known whenever a phase has ended, so that a run that
     *     cannot go on has not been for nothing; what it throws ends the run
     */
    public Chaos(ChaosSettings settings, Consumer<? super String> out, Consumer<? super ChaosReport> soFar) {
        this(settings, MemberMain.class, out, soFar);
    }

    /** The same with another main class for the consumer processes. */
    Chaos(
            ChaosSettings settings,
            Class<?> consumerMain,
            Consumer<? super String> out,
            Consumer<? super ChaosReport> soFar) {
        this.settings = settings;
        this.consumerMain = consumerMain;
        this.trace = new Trace(out);
        this.soFar = soFar;
    }

    /**
     * Runs it. Histories and logs are kept, and named, if something is found that must not be, or if it throws.
     *
     * @return what came of it
     * @throws ChaosException if it cannot go on
     */
    public ChaosReport run() {
        Path directory = directory();
        boolean keep = true;
        // Brokers and consumers end with this process, but what they wrote does not.
        Thread deletion = new Thread(() -> deleteAtExit(directory), "chaos-exit");
        Runtime.getRuntime().addShutdownHook(deletion);
        try {
            ChaosReport report = runPhases(directory);
            keep = !report.sound() || !report.givenUp().isEmpty();
            return report;
        } finally {
            remove(deletion);
            if (keep) {
                trace.line("histories and logs are kept in " + directory);
            } else {
                Directories.delete(directory);
            }
        }
    }

    private ChaosReport runPhases(Path directory) {
        trace.line("seed " + settings.seed() + ", " + settings.phase().toSeconds() + " s for each phase");
        PauseMeter pauses = PauseMeter.start();
        List<PhaseReport> phases = new ArrayList<>();
        List<GivenUp> givenUp = new ArrayList<>();
        for (int brokers : settings.nodes()) {
            Clusters clusters = new Clusters(givenUp::add);
            clusters.run(
                    settings.modes(),
                    mode -> name(brokers, mode),
                    before ->
                            start(brokers, directory.resolve("brokers-" + brokers + (before == 0 ? "" : "-" + before))),
                    (cluster, mode) -> {
                        PhaseReport phase = run((Home) cluster, mode, pauses);
                        phases.add(phase);
                        tell(phase);
                        soFar.accept(new ChaosReport(settings, phases, givenUp));
                    });
        }
        ChaosReport report = new ChaosReport(settings, phases, givenUp);
        ChaosTable.of(report).forEach(trace::line);
        return report;
    }

    private void tell(PhaseReport phase) {
        trace.line(ChaosTable.head());
        trace.line(ChaosTable.row(phase));
        phase.violations().stream()
                .limit(100)
                .forEach(violation -> trace.line(ChaosTable.name(phase) + ": " + violation));
    }

    private Home start(int brokers, Path directory) {
        trace.say("starting " + brokers + (brokers == 1 ? " broker" : " brokers and a controller"));
        return new Home(BrokerCluster.start(brokers, directory, overrides()), directory);
    }

    /** A cluster and where all of its phases is kept. */
    private record Home(BrokerCluster brokers, Path directory) implements Clusters.Cluster {
        @Override
        public void close() {
            brokers.close();
        }
    }

    private PhaseReport run(Home home, RebalanceMode mode, PauseMeter pauses) {
        BrokerCluster cluster = home.brokers();
        trace.say(name(cluster.size(), mode));
        long seed = settings.phaseSeed(cluster.size(), mode);
        FaultPlan plan = FaultPlan.of(seed, cluster.size(), settings.phase());
        Path directory = home.directory().resolve(mode.name().toLowerCase(Locale.ROOT));
        try {
            return new Phase(cluster, mode, plan, seed, consumerMain, directory, pauses, trace).run();
        } catch (BrokerDefectException defect) {
            trace.line("given up, since a broker failed by itself: " + defect.getMessage());
            throw defect;
        }
    }

    private static Map<String, String> overrides() {
        String session = Integer.toString(RebalanceMode.SESSION_MILLIS);
        return Map.of("group.consumer.session.timeout.ms", session);
    }

    static String name(int brokers, RebalanceMode mode) {
        return (brokers == 1 ? "1 broker, " : brokers + " brokers, ")
                + mode.name().toLowerCase(Locale.ROOT);
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("burrow-chaos-");
        } catch (IOException failure) {
            throw new UncheckedIOException("no temporary directory", failure);
        }
    }

    /** Brokers and consumers are about to end, too, and may write to the last. */
    private static void deleteAtExit(Path directory) {
        for (int attempt = 1; attempt <= 50; attempt++) {
            try {
                Directories.delete(directory);
                return;
            } catch (UncheckedIOException notYet) {
                LockSupport.parkNanos(100_000_000);
            }
        }
        System.err.println("burrow: could not delete " + directory + "; please delete it");
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException exiting) {
            // it runs now, and does the same
        }
    }
}
