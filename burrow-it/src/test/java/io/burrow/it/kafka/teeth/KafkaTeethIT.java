package io.burrow.it.kafka.teeth;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A test on a real broker must fail when the guard that it is there for is taken out. How it did is written to
 * {@code target/kafka-teeth.txt}.
 */
@ExtendWith(SharedKafka.class)
@Timeout(120)
@Execution(ExecutionMode.SAME_THREAD)
class KafkaTeethIT {
    private static final String PATIENCE = "burrow.test.patience.seconds";
    /** What is awaited in vain is given up sooner than in a test that may pass. */
    private static final int PATIENCE_SECONDS = 4;

    private static final List<String> REPORT = Collections.synchronizedList(new ArrayList<>());

    private final EmbeddedKafka kafka;

    KafkaTeethIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    static Stream<KafkaDefect> defects() {
        return KafkaDefects.all().stream();
    }

    @ParameterizedTest
    @MethodSource("defects")
    void withoutTheGuard_theTestFails(KafkaDefect defect) throws Exception {
        String found = run(defect);
        assertThat(found)
                .as("%s passes although %s", defect.test(), defect.name())
                .isNotNull();
        REPORT.add(defect.test() + " | " + defect.name() + " | " + found);
    }

    @AfterAll
    static void report() throws IOException {
        Files.write(Path.of("target/kafka-teeth.txt"), REPORT.stream().sorted().toList());
    }

    /** Runs the test without the guard; returns how it failed, or null if it passed. */
    private @Nullable String run(KafkaDefect defect) throws Exception {
        String test = defect.test();
        int dot = test.indexOf('.');
        int bracket = test.indexOf('(');
        List<String> arguments = bracket < 0
                ? List.of()
                : Arrays.asList(test.substring(bracket + 1, test.length() - 1).split(", *"));
        KafkaDefectLoader loader = new KafkaDefectLoader(defect);
        // read once, by the loader's own copy of the test kit
        String before = System.getProperty(PATIENCE);
        System.setProperty(PATIENCE, String.valueOf(PATIENCE_SECONDS));
        Callable<@Nullable Object> call;
        try {
            Class.forName("io.burrow.it.kafka.Scene", true, loader);
            call = call(
                    loader.loadClass("io.burrow.it.kafka." + test.substring(0, dot)),
                    test.substring(dot + 1, bracket < 0 ? test.length() : bracket),
                    arguments);
        } finally {
            if (before == null) {
                System.clearProperty(PATIENCE);
            } else {
                System.setProperty(PATIENCE, before);
            }
        }
        try {
            call.call();
            return null;
        } catch (InvocationTargetException e) {
            Throwable failure = Objects.requireNonNull(e.getCause());
            boolean ofTheTest = failure instanceof AssertionError
                    || String.valueOf(failure.getMessage()).startsWith("not within ");
            if (!ofTheTest) {
                throw new IllegalStateException("the test could not do its work: " + test, failure);
            }
            String said = String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
            return failure.getClass().getSimpleName() + ": " + said.substring(0, Math.min(160, said.length()));
        }
    }

    private Callable<@Nullable Object> call(Class<?> type, String name, List<String> arguments) throws Exception {
        Constructor<?> constructor = type.getDeclaredConstructor(EmbeddedKafka.class);
        constructor.setAccessible(true);
        Object test = constructor.newInstance(kafka);
        Method method = Arrays.stream(type.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no test " + name + " in " + type));
        method.setAccessible(true);
        Object[] values = new Object[arguments.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(method.getParameterTypes()[i], arguments.get(i));
        }
        return () -> method.invoke(test, values);
    }

    private static Object value(Class<?> type, String text) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(each -> each.toString().equals(text))
                    .findFirst()
                    .orElseThrow();
        }
        return type == long.class ? Long.valueOf(text) : type == int.class ? Integer.valueOf(text) : text;
    }
}
