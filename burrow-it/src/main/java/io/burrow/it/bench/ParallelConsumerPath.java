package io.burrow.it.bench;

import io.burrow.it.bench.arm.ArmRun;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The class path of Parallel Consumer. It works with an older Kafka client than Burrow's and is no dependency of any
 * module: on first use Maven resolves it from a small project of its own, and its main class is compiled against that.
 */
final class ParallelConsumerPath {

    /** The main class. */
    static final String MAIN = "io.burrow.it.bench.pc.ParallelConsumerMain";

    private static final Duration RESOLVE_LIMIT = Duration.ofMinutes(5);

    private final Path project;
    private final Path target;

    private ParallelConsumerPath(Path home) {
        project = home.resolve("burrow-it").resolve("src").resolve("bench");
        target = home.resolve("burrow-it").resolve("target").resolve("bench");
    }

    /**
     * Makes it ready.
     *
     * @param home the checkout; null if it is not known
     * @return a class path
     * @throws BenchException if it cannot be had; the message says why
     */
    static String prepare(@Nullable Path home) {
        if (home == null) {
            throw new BenchException("it is found from the checkout; start the bench with ./burrow");
        }
        return new ParallelConsumerPath(home).prepare();
    }

    private String prepare() {
        try {
            Files.createDirectories(target);
            String own = JavaCommand.locationOf(ArmRun.class);
            String jars = resolve();
            Path classes = Files.createDirectories(target.resolve("classes"));
            compile(classes, jars + File.pathSeparator + own);
            return String.join(File.pathSeparator, classes.toString(), jars, own);
        } catch (IOException failure) {
            throw new BenchException("cannot write to " + target + ": " + failure.getMessage(), failure);
        }
    }

    private String resolve() throws IOException {
        Path pom = project.resolve("pom.xml");
        Path file = target.resolve("class-path.txt");
        if (!isResolved(pom, file)) {
            JavaCommand.of(
                            "mvn",
                            "-q",
                            "-B",
                            "-ntp",
                            "-f",
                            pom.toString(),
                            "dependency:build-classpath",
                            "-Dmdep.includeScope=runtime",
                            "-Dmdep.outputFile=" + file)
                    .run(RESOLVE_LIMIT);
        }
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }

    private static boolean isResolved(Path pom, Path file) throws IOException {
        return Files.exists(file)
                && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(pom)) > 0
                && Arrays.stream(Files.readString(file).strip().split(File.pathSeparator))
                        .allMatch(jar -> Files.exists(Path.of(jar)));
    }

    private void compile(Path classes, String classPath) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new BenchException("it needs a JDK with a compiler");
        }
        Path source = project.resolve("java").resolve(MAIN.replace('.', '/') + ".java");
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-d", classes.toString(), "-cp", classPath, "-proc:none", "-nowarn"),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
            if (!compiled) {
                throw new BenchException("its main class does not compile: " + said);
            }
        }
    }
}
