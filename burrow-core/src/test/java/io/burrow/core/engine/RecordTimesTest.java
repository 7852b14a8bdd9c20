package io.burrow.core.engine;

import static io.burrow.core.ScriptedSource.P0;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowControl;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.ScriptedSource;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long a record waited and was handled, as listeners are told at its end, whatever that is. */
class RecordTimesTest {
    private static final Duration HANDLED = Duration.ofMillis(30);

    private final ScriptedSource<String, String> source = new ScriptedSource<>();
    private final TestClock clock = new TestClock();
    private final Ends ends = new Ends();

    /** Keeps of each end: offset, outcome, attempts, milliseconds of waiting, of handling. */
    private static final class Ends implements BurrowListener {
        final List<String> seen = new ArrayList<>();
        /** How many counted as processed whenever somebody looked: at each end, before it counts. */
        final List<Long> processed = new ArrayList<>();

        private @Nullable BurrowControl burrow;

        @Override
        public void started(BurrowControl started) {
            burrow = started;
        }

        @Override
        public boolean wantsRecords() {
            return true;
        }

        @Override
        public void recordFinished(
                TopicPartition partition,
                long offset,
                RecordOutcome outcome,
                int attempts,
                long queueNanos,
                long handlerNanos) {
            seen.add(offset + " " + outcome + " " + attempts + " " + queueNanos / 1_000_000 + " "
                    + handlerNanos / 1_000_000);
            look();
        }

        void look() {
            if (burrow != null) {
                processed.add(burrow.stats().processed());
            }
        }
    }

    /** Handles each record for a while, of which the first always fails. */
    private BurrowBuilder<String, String> builder(RetryPolicy retries) {
        return Burrow.<String, String>builder()
                .source(source)
                .config(c -> c.retryPolicy(retries).backoff(BackoffStrategy.fixed(Duration.ofSeconds(1))))
                .listener(ends)
                .handler(message -> {
                    clock.advance(HANDLED);
                    if (message.offset() == 0) {
                        throw new IllegalStateException("no");
                    }
                });
    }

    private SteppedBurrow<String, String> run(BurrowBuilder<String, String> builder, int records) {
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(builder, clock, 1);
        source.assign(P0, 0)
                .records(LongStream.range(0, records)
                        .mapToObj(offset -> ScriptedSource.record(offset, "k", "v"))
                        .toList());
        return burrow.settle();
    }

    private void revoke(SteppedBurrow<String, String> burrow) {
        source.then((partitions, receiver) -> partitions.revoked(List.of(P0)));
        burrow.settle().advance(Duration.ofSeconds(5));
    }

    @Test
    void parked_isToldItsLastAttempt_onceOnly() {
        SteppedBurrow<String, String> burrow = run(builder(RetryPolicy.never()), 1);
        assertThat(ends.seen).containsExactly("0 PARKED 1 0 30");

        revoke(burrow);
        assertThat(ends.seen).containsExactly("0 PARKED 1 0 30", "0 ABANDONED 1 0 0");
    }

    @Test
    void deadLettered_isToldItsLastAttempt_withoutTheTimeOfTheSink() {
        InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();
        SteppedBurrow<String, String> burrow = run(
                builder(RetryPolicy.retries(1)).deadLetters(letter -> {
                    clock.advance(Duration.ofMillis(500));
                    return sink.send(letter);
                }),
                1);
        burrow.advance(Duration.ofSeconds(2));
        assertThat(ends.seen).containsExactly("0 DEAD_LETTERED 2 1030 30");
    }

    @Test
    void abandonedWhileItWaitsForARetry_isToldItsLastAttempt() {
        SteppedBurrow<String, String> burrow = run(
                builder(RetryPolicy.forever()).config(c -> c.backoff(BackoffStrategy.fixed(Duration.ofHours(1)))), 1);
        revoke(burrow);
        assertThat(ends.seen).containsExactly("0 ABANDONED 1 0 30");
    }

    @Test
    void skipped_isToldItsLastAttempt_andNothingProcessedIsTakenBackMeanwhile() {
        run(
                Burrow.<String, String>builder()
                        .source(source)
                        .config(c -> c.retryPolicy(RetryPolicy.never()).onExhausted(ExhaustedAction.SKIP))
                        .listener(ends)
                        .handler(message -> {
                            clock.advance(HANDLED);
                            if (message.offset() == 2) {
                                ends.look();
                                throw new IllegalStateException("no");
                            }
                        }),
                4);
        assertThat(ends.seen)
                .containsExactly(
                        "0 PROCESSED 1 0 30", "1 PROCESSED 1 30 30", "2 SKIPPED 1 60 30", "3 PROCESSED 1 90 30");
        assertThat(ends.processed).containsExactly(0L, 1L, 2L, 2L, 2L);
    }
}
