package io.burrow.it.child;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A main class that ran in a JVM of its own, on this one's class path.
 *
 * @param exit its exit status
 * @param out what it printed
 * @param err what it printed as errors; its log
 */
public record Child(int exit, String out, String err) {
    /**
     * Runs one to its end.
     *
     * @param directory for its output
     * @param limit how long it may take; it is killed then
     * @param options of the JVM
     * @param main the class
     * @param arguments the main class's
     * @return how it ended
     */
    public static Child run(Path directory, Duration limit, List<String> options, Class<?> main, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // each would make a JVM print that it was picked up
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        Process process = builder.start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("not ended within " + limit + ": " + Files.readString(err));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Child(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
