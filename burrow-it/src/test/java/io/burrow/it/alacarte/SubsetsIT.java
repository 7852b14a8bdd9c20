package io.burrow.it.alacarte;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.GroupProtocol;
import io.burrow.it.kafka.Scene;
import io.burrow.it.kafka.SharedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each subset of the modules works by itself, with Guice and without, and prints no warning on this JDK. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class SubsetsIT {
    private static final String API = "io.burrow:burrow-api";
    private static final String CORE = "io.burrow:burrow-core";
    private static final String KAFKA = "io.burrow:burrow-kafka";
    private static final String METRICS = "io.burrow:burrow-metrics-prometheus";
    private static final String TRACING = "io.burrow:burrow-tracing-otel";
    private static final String GUICE = "com.google.inject:guice";

    /** What a user asks for, and a program that needs just that. */
    private enum Subset {
        CORE_ALONE(List.of(API, CORE), List.of(CoreMain.class, Orders.class)),
        CORE_WITH_GUICE(List.of(API, CORE, GUICE), List.of(CoreGuiceMain.class, Orders.class)),
        WITH_KAFKA(List.of(API, CORE, KAFKA), List.of(KafkaMain.class)),
        WITH_KAFKA_AND_GUICE(List.of(API, CORE, KAFKA, GUICE), List.of(KafkaGuiceMain.class, KafkaMain.class)),
        WITH_METRICS(List.of(API, CORE, METRICS), List.of(MetricsMain.class, Orders.class)),
        WITH_METRICS_AND_GUICE(
                List.of(API, CORE, METRICS, GUICE), List.of(MetricsGuiceMain.class, MetricsMain.class, Orders.class)),
        WITH_TRACING(List.of(API, CORE, TRACING), List.of(TracingMain.class, Orders.class)),
        WITH_TRACING_AND_GUICE(List.of(API, CORE, TRACING, GUICE), List.of(TracingGuiceMain.class, Orders.class)),
        KAFKA_WITHOUT_CORE(List.of(API, KAFKA), List.of(KafkaWithoutCoreMain.class, KafkaMain.class));

        private final List<String> artifacts;
        private final List<Class<?>> classes;

        Subset(List<String> artifacts, List<Class<?>> classes) {
            this.artifacts = artifacts;
            this.classes = classes;
        }

        boolean needsBroker() {
            return artifacts.contains(KAFKA);
        }

        String printed() {
            return switch (this) {
                case CORE_ALONE, CORE_WITH_GUICE, WITH_TRACING, WITH_TRACING_AND_GUICE ->
                    "handled 100, committed 100\n";
                case WITH_METRICS, WITH_METRICS_AND_GUICE ->
                    "handled 100, committed 100\n"
                            + "burrow_records_total{burrow=\"burrow\",outcome=\"processed\"} 100.0\n";
                case WITH_KAFKA, WITH_KAFKA_AND_GUICE -> "handled 3\n";
                case KAFKA_WITHOUT_CORE -> "read 3\n";
            };
        }
    }

    private static Resolution resolution;

    private final EmbeddedKafka kafka;

    private final Path directory;

    SubsetsIT(EmbeddedKafka kafka, @TempDir Path directory) {
        this.kafka = kafka;
        this.directory = directory;
    }

    @BeforeAll
    static void readResolution() {
        resolution = Resolution.read();
    }

    @ParameterizedTest
    @EnumSource
    void subset_withNothingElseOnTheClassPath_worksWithoutAWarning(Subset subset)
            throws IOException, InterruptedException {
        ChildJvm.Result result = run(resolution.closure(subset.artifacts).values(), subset, List.of());

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo(subset.printed().replace("\n", System.lineSeparator()));
        assertThat(result.exit()).isZero();
    }

    @Test
    void core_bringsTwoJarsBesidesItsOwn() {
        assertThat(resolution.closure(List.of(CORE)))
                .containsOnlyKeys(API, CORE, "org.jspecify:jspecify", "org.slf4j:slf4j-api");
    }

    @ParameterizedTest
    @EnumSource(names = {"CORE_ALONE", "WITH_KAFKA", "WITH_METRICS", "WITH_TRACING"})
    void subset_withoutGuice_bringsNoneOfIt(Subset subset) {
        Map<String, Path> jars = resolution.closure(subset.artifacts);

        assertThat(jars.keySet())
                .noneMatch(artifact -> artifact.startsWith("com.google.") || artifact.startsWith("jakarta.inject"));
    }

    @ParameterizedTest
    @EnumSource(names = {"WITH_METRICS", "WITH_TRACING"})
    void subset_withoutKafka_bringsNoneOfIt(Subset subset) {
        assertThat(resolution.closure(subset.artifacts)).doesNotContainKey("org.apache.kafka:kafka-clients");
    }

    /** That a subset can fail for want of a jar. */
    @Test
    void guiceMain_withoutGuice_fails() throws IOException, InterruptedException {
        ChildJvm.Result result =
                run(resolution.closure(Subset.CORE_ALONE.artifacts).values(), Subset.CORE_WITH_GUICE, List.of());

        assertThat(result.exit()).isNotZero();
        assertThat(result.err()).contains("NoClassDefFoundError", "com/google/inject");
    }

    @Test
    void builder_guiceOnTheClassPath_loadsNoClassOfIt() throws IOException, InterruptedException {
        List<String> loaded = loadedBy(Subset.CORE_ALONE);

        assertThat(loaded).contains("io.burrow.core.BurrowBuilder");
        assertThat(loaded).noneMatch(name -> name.startsWith("com.google.") || name.startsWith("io.burrow.core.guice"));
    }

    /** That the test of the builder would notice. */
    @Test
    void module_loadsGuice() throws IOException, InterruptedException {
        assertThat(loadedBy(Subset.CORE_WITH_GUICE))
                .contains("com.google.inject.Guice", "io.burrow.core.guice.BurrowModule");
    }

    private List<String> loadedBy(Subset subset) throws IOException, InterruptedException {
        Path log = directory.resolve("loaded.txt");
        ChildJvm.Result result = run(
                resolution.closure(List.of(CORE, GUICE)).values(),
                subset,
                List.of("-Xlog:class+load=info:file=" + log + ":none"));
        assertThat(result.exit()).as(result.err()).isZero();
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(line -> line.replaceFirst(" .*", "")).toList();
        }
    }

    private ChildJvm.Result run(Collection<Path> jars, Subset subset, List<String> options)
            throws IOException, InterruptedException {
        ChildJvm child = new ChildJvm(directory);
        if (!subset.needsBroker()) {
            return child.run(jars, subset.classes, options);
        }
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            scene.produceNumbered(0, 3);
            return child.run(jars, subset.classes, options, kafka.bootstrapServers(), scene.topic(), scene.group());
        }
    }
}
