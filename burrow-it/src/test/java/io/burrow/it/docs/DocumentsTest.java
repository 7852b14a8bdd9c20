package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What holds of all documents: the index has each of them, links lead somewhere, and no Java stands there unchecked.
 */
class DocumentsTest {
    private static final Path DOCS = Page.root().resolve("docs");
    private static final Path SOURCES = Page.root().resolve("burrow-it/src/test/java/io/burrow/it/docs");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

    @Test
    void theIndex_hasEveryPage() throws IOException {
        String index = Files.readString(DOCS.resolve("README.md"));
        Set<String> linked = LINK.matcher(index)
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.startsWith("../"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> pages = new TreeSet<>();
        for (Path page : pages()) {
            pages.add(page.getFileName().toString());
        }
        pages.remove("README.md");
        assertThat(linked).isEqualTo(pages);
    }

    @Test
    void everyLink_leadsToAFileAndAHeadingOfIt() throws IOException {
        List<String> broken = new ArrayList<>();
        List<Path> all = new ArrayList<>(pages());
        all.addAll(pagesIn(Page.root()));
        for (Path page : all) {
            Matcher links = LINK.matcher(withoutCode(Files.readString(page)));
            while (links.find()) {
                String link = links.group(1);
                if (!link.contains("://") && !leadsSomewhere(page, link)) {
                    broken.add(page.getFileName() + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyJavaBlock_isMadeOfCompiledCode() throws IOException {
        String compiled;
        try (Stream<Path> files = Files.list(SOURCES)) {
            compiled = flat(Stream.of(files, GettingStarted.sources().stream(), Stream.of(GettingStarted.test()))
                    .flatMap(each -> each)
                    .map(DocumentsTest::read)
                    .collect(Collectors.joining("\n")));
        }
        for (Path page : pages()) {
            Matcher blocks =
                    Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(read(page));
            while (blocks.find()) {
                assertThat(compiled).as("Java of %s", page.getFileName()).contains(flat(blocks.group(1)));
            }
        }
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file);
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0 || headings(Files.readString(target)).contains(link.substring(hash + 1));
    }

    /** As the hosts of repositories make them: small letters, digits, hyphens for spaces, all else left out. */
    private static Set<String> headings(String text) {
        return Pattern.compile("(?m)^#+ (.*)$")
                .matcher(withoutCode(text))
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String withoutCode(String text) {
        return text.replaceAll("(?s)```.*?```", "");
    }

    private static String flat(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private static List<Path> pages() throws IOException {
        return pagesIn(DOCS);
    }

    private static List<Path> pagesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
