package io.burrow.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.ObjectInputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may call what, over the main classes of every module; what may depend on which jar is the enforcer's. */
final class ArchitectureTest {
    private static final String API = "io.burrow.api..";
    private static final String CORE = "io.burrow.core..";
    private static final String[] ADAPTERS = {"io.burrow.kafka..", "io.burrow.metrics..", "io.burrow.tracing.."};
    private static final String GUICE = "com.google.inject..";

    /** A class {@code *Module}, and what is nested in it. */
    private static final DescribedPredicate<JavaClass> BELONG_TO_A_GUICE_MODULE = describe(
            "belong to a class *Module",
            type -> type.getName().replaceFirst("\\$.*", "").endsWith("Module"));

    private static JavaClasses burrow;

    @BeforeAll
    static void importClasses() {
        burrow = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.burrow");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.burrow.api",
                "io.burrow.api.spi",
                "io.burrow.core",
                "io.burrow.kafka",
                "io.burrow.metrics.prometheus",
                "io.burrow.tracing.otel",
                "io.burrow.it"
            })
    void everyModule_isImported(String name) {
        // a rule over no classes would pass
        assertThat(burrow.containPackage(name)).as("classes of %s", name).isTrue();
    }

    @Test
    void api_dependsOnNothingButJSpecify() {
        classes()
                .that()
                .resideInAPackage(API)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", API)
                .because("users implement it in any environment; Guice never shows in its signatures")
                .check(burrow);
    }

    @Test
    void core_knowsNoTransportNorAdapter() {
        noClasses()
                .that()
                .resideInAPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(concat(
                        ADAPTERS, "io.burrow.it..", "org.apache.kafka..", "io.micrometer..", "io.opentelemetry.."))
                .check(burrow);
    }

    @Test
    void adapters_seeApiAndNotCore() {
        noClasses()
                .that()
                .resideInAnyPackage(ADAPTERS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CORE, "io.burrow.it..")
                .check(burrow);
    }

    @ParameterizedTest
    @CsvSource({
        "io.burrow.kafka.., io.burrow.metrics.., io.burrow.tracing..",
        "io.burrow.metrics.., io.burrow.kafka.., io.burrow.tracing..",
        "io.burrow.tracing.., io.burrow.kafka.., io.burrow.metrics.."
    })
    void adapters_doNotSeeEachOther(String adapter, String other, String another) {
        noClasses()
                .that()
                .resideInAPackage(adapter)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(other, another)
                .check(burrow);
    }

    @Test
    void core_usesGuiceInItsGuicePackageOnly() {
        noClasses()
                .that()
                .resideInAPackage(CORE)
                .and()
                .resideOutsideOfPackage("io.burrow.core.guice..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(GUICE)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.burrow.core.guice..")
                .because("Guice is optional")
                .check(burrow);
    }

    @Test
    void adapters_useGuiceInModulesOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(ADAPTERS)
                .and()
                .resideOutsideOfPackage("..guice..")
                .and(not(BELONG_TO_A_GUICE_MODULE))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(GUICE)
                .because("Guice is optional")
                .check(burrow);
    }

    /** But for the ports by which a test drives an engine, which docs/releases.md names. */
    @Test
    void whatUsersSee_namesNothingInternal() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : burrow.that(describe("users see", ArchitectureTest::isSeen))) {
            type.getRawInterfaces().stream()
                    .filter(ArchitectureTest::isInternal)
                    .forEach(port -> found.add(type.getSimpleName() + " is a " + port.getSimpleName()));
            for (JavaMember member : type.getMembers()) {
                Set<JavaModifier> modifiers = member.getModifiers();
                boolean seen = modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
                if (seen && member.getAllInvolvedRawTypes().stream().anyMatch(ArchitectureTest::isHidden)) {
                    found.add(type.getSimpleName() + "." + member.getName());
                }
            }
        }
        assertThat(found)
                .containsExactly(
                        "BurrowBuilder.steps",
                        "SteppingWorkers is a Workers",
                        "SteppingWorkers.forEach",
                        "SteppingWorkers.start",
                        "TestClock is a Timekeeper",
                        "TestClock.schedule");
    }

    private static boolean isSeen(JavaClass type) {
        return !type.getPackageName().startsWith("io.burrow.it")
                && !isHidden(type)
                && type.getEnclosingClass().map(ArchitectureTest::isSeen).orElse(true);
    }

    private static boolean isHidden(JavaClass type) {
        JavaClass element = type.getBaseComponentType();
        return element.getPackageName().startsWith("io.burrow.")
                && (isInternal(element) || !element.getModifiers().contains(JavaModifier.PUBLIC));
    }

    private static boolean isInternal(JavaClass type) {
        return type.getPackageName().matches("io\\.burrow\\.core\\.(?!guice|stage|testing).*");
    }

    @Test
    void nothing_readsSerializedObjects() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .because("bytes from a topic are never trusted so far")
                .check(burrow);
    }

    // Not the api: its two packages are one vocabulary, split by reader. Settings name the policies of spi, and ports
    // speak of messages and settings.
    @ParameterizedTest
    @ValueSource(strings = {"core", "kafka", "metrics", "tracing", "it"})
    void packages_formNoCycle(String module) {
        String root = "io.burrow." + module;
        slices().assignedFrom(new EachPackage())
                .should()
                .beFreeOfCycles()
                .check(burrow.that(resideInAPackage(root + "..")));
    }

    @Test
    void packages_areNullMarked() {
        Set<String> names =
                burrow.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
        Set<String> marked = burrow.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .filter(type -> type.isAnnotatedWith(NullMarked.class))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(marked).as("packages whose package-info says @NullMarked").isEqualTo(names);
    }

    private static String[] concat(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }

    /** A slice per package, a module's root package included. */
    private static final class EachPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
