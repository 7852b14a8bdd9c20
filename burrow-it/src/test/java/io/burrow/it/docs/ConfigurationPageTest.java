package io.burrow.it.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.burrow.api.BurrowConfig;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/configuration.md to {@link BurrowConfig}. {@code -Dburrow.docs.write=true} writes its table anew in place
 * of comparing it.
 */
class ConfigurationPageTest {
    private static final String BEGIN = "<!-- begin: generated from BurrowConfig -->\n";
    private static final String END = "<!-- end -->\n";

    private final Page page = new Page("docs/configuration.md", ConfigurationExamples.class);

    /** What reads one setting and not the other. */
    private record Half(int read, int unread) {
        static int twice(Half half) {
            return 2 * half.read();
        }
    }

    @Test
    void theTable_isWhatTheRecordSays() throws IOException {
        String text = page.text();
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        String table = new ConfigReference().table();
        if (Boolean.getBoolean("burrow.docs.write")) {
            text = text.substring(0, begin) + table + text.substring(end);
            Files.write(Page.root().resolve("docs/configuration.md"), text.getBytes(UTF_8));
        }
        assertThat(text.substring(begin, text.indexOf(END)))
                .as("-Dburrow.docs.write=true writes it anew")
                .isEqualTo(table);
    }

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryLinkLeadsToAFile() throws IOException {
        page.assertShowsItsExamplesWordForWord();
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void settings_changeWhileRunning() {
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("mailer", List.of("orders")))
                        .config(ConfigurationExamples.settings())
                        .handler(message -> {}),
                new TestClock(),
                1);
        ConfigurationExamples.change(burrow.burrow());
        assertThat(burrow.burrow().config().concurrency()).isEqualTo(200);
        assertThat(burrow.burrow().config().maxRecordsPerSecond()).isEqualTo(1_000);
        assertThat(burrow.burrow().config().name()).isEqualTo("mailer");
    }

    @Test
    void wrongSettings_areToldTogether() throws IOException {
        assertThat(page.blocks("text")).containsExactly(ConfigurationExamples.wrong() + "\n");
    }

    @Test
    void whatCanChange_isWhatTheCommentsSay() throws IOException {
        ConfigReference reference = new ConfigReference();
        assertThat(ConfigReference.settings())
                .allSatisfy(setting -> assertThat(reference.isChangeable(setting))
                        .as("%s is changeable", setting.getName())
                        .isEqualTo(reference.comment(setting).endsWith("Changeable.")));
    }

    @Test
    void everySetting_isReadByTheEngine() {
        JavaClasses main = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.burrow.api", "io.burrow.core");
        assertThat(unread(main, BurrowConfig.class)).isEmpty();
    }

    @Test
    void aSettingThatNothingReads_isFound() {
        JavaClasses both = new ClassFileImporter().importClasses(Half.class, Reader.class);
        assertThat(unread(both, Half.class)).containsExactly("unread");
        assertThat(Reader.read(new Half(1, 2))).isEqualTo(1);
    }

    private static final class Reader {
        static int read(Half half) {
            return half.read();
        }
    }

    /** Who only compares settings at a change, or has them shown, does not make them do something. */
    private static List<String> unread(JavaClasses classes, Class<? extends Record> config) {
        JavaClass type = classes.get(config);
        return Arrays.stream(config.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(name -> readers(type.getMethod(name))
                        .noneMatch(reader -> !reader.getName().startsWith(config.getName())
                                && !reader.getSimpleName().equals("RuntimeSettings")))
                .toList();
    }

    private static Stream<JavaClass> readers(JavaMethod accessor) {
        return Stream.concat(
                accessor.getCallsOfSelf().stream().map(call -> call.getOriginOwner()),
                accessor.getReferencesToSelf().stream().map(reference -> reference.getOriginOwner()));
    }
}
