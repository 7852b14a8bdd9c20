package io.burrow.it.chaos;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.Freeze;
import io.burrow.it.chaos.member.MemberSettings;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process with members of the group, such as {@link io.burrow.it.chaos.member.MemberMain}, which ends with this one
 * at the latest. One thread at a time.
 */
final class MemberProcess {

    private final Process process;
    private final Set<String> joined = ConcurrentHashMap.newKeySet();
    private @Nullable Freeze freeze;

    private MemberProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "member-output");
        reader.setDaemon(true);
        reader.start();
    }

    static MemberProcess start(Class<?> main, MemberSettings settings, Path log) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        line.addAll(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"));
        // What the launcher allows this process on later JDKs, the child may as well.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(line::add);
        line.addAll(List.of("-cp", classPath(), main.getName()));
        line.addAll(settings.arguments());
        try {
            return new MemberProcess(new ProcessBuilder(line)
                    .redirectError(Redirect.appendTo(log.toFile()))
                    .start());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start a consumer process", failure);
        }
    }

    private static String classPath() {
        String classPath = System.getProperty("java.class.path");
        String modulePath = System.getProperty("jdk.module.path");
        return modulePath == null ? classPath : classPath + File.pathSeparator + modulePath;
    }

    void join(String name) {
        joined.add(name);
        tell("join " + name);
    }

    void leave(String name) {
        tell("leave " + name);
    }

    void slow(int millis, int records) {
        tell("slow " + millis + " " + records);
    }

    void show() {
        tell("show");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it as {@code kill -9} does, and returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        if (freeze != null) {
            freeze.discard();
            freeze = null;
        }
    }

    void freeze() {
        freeze = Freeze.of(process);
    }

    void thaw() {
        if (freeze != null) {
            freeze.thaw();
            freeze = null;
        }
    }

    /** Has every member leave in order, and ends the process when they have. Returns whether all did in time. */
    boolean stop(Duration limit) {
        joined.forEach(this::leave);
        boolean left;
        try {
            Await.until("the leaving of " + joined, limit, joined::isEmpty);
            left = true;
        } catch (IllegalStateException late) {
            show();
            left = false;
        }
        try {
            process.getOutputStream().close();
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (IOException gone) {
            // it is killed below
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        kill();
        return left;
    }

    private void tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException gone) {
            // killed meanwhile: nobody is left to do it
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("left ")) {
                    joined.remove(line.substring("left ".length()));
                }
            }
        } catch (IOException killed) {
            // the end of the process is the end of its output
        }
    }
}
