package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Holds the README to the examples that are compiled and run, and to the files that it names. */
class ReadmeTest {
    private final Page readme = new Page("README.md", ReadmeExamples.class);

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryExampleIsShown() throws IOException {
        readme.assertShowsItsExamplesWordForWord();
    }

    @Test
    void theCommands_areTheOnesThatTheBuildUses() throws IOException {
        String shell = String.join("\n", readme.blocks("sh"));
        assertThat(shell).contains("./burrow demo").contains("mvn verify");
        assertThat(Files.readString(Page.root().resolve(".ci/run"))).contains("verify");
    }

    @Test
    void everyLink_leadsToAFile() throws IOException {
        readme.assertItsLinksLeadToFiles();
    }

    @Test
    void itTellsTheLagMonitorApart() throws IOException {
        assertThat(readme.text()).contains("lag monitor");
    }
}
