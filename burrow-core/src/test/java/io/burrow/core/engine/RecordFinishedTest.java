package io.burrow.core.engine;

import static io.burrow.core.ScriptedSource.P0;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Message;
import io.burrow.api.Outcome;
import io.burrow.api.RecordOutcome;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.SourceRecord;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a record is told of its end, and when. */
class RecordFinishedTest {
    private final ScriptedSource<String, String> source = new ScriptedSource<>();
    private final TestClock clock = new TestClock();
    private final List<String> told = new ArrayList<>();
    private @Nullable RuntimeException thrown;

    /** Notes its end, and what was committed by then. */
    private SourceRecord<String, String> noting(long offset) {
        SourceRecord<String, String> record = ScriptedSource.record(offset, "k" + offset, "v");
        return new SourceRecord<>() {
            @Override
            public long offset() {
                return offset;
            }

            @Override
            public @Nullable Object orderingKey() {
                return record.orderingKey();
            }

            @Override
            public int sizeBytes() {
                return 1;
            }

            @Override
            public Message<String, String> decode() throws Exception {
                return record.decode();
            }

            @Override
            public void finished(RecordOutcome outcome, int attempts) {
                assertThat(stored()).isLessThanOrEqualTo(offset);
                told.add(offset + " " + outcome + " " + attempts);
                if (thrown != null) {
                    throw thrown;
                }
            }
        };
    }

    private long stored() {
        return source.committed.getOrDefault(P0, CommitPoint.of(0)).offset();
    }

    private BurrowBuilder<String, String> builder() {
        return Burrow.<String, String>builder()
                .source(source)
                .config(c -> c.retryPolicy(RetryPolicy.retries(1))
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))
                        .minCommitInterval(Duration.ZERO)
                        .commitRecords(1));
    }

    private SteppedBurrow<String, String> run(BurrowBuilder<String, String> builder, int records) {
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(builder, clock, 1);
        source.assign(P0, 0)
                .records(LongStream.range(0, records).mapToObj(this::noting).toList());
        return burrow.settle().advance(Duration.ofSeconds(1)).advance(Duration.ofSeconds(5));
    }

    @Test
    void processed_isToldTheAttemptThatSucceeded_beforeItsOffsetIsCommitted() {
        run(
                builder().handler(message -> {
                    if (message.offset() == 1 && message.attempt() == 1) {
                        throw new IllegalStateException("no");
                    }
                }),
                2);
        assertThat(told).containsExactlyInAnyOrder("0 PROCESSED 1", "1 PROCESSED 2");
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void inBatches_isToldToo() {
        run(builder().batchHandler(messages -> Outcome.allSucceeded(messages.size())), 2);
        assertThat(told).containsExactlyInAnyOrder("0 PROCESSED 1", "1 PROCESSED 1");
        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void deadLettered_andSkipped_areToldAsThat() {
        run(
                builder().deadLetters(new InMemoryDeadLetters<>()).handler(message -> {
                    throw new IllegalStateException("no");
                }),
                1);
        assertThat(told).containsExactly("0 DEAD_LETTERED 2");
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void skipped_isToldAsThat() {
        run(
                builder().config(c -> c.onExhausted(ExhaustedAction.SKIP)).handler(message -> {
                    throw new IllegalStateException("no");
                }),
                1);
        assertThat(told).containsExactly("0 SKIPPED 2");
    }

    @Test
    void parked_orAbandoned_isNotTold() {
        SteppedBurrow<String, String> burrow = run(
                builder().handler(message -> {
                    throw new IllegalStateException("no");
                }),
                1);
        source.then((partitions, receiver) -> partitions.revoked(List.of(P0)));
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(told).isEmpty();
        assertThat(stored()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatItThrows_halts_andTheRecordIsNotFinished(boolean batches) {
        thrown = new IllegalStateException("broken");
        BurrowBuilder<String, String> builder = builder();
        if (batches) {
            builder.batchHandler(messages -> Outcome.allSucceeded(messages.size()));
        } else {
            builder.handler(message -> {});
        }
        SteppedBurrow<String, String> burrow = run(builder, 1);
        assertThat(burrow.burrow().state()).isIn(BurrowState.HALTING, BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause()).isNotNull();
        assertThat(burrow.burrow().health().cause().code()).isEqualTo(ErrorCode.FATAL_ERROR);
        assertThat(stored()).isZero();
    }
}
