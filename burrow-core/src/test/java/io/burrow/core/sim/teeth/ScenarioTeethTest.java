package io.burrow.core.sim.teeth;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each test of a scenario must fail when its guard is taken out. How it did is written to
 * {@code target/scenario-teeth.txt}.
 */
class ScenarioTeethTest {
    private static final int ROWS = 34;
    private static final String SCENARIOS = "io.burrow.core.scenario.";
    /** What is awaited in vain is given up sooner than in a test that may pass. */
    private static final int PATIENCE_SECONDS = 6;

    private static final long HANGS_SECONDS = 20;
    private static final long CONTROL_SECONDS = 300;
    private static @Nullable DefectLoader control;
    private static final List<String> REPORT = Collections.synchronizedList(new ArrayList<>());

    static Stream<ScenarioTooth> teeth() {
        return ScenarioDefects.all().stream();
    }

    static Stream<String> tests() {
        return teeth().map(ScenarioTooth::test).distinct();
    }

    /** Runs one test in a loader; returns how it failed, or null if it passed. */
    private static @Nullable String run(DefectLoader loader, ScenarioTooth tooth, long seconds) throws Exception {
        Class<?> type = loader.loadClass(tooth.className());
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Method method = type.getDeclaredMethod(tooth.method());
        method.setAccessible(true);
        Object test = constructor.newInstance();

        CompletableFuture<Boolean> passed = new CompletableFuture<>();
        ThreadGroup group = new ThreadGroup("scenario " + tooth.row()); // threads that the test makes are in it too
        Thread thread = new Thread(group, () -> {
            try {
                method.invoke(test);
                passed.complete(true);
            } catch (InvocationTargetException e) {
                passed.completeExceptionally(e.getCause());
            } catch (Throwable e) {
                passed.completeExceptionally(new IllegalStateException("the test could not be called", e));
            }
        });
        thread.setDaemon(true);
        thread.start();
        try {
            passed.get(seconds, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            Throwable failure = Objects.requireNonNull(e.getCause());
            String said = String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
            return failure.getClass().getSimpleName() + ": " + said.substring(0, Math.min(160, said.length()));
        } catch (TimeoutException e) {
            return "it hangs";
        } finally {
            group.interrupt(); // what a defect left behind shall not slow the next down
        }
    }

    private static DefectLoader loader(@Nullable Defect defect) throws Exception {
        DefectLoader loader = new DefectLoader(defect);
        if (defect != null) {
            System.setProperty("burrow.test.patience.seconds", String.valueOf(PATIENCE_SECONDS));
        }
        try {
            Class.forName("io.burrow.core.Wait", true, loader); // reads it once
        } finally {
            System.clearProperty("burrow.test.patience.seconds");
        }
        return loader;
    }

    @Test
    void everyRow_hasATest_andADefect() throws Exception {
        List<String> rows =
                IntStream.rangeClosed(1, ROWS).mapToObj("%02d"::formatted).toList();
        assertThat(new TreeSet<>(teeth().map(ScenarioTooth::row).toList())).containsExactlyElementsOf(rows);

        List<String> all = new ArrayList<>();
        for (String type : new TreeSet<>(teeth().map(ScenarioTooth::className).toList())) {
            Arrays.stream(Class.forName(type).getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Test.class))
                    .forEach(method -> all.add(type.substring(SCENARIOS.length()) + "." + method.getName()));
        }
        assertThat(tests()).containsExactlyInAnyOrderElementsOf(all);
    }

    @ParameterizedTest
    @MethodSource("tests")
    void withoutADefect_theTestPasses(String test) throws Exception {
        ScenarioTooth tooth =
                teeth().filter(each -> each.test().equals(test)).findFirst().orElseThrow();
        if (control == null) {
            control = loader(null);
        }
        assertThat(run(control, tooth, CONTROL_SECONDS)).isNull();
    }

    @ParameterizedTest
    @MethodSource("teeth")
    void withoutTheGuard_theTestFails(ScenarioTooth tooth) throws Exception {
        String found = run(loader(tooth.defect()), tooth, HANGS_SECONDS);
        assertThat(found)
                .as("%s passes although %s", tooth.test(), tooth.defect().name())
                .isNotNull()
                .doesNotStartWith("IllegalStateException: the test could not be called");
        REPORT.add(tooth.row() + " | " + tooth.defect().name() + " | " + found);
    }

    @AfterAll
    static void report() throws IOException {
        control = null;
        Files.write(
                Path.of("target/scenario-teeth.txt"), REPORT.stream().sorted().toList());
    }
}
