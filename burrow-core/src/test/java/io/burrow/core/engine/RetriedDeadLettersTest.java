package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowState;
import io.burrow.api.ConfigException;
import io.burrow.api.Ordering;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sink from which records come back to be handled again. */
class RetriedDeadLettersTest extends EngineRig {
    private final List<Long> sent = new ArrayList<>();

    private final class Tiers implements DeadLetterSink<String, String> {
        private final Predicate<Failure> comesBack;
        private final boolean losesOrder;

        Tiers(Predicate<Failure> comesBack, boolean losesOrder) {
            this.comesBack = comesBack;
            this.losesOrder = losesOrder;
        }

        @Override
        public CompletionStage<?> send(DeadLetter<String, String> letter) {
            sent.add(letter.failure().offset());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public boolean isRetried(Failure failure) {
            return comesBack.test(failure);
        }

        @Override
        public boolean losesOrder() {
            return losesOrder;
        }
    }

    private BurrowBuilder<String, String> allFail(Predicate<Failure> comesBack) {
        return handler(m -> {
                    throw new IllegalStateException("no");
                })
                .deadLetters(new Tiers(comesBack, false))
                .config(c -> c.retryPolicy(RetryPolicy.never()).concurrency(1));
    }

    @Test
    void whatComesBack_countsTowardsNeitherThresholdNorBudget() {
        SteppedBurrow<String, String> burrow = start(allFail(failure -> true)
                .config(c -> c.errorThreshold(3).deadLetterBudget(1).deadLetterBudgetInterval(Duration.ofHours(1))));
        produce(20);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(sent).hasSize(20);
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(committed()).isEqualTo(20);
    }

    @Test
    void whatDoesNotComeBack_counts() {
        SteppedBurrow<String, String> burrow =
                start(allFail(failure -> failure.offset() % 2 == 0).config(c -> c.errorThreshold(3)));
        produce(20);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(sent).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void sinkThatThrowsWhenItIsAsked_isContained_andItsRecordCountsAsExhausted() {
        SteppedBurrow<String, String> burrow = start(allFail(failure -> {
                    throw new AssertionError("asked");
                })
                .config(c -> c.errorThreshold(3)));
        produce(20);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().problems())
                .anyMatch(problem -> problem.startsWith("DEAD_LETTER_FAILED") && problem.contains("Tiers"));
    }

    @ParameterizedTest
    @EnumSource
    void lossOfOrder_isRefused_whereOrderIsKept(Ordering ordering) {
        BurrowBuilder<String, String> builder =
                handler(m -> {}).deadLetters(new Tiers(failure -> true, true)).config(c -> c.ordering(ordering));
        if (ordering == Ordering.UNORDERED) {
            assertThatCode(builder::build).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(builder::build)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("ordering must be UNORDERED")
                    .hasMessageContaining(ordering.name());
        }
    }
}
