package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.it.docs.Poms.Dependency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the XML of every document to the POMs: what is copied from there is found, and is what the build uses. */
class DependencyBlocksTest {

    @Test
    void everyDependency_isAModuleOfTheBuild_orOfAVersionThatTheBuildUses() throws IOException {
        int found = 0;
        List<String> problems = new ArrayList<>();
        for (Path page : pages()) {
            for (String block : blocks(Files.readString(page))) {
                found += Poms.dependencies(block).size();
                problems(block).forEach(problem -> problems.add(page.getFileName() + ": " + problem));
            }
        }
        assertThat(problems).isEmpty();
        assertThat(found).as("dependencies found").isGreaterThan(10);
    }

    @ParameterizedTest
    @CsvSource({
        "README.md, burrow-kafka",
        "README.md, burrow-core",
        "docs/getting-started.md, burrow-core",
        "docs/getting-started.md, burrow-kafka",
        "docs/operations.md, burrow-metrics-prometheus",
        "docs/page.md, burrow-metrics-prometheus",
        "docs/tracing.md, burrow-tracing-otel"
    })
    void aPageAboutAModule_saysHowToHaveIt(String page, String module) throws IOException {
        List<String> artifacts = new ArrayList<>();
        for (String block : blocks(Files.readString(Page.root().resolve(page)))) {
            Poms.dependencies(block).forEach(dependency -> artifacts.add(dependency.artifact()));
        }
        assertThat(artifacts).contains(module);
    }

    @ParameterizedTest
    @CsvSource({
        "io.burrow, burrow-kafak, VERSION, no module",
        "io.burow, burrow-kafka, VERSION, not a dependency of the build",
        "io.burrow, burrow-it, VERSION, no module",
        "io.burrow, burrow-kafka, 0.0.1, the build has",
        "io.burrow, burrow-kafka, '', the build has",
        "io.burrow, burrow-kafka, ${no.such}, the build has",
        "org.slf4j, slf4j-simple, 1.7.36, the build has"
    })
    void aDependencyThatIsWrong_isFound(String group, String artifact, String version, String problem)
            throws IOException {
        String said = version.replace("VERSION", Poms.version());
        String block = "<dependency><groupId>" + group + "</groupId><artifactId>" + artifact + "</artifactId><version>"
                + said + "</version></dependency>";
        assertThat(problems(block)).singleElement().asString().contains(problem);
    }

    @Test
    void xmlThatIsNotWellFormed_isFound() {
        assertThatThrownBy(() -> problems("<dependency><groupId>io.burrow</dependency>"))
                .hasMessageContaining("not well-formed");
    }

    private static List<String> problems(String block) throws IOException {
        Map<String, String> properties = Poms.properties(block);
        Map<String, String> managed = Poms.managed();
        List<String> problems = new ArrayList<>();
        for (Dependency each : Poms.dependencies(block)) {
            String version = Poms.resolved(each.version(), properties);
            String expected = managed.get(each.name());
            if (each.group().equals(Poms.group()) && !Poms.published().contains(each.artifact())) {
                problems.add("no module that is published: " + each);
            } else if (expected == null) {
                problems.add("not a dependency of the build: " + each);
            } else if (!version.equals(expected)) {
                problems.add("the build has " + expected + ": " + each);
            }
        }
        return problems;
    }

    private static List<String> blocks(String page) {
        return Pattern.compile("```xml\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String directory : List.of("", "docs")) {
            try (Stream<Path> files = Files.list(Page.root().resolve(directory))) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }
}
