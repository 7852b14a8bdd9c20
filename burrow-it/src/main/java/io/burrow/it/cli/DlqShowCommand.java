package io.burrow.it.cli;

import io.burrow.it.dlq.DeadLetterTopic;
import io.burrow.it.dlq.LetterText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./burrow dlq show}. */
@Command(
        name = "show",
        header = "Show one dead letter: its headers, and the sizes of key and value.",
        description = "Of the record's own headers the names and sizes are shown. The dead letter's headers are "
                + "shown as they are; a message or a stack trace among them may hold contents.",
        footer = {"", "Exit status: 0 all is well, 1 it failed, 2 wrong usage."})
final class DlqShowCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Mixin
    private final DlqTopicOptions options = new DlqTopicOptions();

    @Option(names = "--partition", paramLabel = "P", required = true, description = "The dead letter's partition.")
    private int partition;

    @Option(names = "--offset", paramLabel = "O", required = true, description = "The dead letter's offset.")
    private long offset;

    @Option(names = "--contents", description = "Show key and value as text, too.")
    private boolean contents;

    @Override
    public Integer call() {
        DlqTopicOptions.require(spec, partition >= 0, "--partition must not be negative: " + partition);
        DlqTopicOptions.require(spec, offset >= 0, "--offset must not be negative: " + offset);
        PrintWriter out = spec.commandLine().getOut();
        try (DeadLetterTopic letters = options.open(spec)) {
            LetterText.details(letters.at(partition, offset), contents).forEach(out::println);
        }
        out.flush();
        return 0;
    }
}
