package io.burrow.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess.AccessType;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An option that does nothing is a defect. What is set on a builder has to be read for what is built, not only to be
 * checked; and what is built may not keep it unread. Of {@code BurrowConfig} itself io.burrow.it.docs tells.
 */
final class DeadOptionsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String[] ADAPTERS = {"io.burrow.kafka", "io.burrow.metrics", "io.burrow.tracing"};

    /** Counts what is given, so that too many can be refused: it is there for the check. */
    private static final String COUNTER = "io.burrow.core.BurrowBuilder.handlers";

    private static JavaClasses burrow;

    @BeforeAll
    static void importClasses() {
        burrow = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.burrow.api", "io.burrow.core", ADAPTERS[0], ADAPTERS[1], ADAPTERS[2]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.burrow.api.BurrowConfig$Builder",
                "io.burrow.core.BurrowBuilder",
                "io.burrow.core.testing.SourceOptions$Builder",
                "io.burrow.core.testing.TestMessage$Builder",
                "io.burrow.kafka.KafkaDeadLettersBuilder",
                "io.burrow.kafka.KafkaSourceBuilder",
                "io.burrow.kafka.KafkaTransactionsBuilder",
                "io.burrow.metrics.prometheus.BurrowMetrics$Builder",
                "io.burrow.metrics.prometheus.MetricsServer$Builder",
                "io.burrow.tracing.otel.BurrowTracing$Builder"
            })
    void everyBuilderOfUsers_isLookedAt(String name) {
        // rules over no classes would pass
        assertThat(builders().map(JavaClass::getName)).contains(name);
    }

    @Test
    void everyFieldOfABuilder_isReadByMoreThanItsSetters() {
        assertThat(builders().flatMap(DeadOptionsTest::unread)).isEmpty();
    }

    @Test
    void everyFieldOfABuilder_isReadByMoreThanItsCheck() throws IOException {
        List<String> unread = new ArrayList<>();
        for (JavaClass builder : builders().toList()) {
            String source = Files.readString(source(builder));
            fields(builder)
                    .filter(field -> !isUsed(field.getName(), builder.getSimpleName(), source))
                    .forEach(field -> unread.add(field.getFullName()));
        }
        assertThat(unread).containsExactly(COUNTER);
    }

    /** Builders hand their settings on to these: a value that ends there has no effect either. */
    @Test
    void everyFieldOfTheAdapters_isRead() {
        assertThat(burrow.stream()
                        .filter(type -> Stream.of(ADAPTERS).anyMatch(type.getName()::startsWith))
                        .flatMap(DeadOptionsTest::kept))
                .isEmpty();
    }

    /** Those that users see have their components for users to read. */
    @Test
    void everyComponentOfARecordThatABuilderMakes_isRead() {
        List<JavaClass> made = burrow.stream()
                .filter(JavaClass::isRecord)
                .filter(type -> !type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(DeadOptionsTest::isMadeByABuilder)
                .toList();
        assertThat(made).extracting(JavaClass::getSimpleName).contains("SourceSettings");
        assertThat(made.stream().flatMap(DeadOptionsTest::unreadComponents)).isEmpty();
    }

    @Test
    void aFieldThatIsOnlySet_isFound() {
        JavaClass builder = new ClassFileImporter()
                .importClasses(HalfBuilder.class, Half.class)
                .get(HalfBuilder.class);
        assertThat(unread(builder)).containsExactly(HalfBuilder.class.getName() + ".unread");
        assertThat(new HalfBuilder().read(1).unread(2).build().twice()).isEqualTo(2);
    }

    @Test
    void aFieldThatIsOnlyChecked_isFound() {
        String source = """
                public final class HalfBuilder {
                    private int used = 1;
                    private @Nullable Map<String, Object> handed;
                    private int checked;
                    private int asked;

                    HalfBuilder() {}

                    /** Sets checked. */
                    public HalfBuilder checked(int checked) {
                        this.checked = checked;
                        return this;
                    }

                    public Half build() {
                        problems.require(
                                checked > 0,
                                "checked", "must be positive", checked);
                        if (asked < 0 || used < 0) {
                            problems.add(new ConfigProblem("asked", "must not be negative", asked));
                        }
                        return new Half(used); // not checked, nor asked
                    }
                }

                class Half {
                    private final int checked = 1;

                    Half(HalfBuilder builder) {
                        this(builder.handed);
                    }
                }
                """;
        assertThat(Stream.of("used", "handed", "checked", "asked")
                        .filter(field -> !isUsed(field, "HalfBuilder", source)))
                .containsExactly("checked", "asked");
    }

    @Test
    void whatIsKeptUnread_isFound() {
        JavaClasses both = new ClassFileImporter().importClasses(Half.class, Pair.class, Reader.class);
        assertThat(kept(both.get(Half.class))).containsExactly(Half.class.getName() + ".unread");
        assertThat(unreadComponents(both.get(Pair.class))).containsExactly(Pair.class.getName() + ".unread");
        assertThat(Reader.read(new Pair(1, 2))).isEqualTo(1);
    }

    private static final class HalfBuilder {
        private int read;
        private int unread;

        HalfBuilder read(int value) {
            read = value;
            return this;
        }

        HalfBuilder unread(int value) {
            unread = Math.max(unread, value);
            return this;
        }

        Half build() {
            return new Half(read, 0);
        }
    }

    private static final class Half {
        private final int read;
        private final int unread;

        Half(int read, int unread) {
            this.read = read;
            this.unread = unread;
        }

        int twice() {
            return 2 * read;
        }
    }

    private record Pair(int read, int unread) {}

    private static final class Reader {
        static int read(Pair pair) {
            return pair.read();
        }
    }

    private static Stream<JavaClass> builders() {
        return burrow.stream()
                .filter(type -> type.getSimpleName().endsWith("Builder"))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC));
    }

    private static Stream<JavaField> fields(JavaClass type) {
        return type.getFields().stream()
                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC));
    }

    private static Stream<JavaCodeUnit> readers(JavaField field) {
        return field.getAccessesToSelf().stream()
                .filter(access -> access.getAccessType() == AccessType.GET)
                .map(access -> access.getOrigin());
    }

    /** Fields that nothing reads but methods that give the builder back. */
    private static Stream<String> unread(JavaClass builder) {
        return fields(builder)
                .filter(field -> readers(field)
                        .allMatch(reader -> reader.getRawReturnType().equals(builder)))
                .map(JavaField::getFullName);
    }

    /** Fields that nothing reads. Those of a record are read by their accessors, whether or not these are called. */
    private static Stream<String> kept(JavaClass type) {
        return fields(type).filter(field -> readers(field).findAny().isEmpty()).map(JavaField::getFullName);
    }

    /** Components that nothing reads, be it by the accessor or, in the record itself, without it. */
    private static Stream<String> unreadComponents(JavaClass type) {
        return fields(type)
                .filter(field -> {
                    JavaMethod accessor = type.getMethod(field.getName());
                    return accessor.getCallsOfSelf().isEmpty()
                            && accessor.getReferencesToSelf().isEmpty()
                            && readers(field).allMatch(reader -> reader.equals(accessor));
                })
                .map(JavaField::getFullName);
    }

    private static boolean isMadeByABuilder(JavaClass type) {
        return type.getConstructors().stream()
                .flatMap(constructor -> constructor.getCallsOfSelf().stream())
                .anyMatch(call -> call.getOriginOwner().getSimpleName().endsWith("Builder"));
    }

    private static Path source(JavaClass type) throws IOException {
        String file = type.getName().replaceFirst("\\$.*", "").replace('.', '/') + ".java";
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/main/java").resolve(file))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * Whether a builder's source reads a field for more than a check: beside conditions, problems, setters and
     * constructors, or as {@code builder.field} in what is built.
     */
    private static boolean isUsed(String field, String builder, String source) {
        String code = source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//.*", "");
        String head = "class " + builder + "\\b";
        String body = code.replaceFirst("(?s)^.*" + head, "").replaceAll("(?ms)^\\}.*", "");
        String rest = code.replace(body, "");
        String method = "(\\([^{]*\\{(?:\\}|.*?^\\1\\}))";
        body = body.replaceAll("(?ms)^( +)(?:public |private )?" + builder + method, "")
                .replaceAll("(?ms)^( +)(?:public )?" + builder + "(?:<[^>]*>)? \\w+" + method, "")
                .replaceAll("(?ms)^ +private (?:final )?[^(;={]*\\b" + field + "\\b\\s*(?:;|=[^;]*;)", "")
                .replaceAll("(?s)problems\\.(?:require\\w*|add)\\(.*?\\);\n", "")
                .replaceAll("(?s)\\bif \\(.*?\\) \\{\n", "");
        return Pattern.compile("\\b" + field + "\\b").matcher(body).find()
                || Pattern.compile("\\bbuilder\\." + field + "\\b")
                        .matcher(rest)
                        .find();
    }
}
