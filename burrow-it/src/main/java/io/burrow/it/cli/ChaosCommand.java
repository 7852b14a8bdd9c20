package io.burrow.it.cli;

import io.burrow.it.chaos.Chaos;
import io.burrow.it.chaos.ChaosException;
import io.burrow.it.chaos.ChaosJson;
import io.burrow.it.chaos.ChaosReport;
import io.burrow.it.chaos.ChaosSettings;
import io.burrow.it.chaos.member.RebalanceMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./burrow chaos}. */
@Command(
        name = "chaos",
        header = "Let groups of Burrows work on real brokers while everything goes wrong, and check all they did.",
        description = "Brokers and consumers are child processes. A seeded plan kills and freezes them, spoils "
                + "their connections, has members join and leave, moves the coordinator, adds partitions, "
                + "deletes records, aborts transactions and takes the dead-letter topic away. What every "
                + "handler did is written down, and checked against what the brokers hold.",
        footer = {"", "Exit status: 0 all promises held, 1 one did not or it failed, 2 wrong usage."})
final class ChaosCommand implements Callable<Integer> {

    private static final List<Integer> NODES = List.of(1, 3);
    private static final BigDecimal MOST_MINUTES = BigDecimal.valueOf(24 * 60);

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Option(
            names = "--minutes",
            paramLabel = "M",
            required = true,
            description = "For how long to do harm, in all phases together: one for each number of brokers and "
                    + "each mode. Starts and checks come on top. May have a fraction.")
    private BigDecimal minutes = BigDecimal.ZERO;

    @Option(names = "--seed", paramLabel = "S", description = "What the plan follows from; random if not given.")
    private @Nullable Long seed;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the figures to this file as JSON, anew whenever a phase has ended.")
    private @Nullable Path json;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "Only this way to rebalance: eager, cooperative or consumer.")
    private @Nullable String mode;

    @Option(names = "--nodes", paramLabel = "N", description = "Only with so many brokers: 1 or 3.")
    private @Nullable Integer nodes;

    private final Runner runner;

    /** Who runs it. */
    interface Runner {
        ChaosReport run(ChaosSettings settings, PrintWriter out, Consumer<ChaosReport> soFar);
    }

    ChaosCommand() {
        this((settings, out, soFar) -> new Chaos(
                        settings,
                        line -> {
                            out.println(line);
                            out.flush();
                        },
                        soFar)
                .run());
    }

    ChaosCommand(Runner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        require(
                minutes.signum() > 0 && minutes.compareTo(MOST_MINUTES) <= 0,
                "--minutes must be more than 0 and at most " + MOST_MINUTES + ": " + minutes);
        Integer count = nodes;
        require(count == null || NODES.contains(count), "--nodes must be 1 or 3: " + nodes);
        ChaosSettings settings = new ChaosSettings(
                seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed,
                Duration.ofMillis(minutes.multiply(BigDecimal.valueOf(60_000)).longValue()),
                count == null ? NODES : List.of(count),
                modes());
        // What clients log about brokers that are taken away on purpose would drown the rest.
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "off");
        Path file = json;
        String problem = file == null ? "" : OutputFile.problem(file);
        if (!problem.isEmpty()) {
            throw new ChaosException(problem);
        }
        ChaosReport report = runner.run(settings, spec.commandLine().getOut(), this::write);
        write(report);
        return report.sound() ? 0 : 1;
    }

    private void write(ChaosReport report) {
        Path file = json;
        if (file == null) {
            return;
        }
        try {
            ChaosJson.write(report, file);
        } catch (IOException failure) {
            throw new ChaosException("cannot write " + file + ": " + failure);
        }
    }

    private List<RebalanceMode> modes() {
        String only = mode;
        if (only == null) {
            return Arrays.asList(RebalanceMode.values());
        }
        return Arrays.stream(RebalanceMode.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(only))
                .findFirst()
                .map(List::of)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--mode must be eager, cooperative or consumer: " + only));
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
