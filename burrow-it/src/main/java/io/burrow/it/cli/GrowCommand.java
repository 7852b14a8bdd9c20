package io.burrow.it.cli;

import io.burrow.it.demo.DemoException;
import io.burrow.it.demo.Growth;
import io.burrow.it.demo.GrowthJson;
import io.burrow.it.demo.GrowthPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./burrow grow}. */
@Command(
        name = "grow",
        header = "Show a group of processes that grows and shrinks under load.",
        description = "Three processes of one group share twelve partitions; then six; then three again. "
                + "Each stage is measured, and every record is accounted for.",
        footer = {"", "Exit status: 0 all is well, 1 it failed or a record was lost, 2 wrong usage."})
final class GrowCommand implements Callable<Integer> {

    private final GrowthPlan plan;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "H:P",
            description = "Use this Kafka cluster instead of a broker of its own. "
                    + "Topic and group get names of their own and are deleted at the end.")
    private @Nullable String bootstrapServers;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file as JSON.")
    private @Nullable Path json;

    GrowCommand(GrowthPlan plan) {
        this.plan = plan;
    }

    @Override
    public Integer call() throws IOException {
        if (bootstrapServers != null) {
            Addresses.require(spec, bootstrapServers);
        }
        Path file = json;
        String problem = file == null ? "" : OutputFile.problem(file);
        if (!problem.isEmpty()) {
            throw new DemoException(problem);
        }
        Growth.Result result =
                new Growth(plan, bootstrapServers, spec.commandLine().getOut()).run();
        if (file != null) {
            GrowthJson.write(result, file);
        }
        return result.lost() == 0 ? 0 : 1;
    }
}
