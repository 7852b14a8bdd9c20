package io.burrow.it.alacarte;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a module brings along when somebody depends on it, by Maven's own account.
 *
 * <p>The account is the dependency tree of this module, which the build writes before the integration tests: beneath a
 * module stand its compile and runtime dependencies, and not its optional ones, since Maven does not pass these on. The
 * jars are those that the tests run with. So a module that needed Guice at run time, say, without bringing it, would
 * fail here as it would fail for its user.
 */
final class Resolution {
    private static final Path TREE = Path.of("target", "dependency-tree.json");

    private final Map<String, Set<String>> dependencies = new HashMap<>();
    private final List<Path> classPath;

    private Resolution(List<Path> classPath) {
        this.classPath = classPath;
    }

    /** Reads the tree that the build wrote. */
    static Resolution read() {
        if (!Files.exists(TREE)) {
            throw new IllegalStateException(
                    "no " + TREE.toAbsolutePath() + "; it is written by the phase package: run mvn verify");
        }
        Resolution resolution =
                new Resolution(List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
                        .map(Path::of)
                        .toList());
        try {
            // an artifact stands in the tree many times, but its own dependencies only beneath one of them
            resolution.collect(new ObjectMapper().readTree(TREE.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return resolution;
    }

    private void collect(JsonNode node) {
        Set<String> own = dependencies.computeIfAbsent(artifact(node), key -> new LinkedHashSet<>());
        for (JsonNode child : node.path("children")) {
            if (child.path("classifier").asText().equals("tests")) {
                continue; // the simulation, which is for this module alone
            }
            String scope = child.path("scope").asText();
            boolean isPassedOn = scope.equals("compile") || scope.equals("runtime");
            if (isPassedOn && !child.path("optional").asText().equals("true")) {
                own.add(artifact(child));
            }
            collect(child);
        }
    }

    private static String artifact(JsonNode node) {
        return node.path("groupId").asText() + ":" + node.path("artifactId").asText();
    }

    /**
     * What a module's own POM names and passes on.
     *
     * @param artifact as {@code group:artifact}
     * @return its dependencies, without what these bring
     */
    Set<String> named(String artifact) {
        Set<String> own = dependencies.get(artifact);
        if (own == null) {
            throw new IllegalArgumentException("not in the dependency tree: " + artifact);
        }
        return Set.copyOf(own);
    }

    /**
     * The artifacts themselves and all that they bring.
     *
     * @param artifacts as {@code group:artifact}
     * @return each of them and its jar
     */
    Map<String, Path> closure(Collection<String> artifacts) {
        Map<String, Path> closure = new TreeMap<>();
        artifacts.forEach(artifact -> add(artifact, closure));
        return closure;
    }

    private void add(String artifact, Map<String, Path> closure) {
        Set<String> own = named(artifact);
        if (!closure.containsKey(artifact)) {
            closure.put(artifact, jar(artifact));
            own.forEach(dependency -> add(dependency, closure));
        }
    }

    private Path jar(String artifact) {
        String name = artifact.substring(artifact.indexOf(':') + 1);
        String module = name + File.separator + "target" + File.separator + "classes";
        List<Path> found = classPath.stream()
                .filter(path -> path.getFileName().toString().matches(name + "-\\d.*(?<!-tests)\\.jar")
                        || path.endsWith(module))
                .sorted(Comparator.naturalOrder())
                .distinct()
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException("not one jar of " + artifact + " on the class path of the tests: " + found);
        }
        return found.get(0);
    }
}
