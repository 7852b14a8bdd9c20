package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowState;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.StuckAction;
import io.burrow.api.ThresholdAction;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings of what fails or lasts too long: each has a scene that shows that its change takes effect. */
class RuntimeFailureSettingsTest extends RuntimeSettingsRig {
    private final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();

    private Map<String, Scene> changeable() {
        Map<String, Scene> scenes = new LinkedHashMap<>();
        scenes.put("retryPolicy", this::retryPolicy);
        scenes.put("backoff", this::backoff);
        scenes.put("onExhausted", this::onExhausted);
        scenes.put("deadLetterBackoff", this::deadLetterBackoff);
        scenes.put("deadLetterTimeout", this::deadLetterTimeout);
        scenes.put("deadLetterBudget", this::deadLetterBudget);
        scenes.put("deadLetterBudgetInterval", this::deadLetterBudgetInterval);
        scenes.put("errorThreshold", this::errorThreshold);
        scenes.put("onErrorThreshold", this::onErrorThreshold);
        scenes.put("breakerFailurePercent", this::breakerFailurePercent);
        scenes.put("breakerRecords", this::breakerRecords);
        scenes.put("breakerPause", this::breakerPause);
        scenes.put("breakerProbes", this::breakerProbes);
        scenes.put("stuckAfter", this::stuckAfter);
        scenes.put("onStuck", this::onStuck);
        return scenes;
    }

    static Stream<String> changeableNames() {
        return new RuntimeFailureSettingsTest().changeable().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("changeableNames")
    void aChange_takesEffect(String setting) throws Exception {
        changeable().get(setting).play();
    }

    private BurrowBuilder<String, String> neverRetried() {
        return failing().config(c -> c.retryPolicy(RetryPolicy.never()).errorThreshold(0));
    }

    // ---- failures

    private void retryPolicy() {
        SteppedBurrow<String, String> burrow = start(
                failing().config(c -> c.retryPolicy(RetryPolicy.forever()).backoff(BackoffStrategy.fixed(SECOND))));
        produce(1);
        burrow.settle().advance(SECOND);
        assertThat(burrow.burrow().stats().retrying()).isEqualTo(1);
        change(burrow, c -> c.retryPolicy(RetryPolicy.never()));
        burrow.advance(SECOND);
        assertThat(burrow.burrow().stats().parked()).isEqualTo(1);
        assertThat(tried).hasSize(3);
    }

    private void backoff() {
        SteppedBurrow<String, String> burrow = start(
                failing().config(c -> c.retryPolicy(RetryPolicy.forever()).backoff(BackoffStrategy.fixed(SECOND))));
        produce(1);
        burrow.settle();
        change(burrow, c -> c.backoff(BackoffStrategy.fixed(SECOND.multipliedBy(5))));
        burrow.advance(SECOND);
        assertThat(tried).hasSize(2);
        burrow.advance(SECOND.multipliedBy(4));
        assertThat(tried).hasSize(2);
        burrow.advance(SECOND);
        assertThat(tried).hasSize(3);
    }

    private void onExhausted() {
        SteppedBurrow<String, String> burrow = start(neverRetried().deadLetters(sink));
        produce(1);
        burrow.settle();
        assertThat(sink.letters()).hasSize(1);
        change(burrow, c -> c.onExhausted(ExhaustedAction.SKIP));
        produce(1);
        burrow.settle();
        assertThat(burrow.burrow().stats().skipped()).isEqualTo(1);
        change(burrow, c -> c.onExhausted(ExhaustedAction.PARK));
        produce(1);
        burrow.settle();
        assertThat(burrow.burrow().stats().parked()).isEqualTo(1);
    }

    private void deadLetterBackoff() {
        SteppedBurrow<String, String> burrow =
                start(neverRetried().deadLetters(sink).config(c -> c.deadLetterBackoff(BackoffStrategy.fixed(HOUR))));
        sink.failNext(3);
        produce(1);
        burrow.settle();
        assertThat(sink.sends()).isEqualTo(1);
        change(burrow, c -> c.deadLetterBackoff(BackoffStrategy.fixed(SECOND)));
        burrow.advance(HOUR);
        assertThat(sink.sends()).isEqualTo(2);
        burrow.advance(SECOND);
        assertThat(sink.sends()).isEqualTo(3);
    }

    private void deadLetterTimeout() {
        SteppedBurrow<String, String> burrow = start(neverRetried()
                .deadLetters(sink)
                .config(c -> c.deadLetterTimeout(HOUR).deadLetterBackoff(BackoffStrategy.fixed(Duration.ZERO))));
        sink.hold();
        change(burrow, c -> c.deadLetterTimeout(SECOND));
        produce(1);
        burrow.settle();
        assertThat(sink.sends()).isEqualTo(1);
        burrow.advance(SECOND);
        assertThat(sink.sends()).isEqualTo(2);
    }

    private void deadLetterBudget() {
        SteppedBurrow<String, String> burrow = budgeted(1, HOUR);
        change(burrow, c -> c.deadLetterBudget(60));
        assertThat(sink.letters()).hasSize(2); // also those that wait
        burrow.advance(Duration.ofMinutes(5));
        assertThat(sink.letters()).hasSize(7);
        change(burrow, c -> c.deadLetterBudget(30));
        burrow.advance(Duration.ofMinutes(4));
        assertThat(sink.letters()).hasSizeBetween(9, 10);
        change(burrow, c -> c.deadLetterBudget(0));
        assertThat(sink.letters()).hasSize(20);
        burrow.advance(SECOND.multipliedBy(5));
        assertThat(committed()).isEqualTo(20);
    }

    private void deadLetterBudgetInterval() {
        SteppedBurrow<String, String> burrow = budgeted(1, HOUR);
        change(burrow, c -> c.deadLetterBudgetInterval(Duration.ofMinutes(1)));
        burrow.advance(Duration.ofMinutes(5));
        assertThat(sink.letters()).hasSize(7);
        assertThat(sink.letters().stream().map(letter -> letter.record().offset()))
                .as("in their order")
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    }

    private SteppedBurrow<String, String> budgeted(int permits, Duration interval) {
        SteppedBurrow<String, String> burrow = start(neverRetried()
                .deadLetters(sink)
                .config(c -> c.concurrency(1).deadLetterBudget(permits).deadLetterBudgetInterval(interval)));
        produce(20);
        burrow.settle();
        assertThat(sink.letters()).hasSize(permits);
        return burrow;
    }

    private void errorThreshold() {
        SteppedBurrow<String, String> burrow = start(neverRetried());
        produce(10);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        change(burrow, c -> c.errorThreshold(12));
        produce(1);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        produce(1);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
    }

    private void onErrorThreshold() {
        SteppedBurrow<String, String> burrow = start(neverRetried().config(c -> c.errorThreshold(2)));
        change(burrow, c -> c.onErrorThreshold(ThresholdAction.FREEZE));
        produce(2);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FROZEN);
    }

