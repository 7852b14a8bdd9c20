package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the README to the examples that are compiled and run, and to the files that it names. */
class ReadmeTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path EXAMPLES = ROOT.resolve("burrow-it/src/test/java/io/burrow/it/docs/ReadmeExamples.java");

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryExampleIsShown() throws IOException {
        List<String> blocks = blocks(readme(), "java");
        assertThat(blocks)
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(examples().values());
    }

    @Test
    void theCommands_areTheOnesThatTheBuildUses() throws IOException {
        String shell = String.join("\n", blocks(readme(), "sh"));
        assertThat(shell).contains("./burrow demo").contains("mvn verify");
        assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("verify");
    }

    @Test
    void everyLink_leadsToAFile() throws IOException {
        Matcher links = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)").matcher(readme());
        while (links.find()) {
            assertThat(ROOT.resolve(links.group(1))).exists();
        }
    }

    @Test
    void itTellsTheLagMonitorApart() throws IOException {
        assertThat(readme()).contains("lag monitor");
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    private static List<String> blocks(String text, String language) {
        Matcher matcher =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(text);
        return matcher.results().map(block -> block.group(1)).toList();
    }

    private static Map<String, String> examples() throws IOException {
        Map<String, String> examples = new LinkedHashMap<>();
        Matcher matcher = Pattern.compile("( +)// \\[([a-z-]+)]\n(.*?) +// \\[\\2]\n", Pattern.DOTALL)
                .matcher(Files.readString(EXAMPLES));
        while (matcher.find()) {
            String indent = matcher.group(1);
            examples.put(matcher.group(2), matcher.group(3).replaceAll("(?m)^" + indent, ""));
        }
        return examples;
    }
}
