package io.burrow.it.cli;

import io.burrow.core.sim.Simulations;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./burrow sim}. */
@Command(
        name = "sim",
        header = "Simulate groups of Burrows that meet everything, and check that the promises hold.",
        description = "Each seed is one simulation: the real engine over an in-memory broker on a test clock, "
                + "in one thread, with rebalances, crashes, failing commits and handlers of every kind. "
                + "The invariants are checked after each event. The same seed gives the same events.",
        footer = {"", "Exit status: 0 all invariants held, 1 one did not, 2 wrong usage."})
final class SimCommand implements Callable<Integer> {
    private static final long DEFAULT_SEEDS = 20_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How many seeds to run; 20000 if neither this nor --seed is given, else 1.")
    private @Nullable Long seeds;

    @Option(names = "--seed", paramLabel = "S", description = "The first seed; 0 if not given.")
    private @Nullable Long seed;

    @Option(
            names = "--threads",
            paramLabel = "T",
            defaultValue = "1",
            description = "On how many threads; 1 by default.")
    private int threads = 1;

    @Option(names = "--trace", description = "Print every event. Only with one seed.")
    private boolean trace;

    private final Runner runner;

    /** Who runs simulations. */
    interface Runner {
        Simulations.Report run(long firstSeed, long seeds, int threads, Consumer<? super String> tell)
                throws InterruptedException;
    }

    SimCommand() {
        this(Simulations::run);
    }

    SimCommand(Runner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws InterruptedException {
        long first = seed == null ? 0 : seed;
        long count = seeds != null ? seeds : seed != null || trace ? 1 : DEFAULT_SEEDS;
        require(count >= 1, "--seeds must be positive: " + count);
        require(threads >= 1 && threads <= 1_000, "--threads must be from 1 to 1000: " + threads);
        require(!trace || count == 1, "--trace needs one seed, and --seeds is " + count);
        // What the engine logs about failures that are meant would drown the rest.
        System.setProperty("org.slf4j.simpleLogger.log.io.burrow", "off");
        PrintWriter out = spec.commandLine().getOut();
        if (trace) {
            Simulations.trace(first, out::println);
        }
        Simulations.Report report = runner.run(first, count, threads, violation -> {
            out.println(violation);
            out.flush();
        });
        out.println(report);
        out.flush();
        return report.violations() == 0 ? 0 : 1;
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
