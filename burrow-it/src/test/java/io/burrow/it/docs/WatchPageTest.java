package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/page.md to its example and to the names that it documents. */
class WatchPageTest {
    private final Page page = new Page("docs/page.md", WatchPageExamples.class);

    @Test
    void everyJavaBlock_isAnExample() throws IOException {
        page.assertShowsItsExamplesWordForWord();
    }

    @Test
    void everyLink_leadsToAFile_andEveryPictureIsThere() throws IOException {
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void everyName_isDocumented() throws IOException {
        Stream<String> names = Stream.of(Stats.class, PartitionStats.class)
                .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                .map(RecordComponent::getName)
                .map(name -> name.equals("oldestAge") ? "oldestAgeMillis" : name);
        Stream<String> states =
                Arrays.stream(BurrowState.values()).map(state -> state.name().toLowerCase(Locale.ROOT));
        String text = page.text();
        assertThat(Stream.concat(names, states))
                .allSatisfy(name -> assertThat(text).contains("`" + name + "`"));
    }
}
