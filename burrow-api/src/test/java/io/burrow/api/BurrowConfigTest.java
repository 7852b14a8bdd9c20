package io.burrow.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every setting has a row: its default, values that are allowed (its bounds among them), and values that are refused.
 */
class BurrowConfigTest {
    private static final Duration NANO = Duration.ofNanos(1);
    private static final Duration YEAR = Duration.ofDays(365);

    private static final String NOT_NULL = "must not be null";
    private static final String POSITIVE = "must be positive";
    private static final String NOT_NEGATIVE = "must not be negative";
    private static final String AT_MOST_A_YEAR = "must be at most 365 days";
    private static final String RECORDS = "must be from 1 to 100000000";

    /** A row. The refused value is what makes {@code problem}, as printed. */
    private record Row(String setting, Consumer<Object> isDefault, List<Object> allowed, List<Refused> refused) {
        @Override
        public String toString() {
            return setting;
        }
    }

    private record Refused(String setting, @Nullable Object value, String problem) {
        @Override
        public String toString() {
            return problem;
        }
    }

    private static Row row(String setting, Object byDefault, List<?> allowed, Refused... refused) {
        return row(setting, value -> assertThat(value).isEqualTo(byDefault), allowed, refused);
    }

    private static Row row(String setting, Consumer<Object> isDefault, List<?> allowed, Refused... refused) {
        return new Row(setting, isDefault, List.copyOf(allowed), List.of(refused));
    }

    private static Refused no(String setting, @Nullable Object value, String rule) {
        return new Refused(setting, value, setting + " " + rule + ": " + value);
    }

    private static Row choice(String setting, Enum<?> byDefault) {
        List<?> all = Arrays.asList(byDefault.getDeclaringClass().getEnumConstants());
        return row(setting, byDefault, all, no(setting, null, NOT_NULL));
    }

    private static Row count(String setting, int byDefault, int least, int most, String rule) {
        List<Refused> refused = new ArrayList<>();
        refused.add(no(setting, least - 1, rule));
        refused.add(no(setting, Integer.MIN_VALUE, rule));
        if (most < Integer.MAX_VALUE) {
            refused.add(no(setting, most + 1, rule));
            refused.add(no(setting, Integer.MAX_VALUE, rule));
        }
        return row(setting, byDefault, List.of(least, most), refused.toArray(Refused[]::new));
    }

    private static Row positive(String setting, Duration byDefault) {
        return row(
                setting,
                byDefault,
                List.of(NANO, YEAR),
                no(setting, null, NOT_NULL),
                no(setting, Duration.ZERO, POSITIVE),
                no(setting, NANO.negated(), POSITIVE),
                no(setting, YEAR.plus(NANO), AT_MOST_A_YEAR),
                no(setting, Duration.ofSeconds(Long.MAX_VALUE), AT_MOST_A_YEAR));
    }

    private static Row notNegative(String setting, Duration byDefault) {
        return row(
                setting,
                byDefault,
                List.of(Duration.ZERO, YEAR),
                no(setting, null, NOT_NULL),
                no(setting, NANO.negated(), NOT_NEGATIVE),
                no(setting, Duration.ofSeconds(Long.MIN_VALUE), NOT_NEGATIVE),
                no(setting, YEAR.plus(NANO), AT_MOST_A_YEAR));
    }

