package io.burrow.it.cli;

import io.burrow.api.BurrowException;
import io.burrow.it.bench.BenchException;
import io.burrow.it.broker.LocalBrokerException;
import io.burrow.it.chaos.ChaosException;
import io.burrow.it.demo.DemoException;
import io.burrow.it.demo.DemoPlan;
import io.burrow.it.demo.GrowthPlan;
import io.burrow.it.dlq.DlqException;
import io.burrow.it.run.RunException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What {@code ./burrow} runs. The exit status is 0 if all is well, 1 if a command failed, 2 if it was not understood.
 */
@Command(
        name = "burrow",
        description = "Concurrent Kafka consumption with in-order commits.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = HelpCommand.class)
public final class BurrowCli implements Runnable {

    private static final String USAGE = "Usage: ";

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    private BurrowCli() {}

    /**
     * Runs a command and ends the process.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        // A broker's threads may outlive it: the process does not wait for them.
        System.exit(commandLine(DemoPlan.standard()).execute(arguments));
    }

    static CommandLine commandLine(DemoPlan plan) {
        return new CommandLine(new BurrowCli())
                .addSubcommand(new DemoCommand(plan))
                .addSubcommand(new GrowCommand(GrowthPlan.standard()))
                .addSubcommand(new SimCommand())
                .addSubcommand(new ChaosCommand())
                .addSubcommand(new BenchCommand())
                .addSubcommand(new DlqCommand())
                .addSubcommand(new RunCommand())
                .addSubcommand(new BrokerCommand())
                .setParameterExceptionHandler(BurrowCli::refuse)
                .setExecutionExceptionHandler(BurrowCli::report);
    }

    /** Without a command nothing is done. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /**
     * What is wrong, a likely word for it if there is one, and in any case the usage: short, or it would hide the rest.
     */
    private static int refuse(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(failure.getMessage()));
        UnmatchedArgumentException.printSuggestions(failure, err);
        if (command.getSubcommands().isEmpty()) {
            err.print(USAGE + command.getHelp().synopsis(USAGE.length()));
            err.println("All of it: ./" + command.getCommandSpec().qualifiedName() + " --help");
        } else {
            command.usage(err, command.getColorScheme());
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static int report(Exception failure, CommandLine command, CommandLine.ParseResult result) {
        command.getErr().println("burrow: " + failure.getMessage());
        boolean saysAll = failure instanceof DemoException
                || failure instanceof ChaosException
                || failure instanceof BenchException
                || failure instanceof DlqException
                || failure instanceof RunException
                || failure instanceof LocalBrokerException
                || failure instanceof BurrowException;
        if (!saysAll) {
            failure.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
