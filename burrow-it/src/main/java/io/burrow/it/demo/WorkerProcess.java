package io.burrow.it.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link CrashWorker} in a process of its own. What it tells goes into a {@link HandledLog}. One thread. */
final class WorkerProcess implements AutoCloseable {

    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final Path errors;
    private final Thread reader;
    private final Thread killAtExit;

    private WorkerProcess(Process process, Path errors, HandledLog log) {
        this.process = process;
        this.errors = errors;
        this.reader = new Thread(() -> read(process.getInputStream(), log), "worker-output");
        this.killAtExit = new Thread(process::destroyForcibly, "worker-exit");
        Runtime.getRuntime().addShutdownHook(killAtExit);
        reader.setDaemon(true);
        reader.start();
    }

    static WorkerProcess start(WorkerSettings settings, HandledLog log) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        // What the launcher allows this process on later JDKs, the child may as well.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(line::add);
        line.addAll(List.of("-cp", System.getProperty("java.class.path")));
        line.add(CrashWorker.class.getName());
        line.addAll(settings.arguments());
        try {
            Path errors = Files.createTempFile("burrow-worker-", ".log");
            Process process =
                    new ProcessBuilder(line).redirectError(errors.toFile()).start();
            return new WorkerProcess(process, errors, log);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start a worker process", failure);
        }
    }

    /**
     * Complains if the process has ended by itself.
     *
     * @throws DemoException if it has, with what it wrote to standard error
     */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new DemoException(
                    "the worker process ended by itself with status " + process.exitValue() + ": " + errors());
        }
    }

    /** Kills it as {@code kill -9} does, and returns when all that it told has been noted. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /**
     * Has it close Burrow and end, and returns when it has.
     *
     * @throws DemoException if it does not end well
     */
    void stop() {
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            // the status tells
        }
        awaitEnd();
        if (process.exitValue() != 0) {
            throw new DemoException("the worker process ended with status " + process.exitValue() + ": " + errors());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(killAtExit);
        } catch (IllegalStateException exiting) {
            // it runs now, and does the same
        }
        try {
            Files.deleteIfExists(errors);
        } catch (IOException kept) {
            // a temporary file
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(END_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new DemoException("the worker process did not end within " + END_LIMIT.toSeconds() + " s");
            }
            reader.join(END_LIMIT.toMillis());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", interrupt);
        }
    }

    private String errors() {
        try {
            return Files.readString(errors).strip();
        } catch (IOException unreadable) {
            return "no reason given";
        }
    }

    private static void read(InputStream output, HandledLog log) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(output, StandardCharsets.US_ASCII))) {
            String line = lines.readLine();
            while (line != null) {
                note(line, log);
                line = lines.readLine();
            }
        } catch (IOException killed) {
            // the end of the process is the end of its output
        }
    }

    /** Notes a line of the worker's; any other is passed over. */
    static void note(String line, HandledLog log) {
        String[] words = line.split(" ");
        if (words.length != 3) {
            return;
        }
        if (words[0].equals(CrashWorker.STARTED)) {
            log.started(Integer.parseInt(words[1]), Long.parseLong(words[2]));
        } else if (words[0].equals(CrashWorker.DONE)) {
            log.done(Integer.parseInt(words[1]), Long.parseLong(words[2]));
        }
    }
}