    static List<Row> rows() {
        return List.of(
                row(
                        "name",
                        "burrow",
                        List.of("n", "n".repeat(100)),
                        no("name", null, NOT_NULL),
                        new Refused("name", "", "name must not be blank: \"\""),
                        new Refused("name", "n".repeat(101), "name must have at most 100 characters: 101")),
                choice("ordering", Ordering.KEY),
                count("concurrency", 100, 1, 100_000, "must be from 1 to 100000"),
                row(
                        "minConcurrency",
                        1,
                        List.of(1, 100),
                        no("minConcurrency", 0, "must be from 1 to 100000"),
                        no("minConcurrency", 101, "must be at most the concurrency (100)")),
                row(
                        "concurrencyLimit",
                        ConcurrencyLimit.fixed(),
                        List.of(ConcurrencyLimit.gradient()),
                        no("concurrencyLimit", null, NOT_NULL)),
                count("maxRecordsPerSecond", 0, 0, Integer.MAX_VALUE, NOT_NEGATIVE),
                choice("workerThreads", WorkerThreads.AUTO),
                count("maxBatchRecords", 100, 1, 100_000, "must be from 1 to 100000"),
                row(
                        "batchLinger",
                        Duration.ZERO,
                        List.of(Duration.ZERO, Duration.ofMinutes(1)),
                        no("batchLinger", null, NOT_NULL),
                        no("batchLinger", NANO.negated(), NOT_NEGATIVE),
                        no("batchLinger", Duration.ofMinutes(1).plus(NANO), "must be at most 1 minute")),
                choice("batchRetry", BatchRetry.RECORDS),
                row(
                        "maxInFlightRecords",
                        100_000,
                        List.of(100, 100_000_000),
                        no("maxInFlightRecords", 0, RECORDS),
                        no("maxInFlightRecords", -1, RECORDS),
                        no("maxInFlightRecords", 100_000_001, RECORDS),
                        no("maxInFlightRecords", 99, "must be at least the concurrency (100)")),
                count("maxPartitionInFlightRecords", 20_000, 1, 100_000_000, RECORDS),
                row(
                        "maxInFlightBytes",
                        256L * 1024 * 1024,
                        List.of(1L, Long.MAX_VALUE),
                        no("maxInFlightBytes", 0L, POSITIVE),
                        no("maxInFlightBytes", Long.MIN_VALUE, POSITIVE)),
                row(
                        "maxPartitionInFlightBytes",
                        64L * 1024 * 1024,
                        List.of(1L, Long.MAX_VALUE),
                        no("maxPartitionInFlightBytes", 0L, POSITIVE),
                        no("maxPartitionInFlightBytes", Long.MIN_VALUE, POSITIVE)),
                count("lowWaterPercent", 50, 1, 99, "must be from 1 to 99"),
                count("maxSpanRecords", 1_000_000, 64, 100_000_000, "must be from 64 to 100000000"),
                choice("commitMode", CommitMode.SYNC),
                row(
                        "commitInterval",
                        Duration.ofSeconds(5),
                        List.of(Duration.ofMillis(100), YEAR),
                        no("commitInterval", null, NOT_NULL),
                        no("commitInterval", Duration.ZERO, POSITIVE),
                        no("commitInterval", NANO.negated(), POSITIVE),
                        no("commitInterval", YEAR.plus(NANO), AT_MOST_A_YEAR)),
                count("commitRecords", 1_000, 1, Integer.MAX_VALUE, POSITIVE),
                row(
                        "minCommitInterval",
                        Duration.ofMillis(100),
                        List.of(Duration.ZERO, Duration.ofSeconds(5)),
                        no("minCommitInterval", null, NOT_NULL),
                        no("minCommitInterval", NANO.negated(), NOT_NEGATIVE),
                        no("minCommitInterval", YEAR.plus(NANO), AT_MOST_A_YEAR),
                        no(
                                "minCommitInterval",
                                Duration.ofSeconds(5).plus(NANO),
                                "must be at most commitInterval (PT5S)")),
                positive("commitTimeout", Duration.ofSeconds(10)),
                positive("recommitInterval", Duration.ofHours(24)),
                row("snapshots", true, List.of(true, false)),
                row(
                        "pollTimeout",
                        Duration.ofMillis(500),
                        List.of(Duration.ofMillis(1), Duration.ofMinutes(1)),
                        no("pollTimeout", null, NOT_NULL),
                        no("pollTimeout", Duration.ZERO, POSITIVE),
                        no("pollTimeout", NANO.negated(), POSITIVE),
                        no("pollTimeout", Duration.ofMillis(1).minus(NANO), "must be from 1 ms to 1 minute"),
                        no("pollTimeout", Duration.ofMinutes(1).plus(NANO), "must be from 1 ms to 1 minute")),
                notNegative("drainTimeout", Duration.ofSeconds(30)),
                notNegative("closeTimeout", Duration.ofSeconds(30)),
                row(
                        "retryPolicy",
                        BurrowConfigTest::retriesThreeTimes,
                        List.of(RetryPolicy.never()),
                        no("retryPolicy", null, NOT_NULL)),
                row(
                        "backoff",
                        value -> fullJitterOfASecondUpTo(value, Duration.ofMinutes(1)),
                        List.of(BackoffStrategy.fixed(Duration.ZERO)),
                        no("backoff", null, NOT_NULL)),
                choice("onExhausted", ExhaustedAction.AUTO),
                row("parkedReleasesKey", false, List.of(true, false)),
                row(
                        "deadLetterBackoff",
                        value -> fullJitterOfASecondUpTo(value, Duration.ofSeconds(30)),
                        List.of(BackoffStrategy.fixed(Duration.ZERO)),
                        no("deadLetterBackoff", null, NOT_NULL)),
                positive("deadLetterTimeout", Duration.ofSeconds(60)),
                count("deadLetterBudget", 0, 0, Integer.MAX_VALUE, NOT_NEGATIVE),
                positive("deadLetterBudgetInterval", Duration.ofMinutes(1)),
                count("errorThreshold", 5, 0, Integer.MAX_VALUE, NOT_NEGATIVE),
                choice("onErrorThreshold", ThresholdAction.HALT),
                count("breakerFailurePercent", 0, 0, 100, "must be from 0 to 100"),
                count("breakerRecords", 100, 2, 100_000, "must be from 2 to 100000"),
                positive("breakerPause", Duration.ofSeconds(10)),
                count("breakerProbes", 10, 1, 100_000, "must be from 1 to 100000"),
                notNegative("stuckAfter", Duration.ofMinutes(5)),
                choice("onStuck", StuckAction.WARN));
    }

