package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds docs/getting-started.md to its project, which io.burrow.it.alacarte.GettingStartedIT compiles and runs. */
class GettingStartedPageTest {
    private final Page page = GettingStarted.page();

    @Test
    void itShowsTheProject() throws IOException {
        assertThat(page.blocks("xml")).containsExactly(Files.readString(GettingStarted.pom()));
        List<Path> sources = GettingStarted.sources();
        assertThat(page.blocks("java"))
                .containsExactly(Files.readString(sources.get(0)), Files.readString(sources.get(1)));
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void thePom_namesTheVersionsOfTheBuild() throws IOException {
        String build = Files.readString(Page.root().resolve("pom.xml"));
        String own = build.replaceFirst("(?s).*?<artifactId>burrow-parent</artifactId>\\s*<version>([^<]*)<.*", "$1");
        String slf4j = build.replaceFirst("(?s).*<slf4j.version>([^<]*)<.*", "$1");
        assertThat(GettingStarted.dependencies())
                .hasSize(3)
                .allSatisfy(each ->
                        assertThat(each.version()).isEqualTo(each.group().equals("io.burrow") ? own : slf4j));
    }

    /** The compiler plugin that Maven 3.8 takes when none is named fails for want of a source level. */
    @Test
    void thePom_namesTheCompilerPluginOfTheBuild() throws IOException {
        String version = Files.readString(Page.root().resolve("pom.xml"))
                .replaceFirst("(?s).*<compiler-plugin.version>([^<]*)<.*", "$1");
        assertThat(Files.readString(GettingStarted.pom()).replaceAll("\\s+", ""))
                .contains("<artifactId>maven-compiler-plugin</artifactId><version>" + version + "</version>");
    }
}
