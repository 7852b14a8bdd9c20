package io.burrow.it.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ./burrow run}, or another command, in a process of its own; what it prints goes into files. */
final class RunProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;
    private final Path err;

    private RunProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts one whose output goes into a file. */
    static RunProcess start(Path directory, String... arguments) throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        return start(directory, out, Redirect.to(out.toFile()), arguments);
    }

    /** Starts one whose output goes to what is there. */
    static RunProcess startInto(Path directory, Path out, String... arguments) throws IOException {
        return start(directory, out, Redirect.appendTo(out.toFile()), arguments);
    }

    /** Starts one whose output is {@link #process()}'s, to be read or closed. */
    static RunProcess startPiped(Path directory, String... arguments) throws IOException {
        return start(directory, Path.of("/dev/null"), Redirect.PIPE, arguments);
    }

    private static RunProcess start(Path directory, Path out, Redirect redirect, String... arguments)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(arguments));
        return start(directory, out, redirect, List.of(), words);
    }

    /** Starts a command whose temporary files go into a directory and whose output goes into a file. */
    static RunProcess startCommand(Path directory, Path temporary, String... words) throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        String option = "-Djava.io.tmpdir=" + temporary;
        return start(directory, out, Redirect.to(out.toFile()), List.of(option), List.of(words));
    }

    private static RunProcess start(
            Path directory, Path out, Redirect redirect, List<String> options, List<String> words) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        line.addAll(options);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), BurrowCli.class.getName()));
        line.addAll(words);
        Path err = Files.createTempFile(directory, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectOutput(redirect).redirectError(err.toFile());
        // each would make a JVM print that it was picked up
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return new RunProcess(builder.start(), out, err);
    }

    Process process() {
        return process;
    }

    /** As {@code kill} does. {@code Process.destroy} would also close what the process reads and writes. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** As {@code kill -9} does; returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Waits for its end and returns the exit status. */
    int awaitEnd() throws InterruptedException {
        return awaitEnd(LIMIT);
    }

    /** The same, of one that has much to do. */
    int awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("not ended within " + limit);
        }
        return process.exitValue();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
