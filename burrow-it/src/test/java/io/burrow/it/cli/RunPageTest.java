package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.demo.DemoPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Holds docs/run.md to the command: its lines are understood as they stand, and it names no option that is not there.
 */
class RunPageTest {
    private static final Path PAGE =
            Path.of("").toAbsolutePath().resolveSibling("docs").resolve("run.md");
    private static final String ARGUMENT = "\u001f";

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Test
    void everyCommandLine_isUnderstood() throws Exception {
        List<String> blocks = found("```sh\n(.*?)```", Files.readString(PAGE));
        assertThat(blocks).hasSize(4);
        for (String block : blocks) {
            List<String> words = words(block.replace("./burrow", "burrow"));

            CommandLine.ParseResult parsed =
                    BurrowCli.commandLine(DemoPlan.standard()).parseArgs(words.toArray(String[]::new));

            assertThat(parsed.subcommand().commandSpec().name()).isIn("run", "broker");
        }
    }

    /** Spaces and all. */
    @Test
    void theHeaderInAFile_isUnderstood(@TempDir Path directory) throws Exception {
        List<String> blocks = found("```text\n(.*?)```", Files.readString(PAGE));
        assertThat(blocks).hasSize(1);
        Path file = Files.writeString(directory.resolve("header"), blocks.get(0));

        CommandLine.ParseResult parsed = BurrowCli.commandLine(DemoPlan.standard())
                .parseArgs("run", "--topic", "t", "--http", "http://localhost/", "@" + file)
                .subcommand();

        assertThat(parsed.<List<String>>matchedOptionValue("--header", List.of()))
                .singleElement()
                .asString()
                .matches("Authorization: Bearer \\S+");
        assertThat(parsed.matchedPositionals()).isEmpty();
    }

    @Test
    void everyOptionThatItNames_exists() throws IOException {
        Map<String, CommandLine> commands =
                BurrowCli.commandLine(DemoPlan.standard()).getSubcommands();

        List<String> named = found("(?<![\\w-])(--[a-z][a-z-]+)", Files.readString(PAGE));

        assertThat(named)
                .hasSizeGreaterThan(20)
                .allMatch(name -> Stream.of("run", "broker")
                        .anyMatch(command ->
                                commands.get(command).getCommandSpec().findOption(name) != null));
    }

    /** As the shell splits it. */
    private static List<String> words(String line) throws IOException, InterruptedException {
        String script = "burrow() { for word in \"$@\"; do printf '%s" + ARGUMENT + "' \"$word\"; done; }\n" + line;
        Process shell = new ProcessBuilder("/bin/sh", "-c", script).start();
        String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor()).isZero();
        return List.of(said.split(ARGUMENT));
    }
}
