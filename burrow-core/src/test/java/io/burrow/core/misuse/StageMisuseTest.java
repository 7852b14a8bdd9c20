package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.Stage;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is put around a handler, and the stages that handlers return. */
class StageMisuseTest extends MisuseRig {
    // ---- around a handler

    private static final Stage<String, String> FORWARDS = next -> next::handle;

    @SuppressWarnings("NullAway")
    private static final class WrapsIntoNull implements Stage<String, String> {
        @Override
        public AsyncMessageHandler<String, String> wrap(AsyncMessageHandler<String, String> next) {
            return null;
        }
    }

    private static final class ThrowsWhereItWraps implements Stage<String, String> {
        @Override
        public AsyncMessageHandler<String, String> wrap(AsyncMessageHandler<String, String> next) {
            throw new IllegalStateException("wrap");
        }
    }

    @SuppressWarnings("NullAway")
    private static final class ReturnsNull implements Stage<String, String> {
        @Override
        public AsyncMessageHandler<String, String> wrap(AsyncMessageHandler<String, String> next) {
            return message -> null;
        }
    }

    private void assertNotBuilt(Stage<String, String> wrong) {
        assertThatThrownBy(() -> handler(m -> {})
                        .stage(FORWARDS)
                        .stage(wrong)
                        .stage(FORWARDS)
                        .build())
                .isInstanceOfSatisfying(
                        BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HANDLER_CONTRACT))
                .hasMessageContaining(wrong.getClass().getName());
    }

    @Test
    void stageThatWrapsIntoNull_isNamedBeforeAnythingIsStarted() {
        assertNotBuilt(new WrapsIntoNull());
    }

    @Test
    void stageThatThrowsWhereItWraps_isNamedBeforeAnythingIsStarted() {
        assertNotBuilt(new ThrowsWhereItWraps());
    }

    @Test
    void stageThatReturnsNull_failsTheAttempt_andIsNamed_notThoseAroundIt() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {})
                .stage(FORWARDS)
                .stage(new ReturnsNull())
                .stage(FORWARDS)
                .config(c -> c.retryPolicy(RetryPolicy.never()).errorThreshold(0)));
        produce(3);
        burrow.settle();
        assertThat(burrow.burrow().stats().parked()).isEqualTo(3);
        assertReportedOnce(burrow, ErrorCode.HANDLER_CONTRACT, ReturnsNull.class.getName());
    }

    // ---- stages that handlers return

    private SteppedBurrow<String, String> returning(Supplier<CompletionStage<?>> stage) {
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(m -> stage.get())
                .config(c -> c.concurrency(2)
                        .retryPolicy(RetryPolicy.retries(1))
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))
                        .errorThreshold(0)));
        produce(5);
        return burrow.settle();
    }

    @Test
    void stageThatCannotBeWatched_failed_andIsNamedOnce() {
        SteppedBurrow<String, String> burrow = returning(() -> new OddStage() {
            @Override
            public CompletableFuture<Object> whenComplete(BiConsumer<? super Object, ? super Throwable> action) {
                throw new UnsupportedOperationException("whenComplete");
            }
        });
        burrow.advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().stats().failed()).isEqualTo(10);
        assertThat(burrow.burrow().stats().parked()).isEqualTo(5);
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
        assertReportedOnce(burrow, ErrorCode.HANDLER_CONTRACT, "StageMisuseTest");
    }

    @Test
    void stageThatCallsBackAndThrowsAllTheSame_hasSucceeded() {
        SteppedBurrow<String, String> burrow = returning(() -> new OddStage() {
            @Override
            @SuppressWarnings("NullAway")
            public CompletableFuture<Object> whenComplete(BiConsumer<? super Object, ? super Throwable> action) {
                action.accept(null, null);
                action.accept(null, new IllegalStateException("twice"));
                throw new UnsupportedOperationException("whenComplete");
            }
        });
        burrow.advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().stats().processed()).isEqualTo(5);
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void stageThatCallsBackAtOnceAndTwice_andHasNoFuture_countsOnce() {
        SteppedBurrow<String, String> burrow = returning(() -> new OddStage() {
            @Override
            public CompletableFuture<Object> whenComplete(BiConsumer<? super Object, ? super Throwable> action) {
                super.whenComplete(action);
                callBack(null);
                callBack(null);
                return this;
            }
        });
        burrow.advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().stats().processed()).isEqualTo(5);
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
        assertThat(committed()).isEqualTo(5);
    }

    @Test
    void stageThatNeverCallsBack_isShown_andHoldsWhatItMay() {
        SteppedBurrow<String, String> burrow = returning(OddStage::new);
        burrow.burrow().reconfigure(c -> c.stuckAfter(Duration.ofSeconds(10)));
        burrow.advance(Duration.ofSeconds(20)).advance(Duration.ofSeconds(1));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(burrow.burrow().stats().activeWorkers()).isEqualTo(2);
        assertThat(burrow.burrow().health().problems()).anyMatch(problem -> problem.contains("RECORD_STUCK"));
    }
}
