package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the README to the examples that are compiled and run, and to the files that it names. */
class ReadmeTest {
    private final Page readme = new Page("README.md", ReadmeExamples.class);

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryExampleIsShown() throws IOException {
        readme.assertShowsItsExamplesWordForWord();
    }

    @Test
    void theCommands_areTheOnesThatTheBuildUses() throws IOException {
        String shell = String.join("\n", readme.blocks("sh"));
        assertThat(shell).contains("./burrow demo").contains("mvn verify");
        assertThat(Files.readString(Page.root().resolve(".ci/run"))).contains("verify");
    }

    /** In the table, "api" and the like stand for Burrow's own; case is for the eye. */
    @Test
    void theTableOfModules_hasEveryModule_andWhatItBrings() throws IOException {
        Map<String, Set<String>> table = new LinkedHashMap<>();
        Map<String, Set<String>> expected = new LinkedHashMap<>();
        List<String> modules = Poms.published();
        for (String line : readme.text()
                .lines()
                .filter(row -> row.startsWith("| `burrow-"))
                .toList()) {
            String[] cells = line.split("\\|");
            Set<String> brought = new TreeSet<>();
            for (String name : cells[3].strip().toLowerCase(Locale.ROOT).split(", ")) {
                brought.add(modules.contains("burrow-" + name) ? "burrow-" + name : name);
            }
            table.put(cells[1].replaceAll("[`\\s]", ""), brought);
        }
        for (String module : modules) {
            expected.put(module, Poms.brought(module));
        }
        assertThat(table).containsExactlyEntriesOf(expected);
    }

    @Test
    void groupAndVersion_areThoseOfTheBuild() throws IOException {
        String text = readme.text();
        assertThat(found("\\(`([^`:]+):…:[^`]+`\\)", text)).containsExactly(Poms.group());
        assertThat(found("Group `([^`]+)`", text)).containsExactly(Poms.group());
        assertThat(found("(?:version `|:…:)([^`]+)`", text)).hasSize(2).containsOnly(Poms.version());
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void everyLink_leadsToAFile() throws IOException {
        readme.assertItsLinksLeadToFiles();
    }

    @Test
    void itTellsTheLagMonitorApart() throws IOException {
        assertThat(readme.text()).contains("lag monitor");
    }
}
