package io.burrow.it.cli;

import io.burrow.it.bench.Bench;
import io.burrow.it.bench.BenchChart;
import io.burrow.it.bench.BenchException;
import io.burrow.it.bench.BenchJson;
import io.burrow.it.bench.BenchReport;
import io.burrow.it.bench.BenchSettings;
import io.burrow.it.bench.BenchTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./burrow bench}. */
@Command(
        name = "bench",
        header = "Measure Burrow beside a bare poll loop and others, and hold it against its budget.",
        description = "The broker and each measurement are child processes. In a round every way is measured "
                + "once; medians are printed as Markdown tables, with each ratio beside its budget. "
                + "The full run takes about an hour and some gigabytes of disk, the quick one ten minutes. "
                + "Leave the machine alone meanwhile.",
        footer = {
            "",
            "Exit status: 0 all was measured, 1 something failed, 2 wrong usage. A budget that is missed "
                    + "is printed, and is no failure."
        })
final class BenchCommand implements Callable<Integer> {

    private static final int MOST_ROUNDS = 100;
    private static final long FEWEST_RECORDS = 1_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Option(names = "--quick", description = "Fewer cases, fewer ways, two rounds.")
    private boolean quick;

    @Option(
            names = "--case",
            paramLabel = "NAME",
            description = "Only this case; with a name that does not exist, all are listed.")
    private @Nullable String name;

    @Option(names = "--rounds", paramLabel = "N", description = "How often to measure; 3, or 2 with --quick.")
    private @Nullable Integer rounds;

    @Option(
            names = "--records",
            paramLabel = "N",
            description = "At most so many records in each case: to see that it works. Too few to measure "
                    + "anything, if the case would have more.")
    private @Nullable Long records;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file as JSON.")
    private @Nullable Path json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw the rates into this file.")
    private @Nullable Path svg;

    @Option(
            names = "--jfr",
            paramLabel = "DIR",
            description = "Record each measured process with Flight Recorder into this directory. It costs a "
                    + "little speed.")
    private @Nullable Path recordings;

    private final Runner runner;

    /** Who runs it. */
    interface Runner {
        BenchReport run(BenchSettings settings, PrintWriter err);
    }

    BenchCommand() {
        this((settings, err) -> new Bench(settings, line -> {
                    err.println(line);
                    err.flush();
                })
                .run());
    }

    BenchCommand(Runner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException {
        Integer count = rounds;
        require(
                count == null || count >= 1 && count <= MOST_ROUNDS,
                "--rounds must be from 1 to " + MOST_ROUNDS + ": " + count);
        Long most = records;
        require(most == null || most >= FEWEST_RECORDS, "--records must be at least " + FEWEST_RECORDS + ": " + most);
        String only = name;
        require(
                only == null || BenchSettings.names(quick).contains(only),
                "--case must be one of " + String.join(", ", BenchSettings.names(quick)) + ": " + only);
        requireWritable(json);
        requireWritable(svg);
        requireDirectory(recordings);
        String home = System.getProperty("burrow.home");
        BenchSettings settings = BenchSettings.of(quick, only, count, most, home == null ? null : Path.of(home));
        BenchReport report = runner.run(
                settings.recordingInto(recordings), spec.commandLine().getErr());
        PrintWriter out = spec.commandLine().getOut();
        BenchTable.of(report).forEach(out::println);
        out.flush();
        Path jsonFile = json;
        if (jsonFile != null) {
            BenchJson.write(report, jsonFile);
        }
        Path svgFile = svg;
        if (svgFile != null) {
            BenchChart.write(report, svgFile);
        }
        return report.complete() ? 0 : 1;
    }

    private static void requireWritable(@Nullable Path file) {
        String problem = file == null ? "" : OutputFile.problem(file);
        if (!problem.isEmpty()) {
            throw new BenchException(problem);
        }
    }

    private static void requireDirectory(@Nullable Path directory) {
        if (directory != null && !(Files.isDirectory(directory) && Files.isWritable(directory))) {
            throw new BenchException("cannot write into the directory " + directory + "; choose one that exists");
        }
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
