package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.demo.DemoPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Holds every document to the commands that there are: each {@code ./burrow} in a block of shell is understood as it
 * stands, and each one in the running text names commands and options that exist. Nothing is run.
 */
class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String BURROW = "./burrow";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");

    /** What a reader replaces: {@code $PORT}, {@code ${PORT}}, {@code $(cat port)}, {@code PORT}. */
    private static final Pattern PLACE_HOLDER = Pattern.compile("\\$\\{?\\w+}?|\\$\\(.*\\)|[A-Z]+");

    /** Between them they suit every type of option. */
    private static final List<String> STAND_INS = List.of("1", "1s");

    @Test
    void everyCommandInABlock_isUnderstood() throws IOException {
        int found = 0;
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> page : pages().entrySet()) {
            List<List<String>> commands = commandsInBlocks(page.getValue());
            found += commands.size();
            commands.forEach(command -> addProblem(page.getKey(), command, problem(command), problems));
        }
        assertThat(problems).isEmpty();
        assertThat(found).as("commands found").isGreaterThan(20);
    }

    @Test
    void everyCommandInTheText_names_whatThereIs() throws IOException {
        int found = 0;
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> page : pages().entrySet()) {
            List<List<String>> commands = commandsInText(page.getValue());
            found += commands.size();
            commands.forEach(command -> addProblem(page.getKey(), command, unknown(command), problems));
        }
        assertThat(problems).isEmpty();
        assertThat(found).as("commands found").isGreaterThan(20);
    }

    /** One in a block of another name would not be looked at. */
    @Test
    void commandsStand_inBlocksOfShellAlone() throws IOException {
        List<String> elsewhere = new ArrayList<>();
        for (Map.Entry<String, String> page : pages().entrySet()) {
            BLOCK.matcher(page.getValue())
                    .results()
                    .filter(block -> !block.group(1).equals("sh"))
                    .filter(block -> block.group(2).contains(BURROW + " ")
                            || List.of("bash", "shell", "console").contains(block.group(1)))
                    .forEach(block -> elsewhere.add(page.getKey() + ": " + block.group()));
        }
        assertThat(elsewhere).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./burrow dmeo",
                "./burrow demo --wat",
                "./burrow demo \\\n    --wat",
                "./burrow demo & ./burrow sim --wat",
                "cd burrow && ./burrow demo --wat # --page",
                "JAVA_HOME=/jdk ./burrow demo --wat",
                "nohup ./burrow demo --wat >demo.log 2>&1",
                "./burrow demo --page | grep http; ./burrow chaos",
                "seq 3 | ./burrow demo --port many --page",
                "./burrow chaos --minutes five",
                "./burrow run --topic orders"
            })
    void aCommandThatIsNotUnderstood_isFound(String line) {
        List<List<String>> commands = commandsInBlocks("```sh\n" + line + "\n```");
        assertThat(commands.stream().map(DocumentedCommandsTest::problem)).anyMatch(problem -> !problem.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./burrow demo # in a minute, --with all",
                "./burrow demo \\\n    --page",
                "JAVA_HOME=/jdk nohup ./burrow demo --page >demo.log 2>&1 &",
                "./burrow demo --page --port $PORT",
                "./burrow demo --page --port ${PORT}",
                "./burrow demo --page --port \"$(cat port)\"",
                "./burrow chaos --minutes M --seed $SEED",
                "./burrow run --topic T --group G --bootstrap-servers \"$HOST:9092\" --timeout $TIME --exec 'cat; true'"
            })
    void aCommandThatIsUnderstood_isNoProblem(String line) {
        List<List<String>> commands = commandsInBlocks("```sh\n" + line + "\n```");
        assertThat(commands).hasSize(1);
        assertThat(problem(commands.get(0))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"./burrow dmeo", "./burrow dlq erase", "./burrow bench --wat=3"})
    void aWordInTheTextThatDoesNotExist_isFound(String code) {
        List<List<String>> commands = commandsInText("see `" + code + "`");
        assertThat(commands).hasSize(1);
        assertThat(unknown(commands.get(0))).isNotEmpty();
    }

    /** The shell is the judge of what its words are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "say a 'b c' \"d e\" f\\ g h'i j'k",
                "say a \\\n  b # c\nsay d",
                "say a#b '#' \"#\" ''",
                "say \"a\\\"b\\\\c\\d\" 'a\\b' a\\\\b",
                "x=1 say 'a=b' c=d",
                "say a; say b && say c",
                "say a 2>&1; say b </dev/null c; say d >&1 e",
                "(say a b); say 'c;d' \"e|f\" g\\&h"
            })
    void words_areThoseOfTheShell(String line) throws Exception {
        String expected = saidByTheShell(line);

        StringBuilder said = new StringBuilder();
        for (List<String> command : ShellText.commands(line)) {
            assertThat(command.get(0)).isEqualTo("say");
            command.stream()
                    .skip(1)
                    .forEach(word -> said.append('[').append(word).append(']'));
            said.append('\n');
        }
        assertThat(said).hasToString(expected);
    }

    private static String saidByTheShell(String line) throws IOException, InterruptedException {
        String script = "say() { for word in \"$@\"; do printf '[%s]' \"$word\"; done; echo; }\n" + line;
        Process shell = new ProcessBuilder("/bin/sh", "-c", script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor()).isZero();
        return said;
    }

    private static void addProblem(String page, List<String> command, String problem, List<String> problems) {
        if (!problem.isEmpty()) {
            problems.add(page + ": " + BURROW + " " + String.join(" ", command) + ": " + problem);
        }
    }

    /** Documents, and the forms that reporters fill in, by their names. */
    private static Map<String, String> pages() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        for (String directory : List.of("", "docs", ".github", ".github/ISSUE_TEMPLATE")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
                for (Path file : files.filter(file -> file.toString().matches(".*\\.(md|yml)"))
                        .toList()) {
                    pages.put(ROOT.relativize(file).toString(), Files.readString(file));
                }
            }
        }
        assertThat(pages).containsKeys("README.md", "CONTRIBUTING.md", "docs/run.md", "docs/proof.md");
        return pages;
    }

    private static List<List<String>> commandsInBlocks(String page) {
        return BLOCK.matcher(page)
                .results()
                .filter(block -> block.group(1).equals("sh"))
                .flatMap(block -> burrows(block.group(2)))
                .toList();
    }

    private static List<List<String>> commandsInText(String page) {
        return Pattern.compile("`([^`\\n]+)`")
                .matcher(BLOCK.matcher(page).replaceAll(""))
                .results()
                .map(code -> code.group(1))
                .filter(code -> code.equals(BURROW) || code.startsWith(BURROW + " "))
                .flatMap(DocumentedCommandsTest::burrows)
                .toList();
    }

    /** The words after {@code ./burrow}, which may have others before it, such as nohup. */
    private static Stream<List<String>> burrows(String shell) {
        return ShellText.commands(shell).stream()
                .filter(words -> words.contains(BURROW))
                .map(words -> words.subList(words.indexOf(BURROW) + 1, words.size()));
    }

    /** Why a command is not understood; empty if it is. */
    private static String problem(List<String> words) {
        String problem = "";
        for (String standIn : STAND_INS) {
            String[] filled = words.stream()
                    .map(word -> PLACE_HOLDER.matcher(word).matches() ? standIn : word)
                    .toArray(String[]::new);
            try {
                commandLine().parseArgs(filled);
                return "";
            } catch (ParameterException refused) {
                problem = problem.isEmpty() ? String.valueOf(refused.getMessage()) : problem;
            }
        }
        return problem;
    }

    /** The first word that there is not; empty if there is each. Text may leave away what is required. */
    private static String unknown(List<String> words) {
        CommandLine command = commandLine();
        for (String word : words) {
            if (word.startsWith("-")) {
                if (command.getCommandSpec().findOption(word.replaceFirst("=.*", "")) == null) {
                    return "no option " + word;
                }
            } else if (!command.getSubcommands().isEmpty()) {
                CommandLine next = command.getSubcommands().get(word);
                if (next == null) {
                    return "no command " + word + "; there are "
                            + command.getSubcommands().keySet();
                }
                command = next;
            }
        }
        return "";
    }

    private static CommandLine commandLine() {
        return BurrowCli.commandLine(DemoPlan.standard());
    }
}
