package io.burrow.it.cli;

import io.burrow.it.dlq.DeadLetterTopic;
import io.burrow.it.dlq.LetterText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./burrow dlq list}. */
@Command(
        name = "list",
        header = "List dead letters: where each is and came from, attempts, time, exception.",
        description = "Shows nothing of the contents. A dash is what the headers do not tell.",
        footer = {"", "Exit status: 0 all is well, 1 it failed, 2 wrong usage."})
final class DlqListCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Mixin
    private final DlqTopicOptions options = new DlqTopicOptions();

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many to list at most; 100 by default.")
    private int max = 100;

    @Override
    public Integer call() {
        DlqTopicOptions.require(spec, max >= 1, "--max must be positive: " + max);
        PrintWriter out = spec.commandLine().getOut();
        AtomicInteger seen = new AtomicInteger();
        try (DeadLetterTopic letters = options.open(spec)) {
            letters.read(record -> {
                int number = seen.incrementAndGet();
                if (number > max) {
                    return false;
                }
                if (number == 1) {
                    out.println(LetterText.titles());
                }
                out.println(LetterText.row(record));
                return true;
            });
        }
        out.println(
                seen.get() > max
                        ? "the first " + max + " records; there are more, see --max"
                        : "records: " + seen.get());
        out.flush();
        return 0;
    }
}
