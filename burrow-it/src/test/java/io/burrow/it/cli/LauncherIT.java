package io.burrow.it.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on what Maven has just built: it must not call Maven itself here. */
@Timeout(60)
class LauncherIT {

    private static final Path LAUNCHER = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .resolveSibling("burrow")
            .normalize();

    @TempDir
    private Path directory;

    private record Run(int status, String out, String err) {}

    @Test
    void help_succeeds() throws Exception {
        Run run = run(LAUNCHER, Map.of(), "--help");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Usage: burrow ").contains("demo");
        assertThat(run.status()).isZero();
    }

    @Test
    void unknownCommand_exitsWithTwo() throws Exception {
        Run run = run(LAUNCHER, Map.of(), "no such command");

        assertThat(run.err()).contains("'no such command'").contains("Usage: burrow ");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void symbolicLinks_withSpaces_areFollowed() throws Exception {
        Path real = Files.createDirectory(directory.resolve("a place"));
        Files.createSymbolicLink(real.resolve("my burrow"), LAUNCHER);
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, Path.of("a place", "my burrow"));

        Run run = run(link, Map.of(), "demo", "--help");

        assertThat(run.out()).contains("Usage: burrow demo ");
        assertThat(run.status()).isZero();
    }

    @Test
    void arguments_withSpaces_stayWhole() throws Exception {
        Run run = run(LAUNCHER, Map.of(), "demo", "--json", "no such place/a file.json");

        assertThat(run.err()).contains("cannot write the file no such place/a file.json");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void oldJava_isRefused() throws Exception {
        Run run = run(LAUNCHER, Map.of("JAVA_HOME", javaThatSays("openjdk version \"11.0.2\" 2019-01-15")), "--help");

        assertThat(run.err()).contains("Java 17 or later is needed").contains("11.0.2");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void veryOldJava_isRefused() throws Exception {
        Run run = run(LAUNCHER, Map.of("JAVA_HOME", javaThatSays("java version \"1.8.0_401\"")), "--help");

        assertThat(run.err()).contains("Java 17 or later is needed").contains("1.8.0_401");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void wrongJavaHome_isTold() throws Exception {
        Run run = run(LAUNCHER, Map.of("JAVA_HOME", directory.toString()), "--help");

        assertThat(run.err()).contains("JAVA_HOME is set to " + directory);
        assertThat(run.status()).isEqualTo(1);
    }

    private String javaThatSays(String version) throws IOException {
        Path bin = Files.createDirectories(directory.resolve("old java").resolve("bin"));
        Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\necho '" + version + "' >&2\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin.getParent().toString();
    }

    /** By sh, from a directory that is not the project's. */
    private Run run(Path launcher, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("sh", launcher.toString()));
        line.addAll(List.of(arguments));
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("BURROW_SKIP_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).as("it ended").isTrue();
        return new Run(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }
}
