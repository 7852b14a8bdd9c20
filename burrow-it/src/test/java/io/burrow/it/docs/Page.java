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

/** A page of the documents, and the class whose marked parts are its Java. */
final class Page {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path EXAMPLES = ROOT.resolve("burrow-it/src/test/java/io/burrow/it/docs");

    private final Path file;
    private final Path examples;

    Page(String file, Class<?> examples) {
        this.file = ROOT.resolve(file);
        this.examples = EXAMPLES.resolve(examples.getSimpleName() + ".java");
    }

    static Path root() {
        return ROOT;
    }

    String text() throws IOException {
        return Files.readString(file);
    }

    /** What stands in blocks of a language. */
    List<String> blocks(String language) throws IOException {
        Matcher matcher =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(text());
        return matcher.results().map(block -> block.group(1)).toList();
    }

    void assertShowsItsExamplesWordForWord() throws IOException {
        assertThat(blocks("java"))
                .isNotEmpty()
                .containsExactlyElementsOf(examples().values());
    }

    void assertItsLinksLeadToFiles() throws IOException {
        Matcher links = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)").matcher(text());
        while (links.find()) {
            assertThat(file.resolveSibling(links.group(1))).exists();
        }
    }

    private Map<String, String> examples() throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        Matcher matcher = Pattern.compile("( +)// \\[([a-z-]+)]\n(.*?) +// \\[\\2]\n", Pattern.DOTALL)
                .matcher(Files.readString(examples));
        while (matcher.find()) {
            String indent = matcher.group(1);
            found.put(matcher.group(2), matcher.group(3).replaceAll("(?m)^" + indent, ""));
        }
        return found;
    }
}
