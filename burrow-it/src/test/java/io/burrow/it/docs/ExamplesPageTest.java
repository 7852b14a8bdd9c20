package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/examples.md to the programs and tests that there are. */
class ExamplesPageTest {
    private static final Path PROGRAMS = Path.of("src/main/java/io/burrow/it/examples");
    private static final Path TESTS = Path.of("src/test/java/io/burrow/it/examples");

    private final Page page = new Page("docs/examples.md", ReadmeExamples.class);

    @Test
    void everyProgram_isListedWithItsTest_andEveryLinkLeadsToAFile() throws IOException {
        String text = page.text();
        List<String> programs;
        try (Stream<Path> files = Files.list(PROGRAMS)) {
            programs = files.filter(ExamplesPageTest::isProgram)
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .toList();
        }
        assertThat(programs)
                .hasSizeGreaterThan(5)
                .allSatisfy(program -> assertThat(text)
                        .contains("[" + program + "](../burrow-it/" + PROGRAMS + "/" + program + ".java)")
                        .contains("-Dit.test=" + program + "IT`"));
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void everyTestThatIsNamed_isThere_andEveryTestIsNamed() throws IOException {
        List<String> named = Pattern.compile("-D(?:it\\.)?test=(\\w+)")
                .matcher(page.text())
                .results()
                .map((MatchResult match) -> match.group(1))
                .filter(name -> !name.equals("None"))
                .distinct()
                .toList();
        try (Stream<Path> files = Files.list(TESTS)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".java", ""))
                            .filter(name -> name.endsWith("IT") || name.endsWith("Test")))
                    .containsExactlyInAnyOrderElementsOf(named);
        }
    }

    private static boolean isProgram(Path file) {
        try {
            return Files.readString(file).contains("public static void main(String[] args)");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
