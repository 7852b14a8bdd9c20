package io.burrow.it.alacarte;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a main class in a JVM of the same version, with some jars and the classes that are named: nothing else. */
final class ChildJvm {
    private static final int LIMIT_SECONDS = 90;

    private final Path directory;

    /**
     * Makes a runner.
     *
     * @param directory an empty directory for this run alone
     */
    ChildJvm(Path directory) {
        this.directory = directory;
    }

    /** How a child ended and what it printed. */
    record Result(int exit, String out, String err) {}

    /** Runs it to its end. */
    Result run(Collection<Path> jars, List<Class<?>> classes, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        Path own = directory.resolve("classes");
        for (Class<?> type : classes) {
            copy(type, own);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        // no provider of slf4j is part of any subset, and that one is missing is no warning of Burrow's
        command.add("-Dslf4j.internal.verbosity=ERROR");
        command.addAll(options);
        command.add("-cp");
        command.add(Stream.concat(Stream.of(own), jars.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(classes.get(0).getName());
        command.addAll(List.of(arguments));
        return run(command);
    }

    private Result run(List<String> command) throws IOException, InterruptedException {
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // each would make a JVM print that it was picked up
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        Process process = builder.start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not ended within " + LIMIT_SECONDS + " s: " + text(out) + text(err));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), text(out), text(err));
    }

    /** Copies the class and those nested in it. */
    private static void copy(Class<?> type, Path to) throws IOException {
        Path root;
        try {
            root = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        Path folder = Path.of(type.getPackageName().replace('.', File.separatorChar));
        Files.createDirectories(to.resolve(folder));
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.equals(type.getSimpleName() + ".class") || name.startsWith(type.getSimpleName() + "$")) {
                    Files.copy(file, to.resolve(folder).resolve(name));
                }
            }
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
