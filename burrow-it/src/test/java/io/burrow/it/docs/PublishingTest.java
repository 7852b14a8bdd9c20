package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what a public forge shows, and what is published, to the build and to each other. */
class PublishingTest {
    private static final Path CORE = Page.root().resolve("burrow-core/src/main/java/io/burrow/core");
    private static final Set<String> PUBLIC_PACKAGES = Set.of("guice", "stage", "testing");

    private static JsonNode yaml(String file) throws IOException {
        return new YAMLMapper().readTree(Page.root().resolve(file).toFile());
    }

    private static Set<String> matches(String regex, String text) {
        return Pattern.compile(regex, Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String version() throws IOException {
        return new Page("pom.xml", PublishingTest.class)
                .text()
                .replaceFirst("(?s).*?<artifactId>burrow-parent</artifactId>\\s*<version>(.*?)</version>.*", "$1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/releases.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"})
    void everyLink_leadsToAFile(String file) throws IOException {
        new Page(file, PublishingTest.class).assertItsLinksLeadToFiles();
    }

    @Test
    void theWorkflow_runsTheSameScript_onEachJava() throws IOException {
        JsonNode job = yaml(".github/workflows/ci.yml").path("jobs").path("verify");
        List<Integer> releases = new ArrayList<>();
        job.path("strategy").path("matrix").path("java").forEach(release -> releases.add(release.asInt()));
        List<String> commands = new ArrayList<>();
        job.path("steps").forEach(step -> commands.add(step.path("run").asText()));

        assertThat(releases).containsExactly(17, 21, 25);
        assertThat(commands).contains(".ci/run");
        assertThat(Page.root().resolve(".ci/run")).isExecutable();
        assertThat(Page.root().resolve(".ci/reproduce")).isExecutable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bug", "docs", "idea"})
    void everyForm_asksForSomething(String form) throws IOException {
        JsonNode body = yaml(".github/ISSUE_TEMPLATE/" + form + ".yml").path("body");
        Set<String> ids = new TreeSet<>();
        int questions = 0;
        for (JsonNode part : body) {
            if (!part.path("type").asText().equals("markdown")) {
                questions++;
                ids.add(part.path("id").asText());
                assertThat(part.path("attributes").path("label").asText()).isNotBlank();
            }
        }
        assertThat(ids).as("one for each question").hasSize(questions).isNotEmpty();
    }

    @Test
    void thePage_namesTheVersionOfTheBuild_andEveryModuleThatIsPublished() throws IOException {
        String page = new Page("docs/releases.md", PublishingTest.class).text();

        assertThat(matches("<burrow.version>(.*?)</burrow.version>", page)).containsExactly(version());
        Set<String> published = matches("<module>(.*?)</module>", new Page("pom.xml", PublishingTest.class).text());
        published.remove("burrow-it");
        assertThat(matches("<artifactId>(.*?)</artifactId>", page)).isEqualTo(published);
    }

    /** Pages tell people to build with {@code -DskipTests}, and Failsafe by itself does not heed that. */
    @Test
    void skippingTests_skipsThoseOnBrokersToo() throws IOException {
        String pom = new Page("pom.xml", PublishingTest.class).text();
        assertThat(matches("<skipTests>(.*?)</skipTests>", pom)).containsExactly("false");
        assertThat(matches("<skipITs>(.*?)</skipITs>", pom)).containsExactly("${skipTests}");
    }

    /** Each place holder, or a release would go out with one that leads nowhere. */
    @Test
    void theReleaseBuild_looksAtEveryPlaceForAnAddress() throws IOException {
        String pom = new Page("pom.xml", PublishingTest.class).text().replaceAll("(?s)<!--.*?-->", "");
        String condition = matches("<condition>(.*?)</condition>", pom).stream()
                .filter(each -> each.contains("burrow.invalid"))
                .collect(Collectors.joining());
        long places = Pattern.compile("<(\\w+)>[^<]*burrow\\.invalid[^<]*</\\1>")
                .matcher(pom)
                .results()
                .filter(place -> !place.group(1).equals("condition"))
                .count();

        Set<String> asked = matches("\\$\\{(.*?)}", condition);
        asked.remove("project.version");
        assertThat(asked)
                .hasSize((int) places)
                .contains("project.scm.developerConnection", "project.developers[0].url");
    }

    /** A package that is internal, but documented and held against the last release, would look like API. */
    @Test
    void internalPackagesOfCore_areInNoJavadoc_andMayChange() throws IOException {
        Set<String> internal;
        try (Stream<Path> packages = Files.list(CORE).filter(Files::isDirectory)) {
            internal = packages.map(directory -> directory.getFileName().toString())
                    .filter(name -> !PUBLIC_PACKAGES.contains(name))
                    .map("io.burrow.core."::concat)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        String pom = new Page("burrow-core/pom.xml", PublishingTest.class).text();
        String undocumented = String.join("", matches("<excludePackageNames>(.*?)</excludePackageNames>", pom));

        assertThat(undocumented.split(",")).containsExactlyInAnyOrderElementsOf(internal);
        assertThat(matches("<exclude>(io\\.burrow\\.core\\..*?)</exclude>", pom))
                .isEqualTo(internal);
    }
}
