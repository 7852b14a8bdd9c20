package io.burrow.it.kafka.teeth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test on a real broker must fail when the guard that it is there for is taken out. How it did is written to
 * {@code target/kafka-teeth.txt}.
 */
@ExtendWith(SharedKafka.class)
class KafkaTeethIT {
    private static final String PATIENCE = "burrow.test.patience.seconds";

    private static final List<String> REPORT = Collections.synchronizedList(new ArrayList<>());

    private static final int AT_ONCE = 4;

    private static final Map<String, Object> LOCKS = new ConcurrentHashMap<>();

    private final EmbeddedKafka kafka;
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);

    KafkaTeethIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** After the last of the dynamic tests. */
    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** Several at once, since they mostly wait. */
    @TestFactory
    Stream<DynamicTest> withoutTheGuard_theTestFails() {
        return KafkaDefects.all().stream()
                .map(defect -> dynamicTest(defect.test() + ": " + defect.name(), begin(defect)))
                .toList()
                .stream();
    }

    /** Begins one, as soon as a thread is free; what is returned waits for its end. */
    private Executable begin(KafkaDefect defect) {
        Future<@Nullable String> run = threads.submit(() -> run(defect));
        return () -> {
            String found;
            try {
                found = run.get();
            } catch (ExecutionException e) {
                throw e.getCause();
            }
            assertThat(found)
                    .as("%s passes although %s", defect.test(), defect.name())
                    .isNotNull();
            REPORT.add(defect.test() + " | " + defect.name() + " | " + found);
        };
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
        Callable<@Nullable Object> call = load(defect, test.substring(0, dot), name(test, dot, bracket), arguments);
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

    private static String name(String test, int dot, int bracket) {
        return test.substring(dot + 1, bracket < 0 ? test.length() : bracket);
    }

    /** One after the other: the loader's own copy of the test kit reads once how patient it shall be. */
    private Callable<@Nullable Object> load(KafkaDefect defect, String type, String method, List<String> arguments)
            throws Exception {
        synchronized (KafkaTeethIT.class) {
            KafkaDefectLoader loader = new KafkaDefectLoader(defect);
            String before = System.getProperty(PATIENCE);
            System.setProperty(PATIENCE, String.valueOf(defect.patienceSeconds()));
            try {
                Class.forName("io.burrow.it.kafka.Scene", true, loader);
            } finally {
                if (before == null) {
                    System.clearProperty(PATIENCE);
                } else {
                    System.setProperty(PATIENCE, before);
                }
            }
            return call(loader.loadClass("io.burrow.it.kafka." + type), method, arguments);
        }
    }

    private Callable<@Nullable Object> call(Class<?> type, String name, List<String> arguments) {
        Method method = Arrays.stream(type.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no test " + name + " in " + type));
        Object[] values = new Object[arguments.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(method.getParameterTypes()[i], arguments.get(i));
        }
        return () -> {
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(type.getClassLoader()); // the client looks there for classes it is told of
            try {
                if (annotated(type, BeforeAll.class).isEmpty()) {
                    return call(type, method, values);
                }
                // one after the other: what they set up may be the process's, such as System.err
                synchronized (LOCKS.computeIfAbsent(type.getName(), key -> new Object())) {
                    return call(type, method, values);
                }
            } finally {
                thread.setContextClassLoader(before);
            }
        };
    }

    /** With what a class of tests does before and after; only the test itself may fail. */
    private @Nullable Object call(Class<?> type, Method method, Object[] values) throws Exception {
        List<Path> directories = directories(type);
        aside(type, BeforeAll.class, null);
        try {
            Object test = make(type);
            aside(type, BeforeEach.class, test);
            method.setAccessible(true);
            Object result = method.invoke(test, values);
            for (Method after : annotated(type, AfterEach.class)) {
                after.invoke(test); // it checks something too
            }
            return result;
        } finally {
            aside(type, AfterAll.class, null);
            for (Path directory : directories) {
                delete(directory);
            }
        }
    }

    private Object make(Class<?> type) throws Exception {
        Constructor<?> constructor = type.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return constructor.getParameterCount() == 0 ? constructor.newInstance() : constructor.newInstance(kafka);
    }

    private static void aside(Class<?> type, Class<? extends Annotation> when, @Nullable Object test) {
        for (Method method : annotated(type, when)) {
            try {
                method.invoke(test);
            } catch (InvocationTargetException | IllegalAccessException e) {
                throw new IllegalStateException("not a matter of the test: " + method, e);
            }
        }
    }

    private static List<Method> annotated(Class<?> type, Class<? extends Annotation> annotation) {
        List<Method> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(annotation))
                .toList();
        methods.forEach(method -> method.setAccessible(true));
        return methods;
    }

    private static List<Path> directories(Class<?> type) throws Exception {
        List<Path> made = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (field.isAnnotationPresent(TempDir.class)) {
                Path directory = Files.createTempDirectory("teeth");
                made.add(directory);
                field.setAccessible(true);
                field.set(null, directory);
            }
        }
        return made;
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
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
