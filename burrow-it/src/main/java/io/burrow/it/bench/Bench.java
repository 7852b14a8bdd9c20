package io.burrow.it.bench;

import io.burrow.it.bench.BenchBroker.Topic;
import io.burrow.it.bench.arm.ArmKind;
import io.burrow.it.bench.arm.ArmMain;
import io.burrow.it.bench.arm.ArmSettings;
import io.burrow.it.bench.arm.Crash;
import io.burrow.it.bench.arm.Span;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures case after case. In a round each way of a case is measured once, so that a machine that slows down slows all
 * of them. One thread.
 */
public final class Bench {

    /** The same heap and collector for all. */
    private static final List<String> JVM_OPTIONS =
            List.of("-Xms1g", "-Xmx1g", "-XX:+UseParallelGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");

    /** To start, to join, and to be given up as stuck. */
    private static final Duration ASIDE = Duration.ofSeconds(100);

    private final BenchSettings settings;
    private final Consumer<String> progress;
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final int feature = Runtime.version().feature();
    private @Nullable String parallelConsumer;

    /**
     * Prepares a run.
     *
     * @param settings what to measure
     * @param progress told a line for each measurement
     */
    public Bench(BenchSettings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @return what was found
     * @throws IllegalStateException if no broker can be started
     */
    public BenchReport run() {
        LedgerFigures ledger = settings.ledger() ? ledger() : LedgerFigures.NONE;
        if (!settings.cases().isEmpty()) {
            prepareParallelConsumer();
            try (BenchBroker broker = new BenchBroker()) {
                settings.cases().forEach(each -> measure(each, broker));
            }
        }
        return new BenchReport(Machine.describe(), figures, ledger, notes, failures);
    }

    private LedgerFigures ledger() {
        progress.accept("benchmarks of the ledger");
        try {
            return LedgerBenchmarks.run(settings.home());
        } catch (BenchException failure) {
            failures.add("benchmarks of the ledger: " + failure.getMessage());
            return LedgerFigures.NONE;
        }
    }

    private void prepareParallelConsumer() {
        if (settings.cases().stream().flatMap(each -> each.arms().stream()).noneMatch(ArmKind::isParallelConsumer)) {
            return;
        }
        try {
            parallelConsumer = ParallelConsumerPath.prepare(settings.home());
        } catch (BenchException failure) {
            notes.add("Parallel Consumer was not measured: " + failure.getMessage());
        }
    }

    private void measure(BenchCase benchCase, BenchBroker broker) {
        if (!Cases.runsOn(benchCase, feature)) {
            notes.add(benchCase.name() + " was not measured: it needs Java 21, this is " + feature);
            return;
        }
        if (benchCase.isCut()) {
            notes.add(benchCase.name() + " had " + benchCase.data().records()
                    + " records only: it was seen to work, not measured");
        }
        Map<ArmKind, List<Measurement>> rounds = new EnumMap<>(ArmKind.class);
        if (benchCase.data().perSecond() == 0) {
            progress.accept(benchCase.name() + ": writing " + benchCase.data().records() + " records");
            try (Topic topic = broker.newTopic(benchCase.data())) {
                for (int round = 1; round <= settings.rounds(); round++) {
                    for (ArmKind each : arms(benchCase)) {
                        measure(benchCase, each, round, topic, broker, rounds);
                    }
                }
            }
        } else {
            for (int round = 1; round <= settings.rounds(); round++) {
                for (ArmKind each : arms(benchCase)) {
                    try (Topic topic = broker.newTopic(benchCase.data())) {
                        measure(benchCase, each, round, topic, broker, rounds);
                    }
                }
            }
        }
        rounds.forEach((arm, measured) -> figures.add(Figure.of(benchCase, arm, measured)));
    }

    private List<ArmKind> arms(BenchCase benchCase) {
        return Cases.armsOn(benchCase, feature).stream()
                .filter(each -> !each.isParallelConsumer() || parallelConsumer != null)
                .toList();
    }

    private void measure(
            BenchCase benchCase,
            ArmKind arm,
            int round,
            Topic topic,
            BenchBroker broker,
            Map<ArmKind, List<Measurement>> rounds) {
        String what = benchCase.name() + ", " + arm.title() + ", round " + round;
        Span span = benchCase.span();
        ArmSettings armSettings = new ArmSettings(
                arm, broker.bootstrapServers(), topic.name(), broker.newGroup(), benchCase.consumption(), span, null);
        List<String> options = options(benchCase, arm, round);
        try {
            String printed = benchCase.isKilled()
                    ? killed(benchCase, armSettings, options)
                    : command(armSettings, options).run(ASIDE.plusMillis(span.warmMillis() + span.millis()));
            Measurement measured = Measurement.parse(printed.strip());
            rounds.computeIfAbsent(arm, none -> new ArrayList<>()).add(measured);
            progress.accept(what + ": " + measured);
        } catch (BenchException failure) {
            failures.add(what + ": " + failure.getMessage());
            progress.accept(what + ": failed");
        }
    }

    /** A process that is killed in the middle, and one that does the rest. */
    private String killed(BenchCase benchCase, ArmSettings armSettings, List<String> options) {
        Path journal = JavaCommand.temporary();
        try {
            Crash first = new Crash(
                    journal.toString(),
                    benchCase.data().records(),
                    benchCase.data().partitions(),
                    benchCase.data().records() / 2);
            command(armSettings.with(first), options).runToItsDeath(ASIDE);
            return command(armSettings.with(first.after()), options).run(ASIDE.plus(ASIDE));
        } finally {
            JavaCommand.delete(journal);
        }
    }

    private List<String> options(BenchCase benchCase, ArmKind arm, int round) {
        Path directory = settings.recordings();
        if (directory == null) {
            return JVM_OPTIONS;
        }
        Path file = directory.resolve(benchCase.name() + "-" + arm.id() + "-" + round + ".jfr");
        List<String> options = new ArrayList<>(JVM_OPTIONS);
        options.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file.toAbsolutePath());
        options.add("-Xlog:jfr*=off");
        return options;
    }

    private JavaCommand command(ArmSettings armSettings, List<String> options) {
        String other = parallelConsumer;
        return armSettings.kind().isParallelConsumer() && other != null
                ? JavaCommand.java(options, other, ParallelConsumerPath.MAIN, armSettings.arguments())
                : JavaCommand.java(
                        options, JavaCommand.ownClassPath(), ArmMain.class.getName(), armSettings.arguments());
    }
}
