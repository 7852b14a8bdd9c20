package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds docs/getting-started.md to its project, which io.burrow.it.alacarte.GettingStartedIT compiles and runs. */
class GettingStartedPageTest {
    private final Page page = GettingStarted.page();

    @Test
    void itShowsTheProject() throws IOException {
        assertThat(page.blocks("xml")).containsExactly(Files.readString(GettingStarted.pom()));
        List<Path> sources = GettingStarted.sources();
        assertThat(page.blocks("java"))
                .containsExactly(
                        Files.readString(sources.get(0)),
                        Files.readString(sources.get(1)),
                        Files.readString(GettingStarted.test()));
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void thePom_namesTheVersionsOfTheBuild() throws IOException {
        Map<String, String> versions = Poms.managed();
        assertThat(GettingStarted.dependencies())
                .hasSize(5)
                .allSatisfy(each ->
                        assertThat(each.version()).isEqualTo(versions.get(each.group() + ":" + each.artifact())));
    }

    /**
     * Of those that Maven 3.8 takes when none is named, one fails for want of a source level, and the other finds no
     * test and says nothing.
     */
    @ParameterizedTest
    @ValueSource(strings = {"compiler", "surefire"})
    void thePom_namesThePluginsOfTheBuild(String plugin) throws IOException {
        String version = Files.readString(Page.root().resolve("pom.xml"))
                .replaceFirst("(?s).*<" + plugin + "-plugin.version>([^<]*)<.*", "$1");
        assertThat(Files.readString(GettingStarted.pom()).replaceAll("\\s+", ""))
                .contains("<artifactId>maven-" + plugin + "-plugin</artifactId><version>" + version + "</version>");
    }
}