    // ---- breaker

    private SteppedBurrow<String, String> broken(UnaryOperator<BurrowConfig.Builder> settings) {
        return start(neverRetried()
                .config(c -> c.concurrency(1)
                        .breakerFailurePercent(50)
                        .breakerRecords(4)
                        .breakerPause(HOUR)
                        .breakerProbes(2))
                .config(settings));
    }

    private void breakerFailurePercent() {
        SteppedBurrow<String, String> burrow = broken(c -> c.breakerFailurePercent(0));
        produce(10);
        burrow.settle();
        assertThat(tried).hasSize(10);
        change(burrow, c -> c.breakerFailurePercent(100));
        produce(10);
        burrow.settle();
        assertThat(tried).hasSize(14);
        assertThat(blocked(burrow)).isEqualTo(BlockedReason.BREAKER_OPEN);
        change(burrow, c -> c.breakerFailurePercent(0));
        assertThat(tried).hasSize(20);
    }

    private void breakerRecords() {
        SteppedBurrow<String, String> burrow = broken(c -> c.breakerRecords(100));
        produce(50);
        burrow.settle();
        assertThat(tried).hasSize(50);
        change(burrow, c -> c.breakerRecords(10));
        produce(50);
        burrow.settle();
        assertThat(tried).hasSize(60);
    }

    private void breakerPause() {
        SteppedBurrow<String, String> burrow = broken(c -> c);
        produce(10);
        burrow.settle();
        assertThat(tried).hasSize(4);
        burrow.advance(SECOND.multipliedBy(10));
        change(burrow, c -> c.breakerPause(SECOND.multipliedBy(20))); // while it is open
        down = false;
        burrow.advance(SECOND.multipliedBy(9));
        assertThat(tried).hasSize(4);
        burrow.advance(SECOND);
        assertThat(tried).hasSize(10);
    }

    private void breakerProbes() {
        SteppedBurrow<String, String> burrow = broken(c -> c);
        produce(20);
        burrow.settle();
        change(burrow, c -> c.breakerProbes(6));
        burrow.advance(HOUR);
        assertThat(tried).hasSize(4 + 3); // three of six failed: that is enough
    }

    // ---- age

    private void stuckAfter() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.stuckAfter(HOUR)));
        produce(1);
        burrow.settle().advance(SECOND.multipliedBy(10));
        assertThat(blocked(burrow)).isEqualTo(BlockedReason.NONE);
        change(burrow, c -> c.stuckAfter(SECOND.multipliedBy(5)));
        burrow.advance(SECOND);
        assertThat(blocked(burrow)).isEqualTo(BlockedReason.HELD_BY_STUCK);
        change(burrow, c -> c.stuckAfter(Duration.ZERO));
        assertThat(blocked(burrow)).isEqualTo(BlockedReason.NONE);
    }

    private void onStuck() {
        SteppedBurrow<String, String> burrow =
                start(async().deadLetters(sink).config(c -> c.stuckAfter(SECOND).onStuck(StuckAction.WARN)));
        produce(1);
        burrow.settle().advance(SECOND.multipliedBy(5));
        assertThat(sink.letters()).isEmpty();
        change(burrow, c -> c.onStuck(StuckAction.DEAD_LETTER));
        burrow.advance(SECOND);
        assertThat(sink.letters()).hasSize(1);
    }
}
