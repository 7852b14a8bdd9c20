package io.burrow.it.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A child process and what it printed. Its standard input is a pipe that ends with this process. */
final class JavaCommand {

    private static final int LOG_LINES_SHOWN = 12;

    /** The exit status of a process that was killed with {@code kill -9}. */
    private static final int KILLED = 137;

    private final List<String> line;

    private JavaCommand(List<String> line) {
        this.line = line;
    }

    /** Java as this process runs it, on another class path. */
    static JavaCommand java(List<String> options, String classPath, String main, List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(options);
        // What the launcher allows this process on later JDKs, the child may as well.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(line::add);
        line.addAll(List.of("-cp", classPath, main));
        line.addAll(arguments);
        return new JavaCommand(line);
    }

    /** Any other command. */
    static JavaCommand of(String... line) {
        return new JavaCommand(List.of(line));
    }

    /** The class path of this process. */
    static String ownClassPath() {
        String classPath = System.getProperty("java.class.path");
        // Where tests run as named modules, the rest of the class path is there.
        String modulePath = System.getProperty("jdk.module.path");
        return modulePath == null ? classPath : classPath + File.pathSeparator + modulePath;
    }

    /** Where a class was loaded from. */
    static String locationOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException failure) {
            throw new IllegalStateException("no file holds " + type, failure);
        }
    }

    /**
     * Runs it.
     *
     * @param limit how long it may take; it is killed then
     * @return its standard output
     * @throws BenchException if it failed, with the end of what it said, or took too long
     */
    String run(Duration limit) {
        return run(limit, 0);
    }

    /** Runs what kills itself; the rest as with {@link #run(Duration)}. */
    void runToItsDeath(Duration limit) {
        run(limit, KILLED);
    }

    private String run(Duration limit, int status) {
        Path out = temporary();
        Path err = temporary();
        try {
            Process process = new ProcessBuilder(line)
                    .redirectOutput(Redirect.to(out.toFile()))
                    .redirectError(Redirect.to(err.toFile()))
                    .start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new BenchException("no end within " + limit.toSeconds() + " s");
                }
            } finally {
                process.destroyForcibly();
            }
            String printed = Files.readString(out, StandardCharsets.UTF_8);
            if (process.exitValue() != status) {
                throw new BenchException(
                        "exit status " + process.exitValue() + ": " + end(printed + Files.readString(err)));
            }
            return printed;
        } catch (IOException failure) {
            throw new BenchException("cannot run " + line.get(0) + ": " + failure.getMessage(), failure);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", interrupt);
        } finally {
            delete(out);
            delete(err);
        }
    }

    private static String end(String text) {
        List<String> lines = text.lines().filter(each -> !each.isBlank()).toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }

    static Path temporary() {
        try {
            return Files.createTempFile("burrow-bench", ".txt");
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make a temporary file", failure);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException left) {
            // a small file in the directory for such
        }
    }
}
