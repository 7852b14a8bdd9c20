package io.burrow.it.alacarte;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each module pulls in, by Maven's account: as few as the rules ask for, and as docs/releases.md lists them. */
class BroughtIT {
    private static final String GROUP = "io.burrow:";
    private static final String API = GROUP + "burrow-api";
    private static final String CORE = GROUP + "burrow-core";
    private static final String KAFKA = GROUP + "burrow-kafka";
    private static final String JSPECIFY = "org.jspecify:jspecify";
    private static final String SLF4J = "org.slf4j:slf4j-api";
    private static final String KAFKA_CLIENTS = "org.apache.kafka:kafka-clients";
    private static final Path PAGE = Path.of("..", "docs", "releases.md");

    private static Resolution resolution;

    @BeforeAll
    static void readResolution() {
        resolution = Resolution.read();
    }

    /** What a module brings besides itself. */
    private static Set<String> broughtBy(String artifact) {
        Set<String> brought =
                new TreeSet<>(resolution.closure(List.of(artifact)).keySet());
        brought.remove(artifact);
        return brought;
    }

    /** The page's table: of each module, the names in the cells behind it. */
    private static Map<String, List<Set<String>>> table() throws IOException {
        Map<String, List<Set<String>>> rows = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| `burrow-")) {
                String[] cells = line.split("\\|");
                rows.put(
                        String.join("", names(cells[1])),
                        Arrays.stream(cells)
                                .skip(2)
                                .limit(2)
                                .map(BroughtIT::names)
                                .toList());
            }
        }
        return rows;
    }

    private static Set<String> names(String cell) {
        return Pattern.compile("`([^`]+)`")
                .matcher(cell)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> withoutGroups(Set<String> artifacts) {
        return artifacts.stream()
                .map(artifact -> artifact.substring(artifact.indexOf(':') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void api_bringsJSpecifyAlone() {
        assertThat(broughtBy(API)).containsExactly(JSPECIFY);
    }

    @Test
    void core_bringsFourSmallJarsAtMost() {
        assertThat(broughtBy(CORE))
                .containsExactlyInAnyOrder(API, JSPECIFY, SLF4J)
                .hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void kafka_bringsKafkaClientsAndWhatItNeeds_andNoEngine() {
        Set<String> expected = new TreeSet<>(Set.of(API, JSPECIFY, KAFKA_CLIENTS, SLF4J));
        expected.addAll(broughtBy(KAFKA_CLIENTS));

        assertThat(resolution.named(KAFKA)).containsExactlyInAnyOrder(API, KAFKA_CLIENTS, SLF4J);
        assertThat(broughtBy(KAFKA)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"burrow-api", "burrow-core", "burrow-kafka", "burrow-metrics-prometheus", "burrow-tracing-otel"})
    void thePage_listsWhatAModuleNames_andWhatTheseBring(String module) throws IOException {
        Set<String> named = resolution.named(GROUP + module);
        Set<String> further = broughtBy(GROUP + module);
        further.removeAll(named);

        assertThat(table()).containsKey(module);
        assertThat(table().get(module)).containsExactly(withoutGroups(named), withoutGroups(further));
    }
}