    static Stream<Refused> refused() {
        return rows().stream().flatMap(row -> row.refused().stream());
    }

    @Test
    void everySetting_hasARow() {
        assertThat(rows()).extracting(Row::setting).containsExactlyElementsOf(settings());
    }

    @Test
    void everySetting_hasABuilderMethodOfItsName() {
        List<String> methods = Arrays.stream(BurrowConfig.Builder.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> !name.equals("build"))
                .toList();

        assertThat(methods).containsExactlyInAnyOrderElementsOf(settings());
    }

    @Test
    void everySetting_butAFlag_hasARefusedValue() {
        for (RecordComponent component : BurrowConfig.class.getRecordComponents()) {
            if (component.getType() != boolean.class) {
                assertThat(refused())
                        .as(component.getName())
                        .anyMatch(no -> no.setting().equals(component.getName()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void defaults_areTheDocumentedOnes(Row row) {
        row.isDefault().accept(read(BurrowConfig.defaults(), row.setting()));
        row.isDefault().accept(read(BurrowConfig.builder().build(), row.setting()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void build_allowedValue_isHeldAndChangesNothingElse(Row row) {
        for (Object value : row.allowed()) {
            BurrowConfig before = BurrowConfig.defaults();
            BurrowConfig config = set(before.toBuilder(), row.setting(), value).build();

            assertThat(read(config, row.setting())).isEqualTo(value);
            for (String other : settings()) {
                if (!other.equals(row.setting())) {
                    assertThat(read(config, other)).as(other).isEqualTo(read(before, other));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void build_refusedValue_saysSettingRuleAndValue(Refused no) {
        BurrowConfig.Builder builder = set(BurrowConfig.builder(), no.setting(), no.value());

        ConfigException error = catchThrowableOfType(ConfigException.class, builder::build);

        assertThat(error).isNotNull();
        assertThat(error.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(error.problems()).extracting(ConfigProblem::toString).contains(no.problem());
        assertThat(error)
                .hasMessageContaining(no.problem())
                .hasMessageStartingWith("CONFIG_INVALID: ")
                .hasMessageEndingWith("(" + ErrorCode.CONFIG_INVALID.action() + ")");
    }

    @Test
    void build_blankName_isRefused() {
        assertThatThrownBy(() -> BurrowConfig.builder().name("   ").build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("name must ");
    }

    @Test
    void build_everySettingWrong_reportsAllTogether() {
        BurrowConfig.Builder builder = BurrowConfig.builder();
        List<String> expected = new ArrayList<>();
        for (Row row : rows()) {
            if (!row.refused().isEmpty()) {
                Refused no = row.refused().get(0);
                set(builder, no.setting(), no.value());
                expected.add(no.problem());
            }
        }

        ConfigException error = catchThrowableOfType(ConfigException.class, builder::build);

        assertThat(error.problems()).extracting(ConfigProblem::toString).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(error.getMessage()).contains(expected);
    }

    @Test
    void build_concurrencyAboveWhatMayBeHeld_namesBoth() {
        assertThatThrownBy(() -> BurrowConfig.builder()
                        .concurrency(200)
                        .maxInFlightRecords(199)
                        .build())
                .hasMessageContaining("maxInFlightRecords must be at least the concurrency (200): 199");
    }

    @Test
    void toBuilder_afterEverySettingChanged_givesAnEqualConfig() {
        BurrowConfig.Builder builder = BurrowConfig.builder();
        for (Row row : rows()) {
            set(builder, row.setting(), row.allowed().get(row.allowed().size() - 1));
        }
        BurrowConfig config = builder.build();

        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(BurrowConfig.defaults().toBuilder().build().concurrency()).isEqualTo(100);
    }

    @Test
    void problem_toString_isSettingRuleValue() {
        assertThat(new ConfigProblem("maxInFlightRecords", "must be positive", "0"))
                .hasToString("maxInFlightRecords must be positive: 0");
    }

    private static List<String> settings() {
        return Arrays.stream(BurrowConfig.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    private static Object read(BurrowConfig config, String setting) {
        try {
            return BurrowConfig.class.getMethod(setting).invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(setting, e);
        }
    }

    private static BurrowConfig.Builder set(BurrowConfig.Builder builder, String setting, @Nullable Object value) {
        try {
            Class<?> type = Arrays.stream(BurrowConfig.class.getRecordComponents())
                    .filter(component -> component.getName().equals(setting))
                    .findFirst()
                    .orElseThrow()
                    .getType();
            Object same = BurrowConfig.Builder.class.getMethod(setting, type).invoke(builder, value);
            assertThat(same).isSameAs(builder);
            return builder;
        } catch (InvocationTargetException e) {
            throw new AssertionError(setting + " is checked before build()", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(setting, e);
        }
    }

    private static Failure failure(int attempt) {
        return new Failure(new TopicPartition("topic", 0), 0, attempt, new Exception(), Duration.ZERO, Duration.ZERO);
    }

    private static void retriesThreeTimes(Object policy) {
        RetryPolicy retryPolicy = (RetryPolicy) policy;
        assertThat(retryPolicy.decide(failure(3))).isEqualTo(RetryDecision.RETRY);
        assertThat(retryPolicy.decide(failure(4))).isEqualTo(RetryDecision.GIVE_UP);
    }

    private static void fullJitterOfASecondUpTo(Object strategy, Duration cap) {
        BackoffStrategy backoff = (BackoffStrategy) strategy;
        Random random = new Random(1);
        Duration longestFirst = Duration.ZERO;
        Duration shortestLate = cap;
        Duration longestLate = Duration.ZERO;
        for (int i = 0; i < 1_000; i++) {
            Duration first = backoff.delay(failure(1), random);
            Duration late = backoff.delay(failure(30), random);
            longestFirst = first.compareTo(longestFirst) > 0 ? first : longestFirst;
            longestLate = late.compareTo(longestLate) > 0 ? late : longestLate;
            shortestLate = late.compareTo(shortestLate) < 0 ? late : shortestLate;
        }
        assertThat(longestFirst).isBetween(Duration.ofMillis(950), Duration.ofSeconds(1));
        assertThat(longestLate).isBetween(cap.multipliedBy(95).dividedBy(100), cap);
        assertThat(shortestLate).isLessThan(cap.dividedBy(20));
    }
}
