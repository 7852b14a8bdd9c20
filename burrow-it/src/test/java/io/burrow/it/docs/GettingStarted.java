package io.burrow.it.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The project that docs/getting-started.md shows. */
public final class GettingStarted {
    private static final Path PROJECT = Page.root().resolve("docs/getting-started");
    private static final Path SOURCES = PROJECT.resolve("src/main/java/mailer");

    /** A dependency that the project's pom names; its scope is empty if it names none. */
    record Dependency(String group, String artifact, String version, String scope) {}

    private GettingStarted() {}

    static Page page() {
        return new Page("docs/getting-started.md", GettingStarted.class);
    }

    static Path pom() {
        return PROJECT.resolve("pom.xml");
    }

    /** Its classes. */
    public static List<Path> sources() {
        return List.of(SOURCES.resolve("Mailer.java"), SOURCES.resolve("WithoutBroker.java"));
    }

    /** Its test. */
    public static Path test() {
        return PROJECT.resolve("src/test/java/mailer/MailerTest.java");
    }

    /** What its pom names for its classes, as {@code group:artifact}. */
    public static List<String> artifacts() throws IOException {
        return dependencies().stream()
                .filter(each -> !each.scope().equals("test"))
                .map(each -> each.group() + ":" + each.artifact())
                .toList();
    }

    static List<Dependency> dependencies() throws IOException {
        Matcher found = Pattern.compile("<dependency>\\s*<groupId>([^<]*)</groupId>\\s*<artifactId>([^<]*)</artifactId>"
                        + "\\s*<version>([^<]*)</version>(?:\\s*<scope>([^<]*)</scope>)?")
                .matcher(Files.readString(pom()));
        return found.results()
                .map(each -> new Dependency(
                        each.group(1), each.group(2), each.group(3), Objects.requireNonNullElse(each.group(4), "")))
                .toList();
    }

    /** What the page says that the one without a broker prints. */
    public static String printed() throws IOException {
        return page().blocks("text").get(0).strip();
    }
}
