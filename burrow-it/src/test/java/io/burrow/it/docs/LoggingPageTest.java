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
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/logging.md to the sources: every line that is logged, at its level, and no other. */
class LoggingPageTest {
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final String STRINGS = "\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*\\+?\\s*)+)";
    private static final Pattern PLAIN =
            Pattern.compile("\\blog(?:\\(\\))?\\s*\\.\\s*(error|warn|info|debug|trace)\\(" + STRINGS);
    private static final Pattern FLUENT = Pattern.compile(
            "\\.at(Error|Warn|Info|Debug|Trace)\\(\\)(?:(?!\\.log\\().)*?\\.log\\(" + STRINGS, Pattern.DOTALL);
    private static final Pattern ANY_CALL = Pattern.compile(
            "\\blog(?:\\(\\))?\\s*\\.\\s*(?:error|warn|info|debug|trace)\\(|\\.at(?:Error|Warn|Info|Debug|Trace)\\(\\)");
    /** Errors are logged by what Events offers, at a level that its caller names. */
    private static final Pattern ERROR = Pattern.compile("\\blog\\(Level\\.(ERROR|WARN), \\w+");

    /** All that are for users. */
    private static final List<String> MODULES =
            List.of("burrow-api", "burrow-core", "burrow-kafka", "burrow-metrics-prometheus", "burrow-tracing-otel");

    private static final Pattern KEY = Pattern.compile("\\.addKeyValue\\(\"(\\w+)\"");

    private final Page page = new Page("docs/logging.md", LoggingPageTest.class);

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Page.root().resolve(module + "/src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    private static String text(String strings) {
        return STRING.matcher(strings)
                .results()
                .map(part -> part.group(1).replace("\\\"", "\""))
                .collect(Collectors.joining());
    }

    private static void add(Set<String> lines, Matcher calls) {
        calls.results()
                .map(call -> call.group(1).toUpperCase(Locale.ROOT) + " " + text(call.group(2)))
                .forEach(lines::add);
    }

    @Test
    void everyLine_standsOnThePageAtItsLevel_andNoOther() throws IOException {
        Set<String> logged = new TreeSet<>();
        for (Path file : sources()) {
            String source = Files.readString(file);
            add(logged, PLAIN.matcher(source));
            add(logged, FLUENT.matcher(source));
            ERROR.matcher(source).results().map(call -> call.group(1) + " {}").forEach(logged::add);
            long read = PLAIN.matcher(source).results().count()
                    + FLUENT.matcher(source).results().count();
            assertThat(ANY_CALL.matcher(source).results().map(MatchResult::group))
                    .as("calls in %s, all of which were read", file.getFileName())
                    .hasSize((int) read);
        }

        Set<String> told = new TreeSet<>();
        String level = "";
        for (String line : page.text().lines().toList()) {
            if (line.startsWith("#")) {
                level = line.startsWith("### ") ? line.replaceFirst("### (\\w+).*", "$1") : "";
            } else if (!level.isEmpty() && line.startsWith("| `")) {
                told.add(level + " " + line.replaceFirst("\\| `([^`]*)` \\|.*", "$1"));
            }
        }
        assertThat(logged).hasSizeGreaterThan(25);
        assertThat(told).isEqualTo(logged);
    }

    /** Those at DEBUG need none. */
    @Test
    void everyLineThatNamesSomething_hasKeyValues_whichStandOnThePage() throws IOException {
        String told = page.text().substring(0, page.text().indexOf("\n### "));
        Set<String> keys = new TreeSet<>();
        for (Path file : sources()) {
            String source = Files.readString(file);
            assertThat(PLAIN.matcher(source).results())
                    .as("lines without key-values in %s", file.getFileName())
                    .filteredOn(call ->
                            !call.group(1).equals("debug") && call.group(2).contains("{}"))
                    .isEmpty();
            assertThat(FLUENT.matcher(source).results())
                    .as("lines without key-values in %s", file.getFileName())
                    .filteredOn(call -> call.group(2).contains("{}"))
                    .allMatch(call -> call.group().contains(".addKeyValue("));
            KEY.matcher(source).results().map(call -> call.group(1)).forEach(keys::add);
        }
        assertThat(keys)
                .hasSizeGreaterThan(8)
                .allSatisfy(key -> assertThat(told).contains("`" + key + "`"));
    }

    @Test
    void everyFlightEvent_standsOnThePage_withItsFields() throws IOException {
        Path events = Page.root().resolve("burrow-core/src/main/java/io/burrow/core/jfr");
        try (Stream<Path> files = Files.list(events)) {
            List<Path> classes =
                    files.filter(file -> file.toString().endsWith("Event.java")).toList();
            assertThat(classes).hasSize(4);
            for (Path file : classes) {
                String source = Files.readString(file);
                String name = Pattern.compile("@Name\\(\"(.*?)\"\\)")
                        .matcher(source)
                        .results()
                        .findFirst()
                        .orElseThrow()
                        .group(1);
                String row = page.text()
                        .lines()
                        .filter(line -> line.startsWith("| `" + name + "` |"))
                        .findFirst()
                        .orElseThrow();
                assertThat(Pattern.compile("(?m)^    (?:String|int|long|boolean) (\\w+);")
                                .matcher(source)
                                .results()
                                .map(field -> field.group(1))
                                .filter(field -> !field.equals("burrow")))
                        .isNotEmpty()
                        .allSatisfy(field -> assertThat(row).contains("`" + field + "`"));
            }
        }
    }

    @Test
    void everyLink_leadsToAFile() throws IOException {
        page.assertItsLinksLeadToFiles();
    }
}
