package io.burrow.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffStrategyTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration NANO = Duration.ofNanos(1);
    private static final Duration YEAR = Duration.ofDays(365);

    /** What the strategies that use no randomness are given. */
    private static final RandomGenerator NONE = () -> {
        throw new AssertionError("not random");
    };

    private static Failure failure(int attempt, Duration previousDelay) {
        return new Failure(new TopicPartition("orders", 0), 42, attempt, new Exception(), Duration.ZERO, previousDelay);
    }

    private static Failure failure(int attempt) {
        return failure(attempt, Duration.ZERO);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 50);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 62, 63, 64, 65, Integer.MAX_VALUE})
    void fixed_isAlwaysTheSame(int attempt) {
        assertThat(BackoffStrategy.fixed(SECOND).delay(failure(attempt), NONE)).isEqualTo(SECOND);
        assertThat(BackoffStrategy.fixed(Duration.ZERO).delay(failure(attempt), NONE))
                .isZero();
        assertThat(BackoffStrategy.fixed(YEAR).delay(failure(attempt), NONE)).isEqualTo(YEAR);
    }

    @ParameterizedTest
    @CsvSource({"1, PT1S", "2, PT2S", "3, PT3S", "9, PT9S", "10, PT10S", "11, PT10S", "2147483647, PT10S"})
    void linear_isBaseTimesAttempt_upToTheCap(int attempt, Duration expected) {
        BackoffStrategy backoff = BackoffStrategy.linear(SECOND, Duration.ofSeconds(10));
        assertThat(backoff.delay(failure(attempt), NONE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1, PT1S",
        "2, PT2S",
        "3, PT4S",
        "4, PT8S",
        "5, PT16S",
        "6, PT32S",
        "7, PT1M",
        "8, PT1M",
        "62, PT1M",
        "63, PT1M",
        "64, PT1M",
        "65, PT1M",
        "2147483647, PT1M"
    })
    void exponential_doublesUpToTheCap(int attempt, Duration expected) {
        BackoffStrategy backoff = BackoffStrategy.exponential(SECOND, Duration.ofMinutes(1));
        assertThat(backoff.delay(failure(attempt), NONE)).isEqualTo(expected);
    }

    @Test
    void exponential_ofANanosecond_isExactUntilTheLongestCap() {
        BackoffStrategy backoff = BackoffStrategy.exponential(NANO, YEAR);
        for (int attempt = 1; attempt <= 80; attempt++) {
            Duration expected = attempt <= 55 ? Duration.ofNanos(1L << attempt - 1) : YEAR; // 2^54 ns < 365 d < 2^55 ns
            assertThat(backoff.delay(failure(attempt), NONE))
                    .as("attempt %d", attempt)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 62, 63, 64, 65, Integer.MAX_VALUE})
    void growing_overflowsNowhere(int attempt) {
        for (Duration base : List.of(NANO, SECOND, YEAR)) {
            for (Duration cap : List.of(base, YEAR)) {
                assertThat(BackoffStrategy.linear(base, cap).delay(failure(attempt), NONE))
                        .isBetween(base, cap);
                assertThat(BackoffStrategy.exponential(base, cap).delay(failure(attempt), NONE))
                        .isBetween(base, cap);
            }
        }
    }

    static Stream<Arguments> growing() {
        BiFunction<Duration, Duration, BackoffStrategy> linear = BackoffStrategy::linear;
        BiFunction<Duration, Duration, BackoffStrategy> exponential = BackoffStrategy::exponential;
        BiFunction<Duration, Duration, BackoffStrategy> fullJitter = BackoffStrategy::fullJitter;
        BiFunction<Duration, Duration, BackoffStrategy> decorrelated = BackoffStrategy::decorrelatedJitter;
        return Stream.of(
                Arguments.argumentSet("linear", linear),
                Arguments.argumentSet("exponential", exponential),
                Arguments.argumentSet("fullJitter", fullJitter),
                Arguments.argumentSet("decorrelatedJitter", decorrelated));
    }

    @ParameterizedTest
    @MethodSource("growing")
    void zeroBase_waitsNever(BiFunction<Duration, Duration, BackoffStrategy> factory) {
        for (int attempt : new int[] {1, 2, 62, 63, 64, 65, Integer.MAX_VALUE}) {
            for (Duration cap : List.of(Duration.ZERO, SECOND, YEAR)) {
                assertThat(factory.apply(Duration.ZERO, cap).delay(failure(attempt), new Random(attempt)))
                        .as("attempt %d, cap %s", attempt, cap)
                        .isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("growing")
    void impossibleArguments_areRefused(BiFunction<Duration, Duration, BackoffStrategy> factory) {
        assertThatThrownBy(() -> factory.apply(NANO.negated(), SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("base must not be negative: PT-0.000000001S");
        assertThatThrownBy(() -> factory.apply(Duration.ZERO, NANO.negated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cap must not be negative: PT-0.000000001S");
        assertThatThrownBy(() -> factory.apply(SECOND, SECOND.minus(NANO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cap must be at least base (PT1S): PT0.999999999S");
        assertThatThrownBy(() -> factory.apply(SECOND, YEAR.plus(NANO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cap must be at most 365 days: ");
        assertThatThrownBy(() -> factory.apply(null, SECOND)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> factory.apply(SECOND, null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void fixed_impossibleDelay_isRefused() {
        assertThatThrownBy(() -> BackoffStrategy.fixed(NANO.negated()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("delay must not be negative: PT-0.000000001S");
        assertThatThrownBy(() -> BackoffStrategy.fixed(YEAR.plus(NANO))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BackoffStrategy.fixed(null)).isInstanceOf(NullPointerException.class);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void fullJitter_staysBetweenZeroAndTheExponential(long seed) {
        Random random = new Random(seed);
        Duration base = Duration.ofNanos(1 + random.nextLong(2_000_000_000L));
        Duration cap = base.plusNanos(random.nextLong(100_000_000_000L));
        BackoffStrategy jittered = BackoffStrategy.fullJitter(base, cap);
        BackoffStrategy bound = BackoffStrategy.exponential(base, cap);
        for (int attempt : new int[] {1, 2, 3, 5, 10, 62, 63, 64, 65, Integer.MAX_VALUE}) {
            for (int i = 0; i < 20; i++) {
                assertThat(jittered.delay(failure(attempt), random))
                        .as("seed %d, attempt %d", seed, attempt)
                        .isBetween(Duration.ZERO, bound.delay(failure(attempt), NONE));
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void jitter_sameSeed_sameDelays(long seed) {
        for (BackoffStrategy backoff : List.of(
                BackoffStrategy.fullJitter(SECOND, Duration.ofMinutes(1)),
                BackoffStrategy.decorrelatedJitter(SECOND, Duration.ofMinutes(1)))) {
            assertThat(walk(backoff, new Random(seed)))
                    .as("seed %d", seed)
                    .isEqualTo(walk(backoff, new Random(seed)))
                    .isNotEqualTo(walk(backoff, new Random(~seed)));
        }
    }

    @Test
    void fullJitter_reachesBothEnds() {
        BackoffStrategy backoff = BackoffStrategy.fullJitter(Duration.ofNanos(2), Duration.ofNanos(2));
        Random random = new Random(1);
        assertThat(Stream.generate(() -> backoff.delay(failure(1), random)).limit(1_000))
                .contains(Duration.ZERO, NANO, Duration.ofNanos(2))
                .allMatch(delay -> delay.compareTo(Duration.ofNanos(2)) <= 0);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void decorrelated_staysBetweenBaseAndThreeTimesTheDelayBefore(long seed) {
        Random random = new Random(seed);
        Duration base = Duration.ofNanos(1 + random.nextLong(2_000_000_000L));
        Duration cap = base.plusNanos(random.nextLong(100_000_000_000L));
        BackoffStrategy backoff = BackoffStrategy.decorrelatedJitter(base, cap);

        Duration previous = Duration.ZERO;
        for (int attempt = 1; attempt <= 200; attempt++) {
            Duration widest = (previous.compareTo(base) < 0 ? base : previous).multipliedBy(3);
            Duration delay = backoff.delay(failure(attempt, previous), random);
            assertThat(delay)
                    .as("seed %d, attempt %d, previous %s", seed, attempt, previous)
                    .isBetween(base, widest.compareTo(cap) < 0 ? widest : cap);
            previous = delay;
        }
    }

    @Test
    void decorrelated_afterADelayBeyondTheCap_staysWithinTheCap() {
        BackoffStrategy backoff = BackoffStrategy.decorrelatedJitter(SECOND, Duration.ofSeconds(5));
        Random random = new Random(1);
        for (Duration previous : List.of(Duration.ofSeconds(6), Duration.ofHours(1), YEAR)) {
            for (int i = 0; i < 100; i++) {
                assertThat(backoff.delay(failure(2, previous), random)).isBetween(SECOND, Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void decorrelated_ofALongBase_doesNotOverflow() {
        BackoffStrategy backoff = BackoffStrategy.decorrelatedJitter(YEAR, YEAR);
        assertThat(backoff.delay(failure(Integer.MAX_VALUE, YEAR), new Random(1)))
                .isEqualTo(YEAR);
    }

    private static List<Duration> walk(BackoffStrategy backoff, RandomGenerator random) {
        List<Duration> delays = new ArrayList<>();
        Duration previous = Duration.ZERO;
        for (int attempt = 1; attempt <= 10; attempt++) {
            previous = backoff.delay(failure(attempt, previous), random);
            delays.add(previous);
        }
        return delays;
    }
}
