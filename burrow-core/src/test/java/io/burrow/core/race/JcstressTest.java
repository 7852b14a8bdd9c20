package io.burrow.core.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * Runs all races: the classes {@code *Races} beside what they are about. Each has two threads, a million times or so.
 *
 * <p>In the build for a moment each, in one way of compiling; by {@code -Dburrow.jcstress.mode=default} (or
 * {@code quick}, {@code tough}, {@code stress}) in all ways that jcstress knows, for as long as it thinks right. What
 * was seen is in {@code target/jcstress}, as text and as pages.
 */
class JcstressTest {
    /** A race that is not compiled in, or not found, would be no race. */
    private static final int RACES = 42;

    private static final Path DIRECTORY = Path.of("target", "jcstress");

    private static final List<String> SHORT = List.of(
            "-f=1",
            "-spinStyle=THREAD_YIELD",
            "-iters=4",
            "-time=150",
            "-sc=false",
            "-af=NONE",
            "-pth=false",
            "-strideSize=128",
            "-strideCount=8");
    private static final String SHORT_JVM = "-jvmArgs=-XX:+UseSerialGC -XX:-RestrictContended -XX:+StressLCM";

    @Test
    @Timeout(value = 24, unit = TimeUnit.HOURS)
    void noRace_showsWhatIsForbidden() throws Exception {
        Path output = run(System.getProperty("burrow.jcstress.mode", "short"));

        List<TestResult> results = results();
        Set<String> failed = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        for (TestResult result : results) {
            names.add(result.getName());
            boolean ran = result.status() == Status.NORMAL && result.getTotalCount() > 0;
            if (!ran || !result.grading().isPassed) {
                failed.add(result.getName() + " " + result.status() + " " + result.grading().failureMessages
                        + result.getMessages() + result.getVmErr());
            }
        }
        assertThat(failed).as("the whole is in %s", output.toAbsolutePath()).isEmpty();
        assertThat(names).hasSize(RACES);
    }

    /** Runs jcstress in a process of its own, which starts others; returns what it wrote. */
    private static Path run(String mode) throws IOException, InterruptedException {
        clear();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RaceMain.class.getName(),
                "-r=.",
                "-v"));
        if (mode.equals("short")) {
            command.add("-c=2");
            command.addAll(SHORT);
            command.add(SHORT_JVM);
        } else {
            command.add("-m=" + mode);
        }
        Path output = DIRECTORY.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                List<String> lines = Files.readAllLines(output);
                System.out.println(String.join("\n", lines.subList(Math.max(0, lines.size() - 200), lines.size())));
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        return output;
    }

    private static List<TestResult> results() throws IOException, ClassNotFoundException {
        List<TestResult> results = new ArrayList<>();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".bin.gz")).toList()) {
                DiskReadCollector reader = new DiskReadCollector(file.toString(), results::add);
                reader.dump();
                reader.close();
            }
        }
        return results;
    }

    private static void clear() throws IOException {
        Files.createDirectories(DIRECTORY);
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }
}
