package io.burrow.it.cli;

import io.burrow.it.dlq.DeadLetterTopic;
import io.burrow.it.dlq.Replay;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./burrow dlq replay}. */
@Command(
        name = "replay",
        header = "Send records of dead letters back to where they came from.",
        description = "Key, value and the record's own headers go as they are, to the partition of old; the dead "
                + "letter's headers are taken off. Dead letters stay in their topic: what is replayed twice "
                + "comes twice. The time of a record is that of sending. One whose value or origin is missing is "
                + "skipped and told.",
        footer = {"", "Exit status: 0 all were sent, 1 it failed or one was skipped, 2 wrong usage."})
final class DlqReplayCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Mixin
    private final DlqTopicOptions options = new DlqTopicOptions();

    @Option(
            names = "--to",
            paramLabel = "TOPIC",
            description = "Send to this topic instead, each to the partition of its key.")
    private @Nullable String to;

    @Option(names = "--partition", paramLabel = "P", description = "The partition of the one to replay.")
    private @Nullable Integer partition;

    @Option(names = "--offset", paramLabel = "O", description = "The offset of the one to replay.")
    private @Nullable Long offset;

    @Option(names = "--all", description = "Replay all that is in the topic now.")
    private boolean all;

    @Option(names = "--dry-run", description = "Only tell what would be sent.")
    private boolean dryRun;

    @Override
    public Integer call() {
        Integer onePartition = partition;
        Long oneOffset = offset;
        boolean one = onePartition != null && oneOffset != null;
        DlqTopicOptions.require(
                spec,
                all ? onePartition == null && oneOffset == null : one,
                "either --all or both --partition and --offset must be given");
        DlqTopicOptions.require(
                spec, onePartition == null || onePartition >= 0, "--partition must not be negative: " + partition);
        DlqTopicOptions.require(spec, oneOffset == null || oneOffset >= 0, "--offset must not be negative: " + offset);
        DlqTopicOptions.require(spec, to == null || !to.isBlank(), "--to must not be blank");
        DlqTopicOptions.require(spec, !options.topic().equals(to), "--to must be another topic than --topic");
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        long sent;
        long skipped;
        try (DeadLetterTopic letters = options.open(spec)) {
            try (Replay replay = new Replay(letters, to, dryRun, out, err)) {
                if (onePartition != null && oneOffset != null) {
                    replay.add(letters.at(onePartition, oneOffset));
                } else {
                    letters.read(record -> {
                        replay.add(record);
                        return true;
                    });
                }
                sent = replay.finish();
                skipped = replay.skipped();
            }
        }
        out.println((dryRun ? "would replay: " : "replayed: ") + sent + ", skipped: " + skipped);
        out.flush();
        err.flush();
        return skipped == 0 ? 0 : 1;
    }
}
