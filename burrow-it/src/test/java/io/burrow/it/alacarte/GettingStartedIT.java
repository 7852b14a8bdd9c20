package io.burrow.it.alacarte;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.docs.GettingStarted;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The project of docs/getting-started.md, compiled and run with nothing but what its pom names; and its test. */
class GettingStartedIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path classes;

    @SuppressWarnings("NullAway.Init")
    private static String classPath;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeAll
    static void compile() throws IOException {
        String jars = Resolution.read().closure(GettingStarted.artifacts()).values().stream()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        compile(GettingStarted.sources(), jars, classes);
        classPath = classes + File.pathSeparator + jars;
    }

    private static void compile(List<Path> sources, String path, Path into) {
        Stream<String> options =
                Stream.of("--release", "17", "-proc:none", "-Xlint:all", "-Werror", "-cp", path, "-d", "" + into);
        Stream<String> files = sources.stream().map(Path::toString);
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, Stream.concat(options, files).toArray(String[]::new));
        assertThat(exit).isZero();
    }

    @Test
    void mailer_sendsEveryOrder_andCommitsAllWhenItIsEnded() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("orders", 3);
            kafka.produce(
                    "orders",
                    IntStream.rangeClosed(1, 1_000)
                            .mapToObj(i -> new ProducerRecord<>(
                                    "orders", ("customer-" + i).getBytes(UTF_8), ("order " + i).getBytes(UTF_8)))
                            .toList());
            Process mailer = start("mailer.Mailer", kafka.bootstrapServers());
            try {
                Await.until(
                        "all sent",
                        LIMIT,
                        () -> lines().filter(line -> line.startsWith("sent order "))
                                        .count()
                                >= 1_000);
                mailer.destroy(); // as Ctrl-C does
                assertThat(mailer.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } finally {
                mailer.destroyForcibly();
            }
            Set<String> sent = new TreeSet<>(
                    lines().filter(line -> line.startsWith("sent ")).toList());
            assertThat(sent).hasSize(1_000);
            assertThat(kafka.committed("mailer").values().stream()
                            .mapToLong(committed -> committed.offset())
                            .sum())
                    .isEqualTo(1_000);
        }
    }

    @Test
    void withoutBroker_printsWhatThePageSays() throws Exception {
        Process process = start("mailer.WithoutBroker");
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isZero();
        assertThat(lines().toList()).contains(GettingStarted.printed());
    }

    /** By the JUnit of this build, whose version its pom names. */
    @Test
    void itsTest_passes() throws Exception {
        compile(
                List.of(GettingStarted.test()),
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                directory);
        int tests = 0;
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> test = loader.loadClass("mailer.MailerTest");
            Constructor<?> constructor = test.getDeclaredConstructor();
            constructor.setAccessible(true);
            for (Method method : test.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class)) {
                    method.setAccessible(true);
                    method.invoke(constructor.newInstance());
                    tests++;
                }
            }
        }
        assertThat(tests).isPositive();
    }

    private Process start(String main, String... arguments) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx256m",
                                "-cp",
                                classPath,
                                main),
                        Stream.of(arguments))
                .toList();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out.txt").toFile())
                .start();
    }

    private Stream<String> lines() throws IOException {
        return Files.readAllLines(directory.resolve("out.txt")).stream();
    }
}
