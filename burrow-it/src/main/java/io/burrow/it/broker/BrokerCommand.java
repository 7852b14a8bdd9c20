package io.burrow.it.broker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a broker's child process, and its files. Immutable. */
final class BrokerCommand {

    /** A small heap and no second compiler: quick to start and light, which matters more here than throughput. */
    static final List<String> DEFAULT_JVM_OPTIONS = List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final int LOG_LINES_SHOWN = 40;

    private final BrokerSettings settings;
    private final List<String> jvmOptions;

    BrokerCommand(BrokerSettings settings, List<String> jvmOptions) {
        this.settings = settings;
        this.jvmOptions = jvmOptions;
    }

    Path logFile() {
        return settings.directory().resolve("broker.log");
    }

    /** Starts the child on the class path of this process. Its standard input is the pipe that it lives by. */
    Process launch() {
        Path config = settings.directory().resolve("broker.properties");
        try {
            try (Writer writer = Files.newBufferedWriter(config, StandardCharsets.UTF_8)) {
                settings.properties().store(writer, null);
            }
            return new ProcessBuilder(line(config))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(logFile().toFile()))
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start a broker in " + settings.directory(), failure);
        }
    }

    /** The last lines of the log, or why there are none. */
    String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(logFile(), StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException failure) {
            return "no log: " + failure;
        }
    }

    private List<String> line(Path config) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(jvmOptions);
        line.add("-cp");
        line.add(classPath());
        line.add(BrokerMain.class.getName());
        line.add(config.toString());
        line.add(settings.clusterId());
        return line;
    }

    private static String classPath() {
        String classPath = System.getProperty("java.class.path");
        // Where tests run as named modules, the rest of the class path is there.
        String modulePath = System.getProperty("jdk.module.path");
        return modulePath == null ? classPath : classPath + File.pathSeparator + modulePath;
    }
}
