package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BatchMessageHandler;
import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowState;
import io.burrow.api.Message;
import io.burrow.api.MessageHandler;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.PartitionHealth;
import io.burrow.api.StuckAction;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.stage.Stages;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to records that are handled for too long. */
class EngineStuckTest extends EngineRig {
    private final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();

    private PartitionHealth health(SteppedBurrow<String, String> burrow) {
        return health(burrow, P0);
    }

    private PartitionHealth health(SteppedBurrow<String, String> burrow, TopicPartition partition) {
        return burrow.burrow().health().partitions().stream()
                .filter(p -> p.partition().equals(partition))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aStageThatNeverCompletes_isReported_byTheAgeOfItsProcessing() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.stuckAfter(Duration.ofSeconds(10))));
        produce(2);
        burrow.settle().advance(Duration.ofSeconds(9));
        assertThat(health(burrow).reason()).isEqualTo(BlockedReason.NONE);
        burrow.advance(Duration.ofSeconds(4));
        assertThat(health(burrow).reason()).isEqualTo(BlockedReason.HELD_BY_STUCK);
        assertThat(health(burrow).detail()).contains("offset 0");
        assertThat(burrow.burrow().health().problems())
                .anyMatch(p -> p.contains("RECORD_STUCK") && p.contains("t-0@0"));
        complete(burrow, 0);
        burrow.advance(Duration.ofSeconds(3));
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void aStageThatBeganWhileNothingCountedAsStuck_isWatched_onceThatChanges() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.stuckAfter(Duration.ZERO)));
        produce(1);
        burrow.settle().advance(Duration.ofHours(1));
        assertThat(health(burrow).reason()).isEqualTo(BlockedReason.NONE);
        burrow.burrow().reconfigure(c -> c.stuckAfter(Duration.ofSeconds(10)));
        burrow.settle().advance(Duration.ofSeconds(3));
        assertThat(health(burrow).reason()).isEqualTo(BlockedReason.HELD_BY_STUCK);
        complete(burrow, 0);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"SPAN_FULL", "PARTITION_RECORDS_FULL", "PARTITION_BYTES_FULL", "RECORDS_FULL", "BYTES_FULL"})
    void aStuckStage_isTold_alsoWhereThePartitionHasNoRoom(BlockedReason reason) {
        SteppedBurrow<String, String> burrow = start(
                async().sizer(record -> 100).config(c -> withoutRoom(c, reason).stuckAfter(Duration.ofSeconds(10))));
        produce(reason == BlockedReason.SPAN_FULL ? 65 : 3);
        burrow.settle();
        for (long offset = 1; reason == BlockedReason.SPAN_FULL && offset < 64; offset++) {
            stages.get(offset).complete(null);
        }
        burrow.settle();
        assertThat(health(burrow).reason()).isEqualTo(reason);
        assertThat(health(burrow).detail()).doesNotContain("too long");
        burrow.advance(Duration.ofSeconds(13));
        assertThat(health(burrow).reason()).isEqualTo(reason);
        assertThat(health(burrow).detail()).endsWith("; the handler of offset 0 has run for too long");
    }

    private static BurrowConfig.Builder withoutRoom(BurrowConfig.Builder config, BlockedReason reason) {
        return switch (reason) {
            case SPAN_FULL -> config.maxSpanRecords(64);
            case PARTITION_RECORDS_FULL -> config.maxPartitionInFlightRecords(3);
            case PARTITION_BYTES_FULL -> config.maxPartitionInFlightBytes(300);
            case RECORDS_FULL -> config.concurrency(3).maxInFlightRecords(3);
            default -> config.maxInFlightBytes(300);
        };
    }

    @Test
    void aStuckStage_aboveAParkedRecord_isTold_untilItEnds() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.retryPolicy(RetryPolicy.never()).stuckAfter(Duration.ofSeconds(10))));
        produce(3);
        burrow.settle();
        fail(burrow, 0);
        burrow.advance(Duration.ofSeconds(13));
        assertThat(health(burrow).reason()).isEqualTo(BlockedReason.NONE);
        assertThat(health(burrow).detail()).endsWith("; the handler of offset 1 has run for too long");
        complete(burrow, 1);
        assertThat(health(burrow).detail()).doesNotContain("the handler of offset 1");
        burrow.burrow().pause(P0);
        burrow.settle().advance(Duration.ofSeconds(13));
        assertThat(health(burrow).detail())
                .isEqualTo("paused by the user; the handler of offset 2 has run for too long");
        complete(burrow, 2);
        assertThat(health(burrow).detail()).isEqualTo("paused by the user");
    }

    @Test
    void aStuckStage_canBeTimedOut_andItsLateCompletionChangesNothing() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.ordering(Ordering.KEY)
                .stuckAfter(Duration.ofSeconds(10))
                .onStuck(StuckAction.RETRY)
                .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        produce(1);
        burrow.settle();
        var late = stages.get(0L);
        burrow.advance(Duration.ofSeconds(11)).advance(Duration.ofSeconds(1));
        assertThat(started).containsExactly(0L, 0L);
        late.complete(null);
        burrow.advance(Duration.ofSeconds(6));
        assertThat(committedOr(0)).isZero();
        complete(burrow, 0);
        burrow.advance(Duration.ofSeconds(6));
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void aStuckStage_canGoToTheDeadLetters() {
        SteppedBurrow<String, String> burrow = start(async().deadLetters(sink)
                .config(c -> c.stuckAfter(Duration.ofSeconds(10)).onStuck(StuckAction.DEAD_LETTER)));
        produce(1);
        burrow.settle().advance(Duration.ofSeconds(20));
        assertThat(sink.letters()).hasSize(1);
        assertThat(committed()).isEqualTo(1);
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
    }

    @Test
    void aHandlerThatReturnsAStage_afterItsRecordWasTaken_freesAllThatItHeld() {
        List<SteppedBurrow<String, String>> self = new ArrayList<>();
        List<Long> began = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(base().asyncHandler(m -> {
                    began.add(m.offset());
                    if (m.offset() > 0) {
                        return CompletableFuture.completedFuture(null);
                    }
                    for (int look = 0; look < 3; look++) { // it blocks, and does not heed the interrupt
                        clock.advance(Duration.ofSeconds(11));
                        self.get(0).turn();
                    }
                    return new CompletableFuture<>();
                })
                .deadLetters(sink)
                .config(c -> c.ordering(Ordering.KEY)
                        .concurrency(1)
                        .stuckAfter(Duration.ofSeconds(10))
                        .onStuck(StuckAction.DEAD_LETTER)));
        self.add(burrow);
        broker.produce("t", 0, "a", "0");
        broker.produce("t", 0, "a", "1");
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(sink.letters()).hasSize(1);
        assertThat(began).containsExactly(0L, 1L);
        assertThat(committed()).isEqualTo(2);
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
        assertThat(burrow.close(Duration.ZERO).clean()).isTrue();
    }

    @Test
    void aStuckBatch_canGoToTheDeadLetters_andWhatFollowsInItsKeysIsRunAfterIt() {
        List<SteppedBurrow<String, String>> self = new ArrayList<>();
        List<List<Long>> batches = new ArrayList<>();
        List<Integer> lettersWithin = new ArrayList<>();
        List<BlockedReason> within = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(base().batchHandler(messages -> {
                    batches.add(messages.stream().map(Message::offset).toList());
                    if (batches.size() == 1) {
                        for (int look = 0; look < 4; look++) { // it does not heed the interrupt
                            clock.advance(Duration.ofSeconds(11));
                            self.get(0).turn();
                            while (self.get(0).workers().step()) {}
                        }
                        lettersWithin.add(sink.letters().size());
                        within.add(health(self.get(0)).reason()); // of what follows, which is in its hands too
                    }
                    return Collections.nCopies(messages.size(), Outcome.success());
                })
                .deadLetters(sink)
                .config(c -> c.ordering(Ordering.KEY)
                        .stuckAfter(Duration.ofSeconds(10))
                        .onStuck(StuckAction.DEAD_LETTER)));
        self.add(burrow);
        for (String key : List.of("a", "a", "b", "a")) {
            broker.produce("t", 0, key, "value");
        }
        broker.produce("t", 0, null, "value");
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(batches.get(0)).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L);
        assertThat(lettersWithin).containsExactly(3); // the first of each key, and who has none
        assertThat(within).containsExactly(BlockedReason.HELD_BY_STUCK);
        assertThat(sink.letters()).hasSize(3);
        assertThat(batches.stream().skip(1).flatMap(List::stream)).containsExactly(1L, 3L);
        assertThat(committed()).isEqualTo(5);
        assertThat(burrow.burrow().stats().deadLettered()).isEqualTo(3);
        assertThat(burrow.burrow().stats().processed()).isEqualTo(2);
        assertThat(burrow.close(Duration.ZERO).clean()).isTrue();
    }

    /** It holds its key, and nothing else is left: that has a reason, though its record is done with. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHandlerThatRunsOn_afterItsAttemptWasGivenUp_isTheReasonForWhatWaitsBehindIt(boolean lost) {
        List<SteppedBurrow<String, String>> self = new ArrayList<>();
        List<PartitionHealth> within = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    started.add(m.offset());
                    if (m.offset() == 0) {
                        for (int look = 0; look < 4; look++) { // it does not heed the interrupt
                            clock.advance(Duration.ofSeconds(11));
                            self.get(0).turn();
                            while (self.get(0).workers().step()) {}
                        }
                        if (lost) {
                            broker.faults().expire(member());
                        }
                        broker.produce("t", 0, "a", "behind it");
                        for (int turn = 0; turn < 4; turn++) {
                            self.get(0).turn();
                            while (self.get(0).workers().step()) {}
                        }
                        within.add(health(self.get(0)));
                    }
                })
                .deadLetters(sink)
                .config(c -> c.ordering(Ordering.KEY)
                        .stuckAfter(Duration.ofSeconds(10))
                        .onStuck(StuckAction.DEAD_LETTER)));
        self.add(burrow);
        broker.produce("t", 0, "a", "value");
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(sink.letters()).hasSize(1);
        assertThat(within).singleElement().satisfies(health -> {
            assertThat(health.reason()).isEqualTo(lost ? BlockedReason.HELD_BY_FORMER : BlockedReason.HELD_BY_STUCK);
            assertThat(health.detail()).contains("offset 1");
        });
        assertThat(started).containsExactly(0L, 1L);
        assertThat(committed()).isEqualTo(2);
    }

    /** What cannot start does not move, and it is not its own fault. */
    @Test
    void whatHasNoPlace_sinceAllAreWithStuckRecords_isToldSo() {
        TopicPartition other = new TopicPartition("t", 1);
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.concurrency(2).stuckAfter(Duration.ofSeconds(10))));
        produce(2);
        burrow.settle();
        broker.produce("t", 1, "key", "value");
        burrow.settle().advance(Duration.ofSeconds(9));
        assertThat(health(burrow, other).reason()).isEqualTo(BlockedReason.NONE); // it has its turn when one is done
        burrow.advance(Duration.ofSeconds(4));
        assertThat(health(burrow, other).reason()).isEqualTo(BlockedReason.HELD_BY_STUCK);
        assertThat(health(burrow, other).detail())
                .startsWith("nothing can be started, since all that may run at once is stuck: held by offset 0");
        assertThat(burrow.burrow().health().problems()).anyMatch(p -> p.startsWith("t-1: HELD_BY_STUCK"));
        complete(burrow, 1);
        burrow.advance(Duration.ofSeconds(3));
        assertThat(health(burrow, other).reason()).isEqualTo(BlockedReason.NONE);
        assertThat(started).hasSize(3);
    }

    @Test
    void aStuckBatch_withRetry_isNotTakenFromItsHandler_andWhatThatSaysCounts() {
        List<SteppedBurrow<String, String>> self = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(base().batchHandler(messages -> {
                    for (int look = 0; look < 3; look++) {
                        clock.advance(Duration.ofSeconds(11));
                        self.get(0).turn();
                        while (self.get(0).workers().step()) {}
                    }
                    return Collections.nCopies(messages.size(), Outcome.success());
                })
                .config(c -> c.ordering(Ordering.KEY)
                        .stuckAfter(Duration.ofSeconds(10))
                        .onStuck(StuckAction.RETRY)));
        self.add(burrow);
        for (int i = 0; i < 4; i++) {
            broker.produce("t", 0, "a", "value");
        }
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(4);
        assertThat(burrow.burrow().health().problems()).anyMatch(p -> p.contains("RECORD_STUCK"));
    }

    // ---- who is named

    private @Nullable SteppedBurrow<String, String> looking;

    /** So long that it is seen, from within. */
    private void takeLong() {
        clock.advance(Duration.ofSeconds(11));
        Objects.requireNonNull(looking).turn();
    }

    private final class SlowHandler implements MessageHandler<String, String> {
        @Override
        public void handle(Message<String, String> message) {
            takeLong();
        }
    }

    private final class SlowBatches implements BatchMessageHandler<String, String> {
        @Override
        public List<Outcome> handle(List<? extends Message<String, String>> messages) {
            takeLong();
            return Outcome.allSucceeded(messages.size());
        }
    }

    private static final class NeverDone implements AsyncMessageHandler<String, String> {
        @Override
        public CompletionStage<?> handle(Message<String, String> message) {
            return new CompletableFuture<>();
        }
    }

    private final class SlowSink implements DeadLetterSink<String, String> {
        @Override
        public CompletionStage<?> send(DeadLetter<String, String> letter) {
            takeLong();
            return CompletableFuture.completedFuture(null);
        }
    }

    private void assertTold(BurrowBuilder<String, String> builder, String what) {
        SteppedBurrow<String, String> burrow = start(builder.config(c -> c.stuckAfter(Duration.ofSeconds(10))));
        looking = burrow;
        produce(2);
        burrow.settle().advance(Duration.ofSeconds(11));
        assertThat(burrow.burrow().health().problems())
                .filteredOn(problem -> problem.startsWith("RECORD_STUCK: the record at t-0@0 "))
                .hasSize(1)
                .allSatisfy(problem -> assertThat(problem).contains(what));
    }

    @Test
    void aStuckHandler_isNamedByItsClass() {
        assertTold(base().handler(new SlowHandler()), " ms by " + SlowHandler.class.getName() + " (");
    }

    @Test
    void aStuckHandlerWithStagesAroundIt_isNamedByItsOwnClass() {
        assertTold(
                base().stage(Stages.tap(m -> {}))
                        .stage(next -> message -> next.handle(message))
                        .handler(new SlowHandler()),
                " ms by " + SlowHandler.class.getName() + " (");
    }

    @Test
    void aHandlerWhoseStageNeverCompletes_isNamedByItsClass() {
        assertTold(base().asyncHandler(new NeverDone()), " ms by " + NeverDone.class.getName() + " (");
    }

    @Test
    void aStuckBatchHandler_isNamedByItsClass() {
        assertTold(
                base().batchHandler(new SlowBatches()),
                " and 1 others is handled for 11000 ms by " + SlowBatches.class.getName() + " (");
    }

    @Test
    void aHandlerThatIsALambda_isNamedByTheClassItWasWrittenIn() {
        assertTold(base().handler(m -> takeLong()), " ms by " + EngineStuckTest.class.getName() + "$$Lambda");
    }

    @Test
    void aSinkThatBlocks_isNamedInPlaceOfTheHandler() {
        assertTold(
                failing(0).deadLetters(new SlowSink()).config(c -> c.retryPolicy(RetryPolicy.never())),
                " ms by " + SlowSink.class.getName() + " (");
    }

    /** Its handler has returned, and has nothing to do with it. */
    @Test
    void aPolicyThatBlocks_isNotTakenForTheHandler() {
        assertTold(
                failing(0)
                        .config(c -> c.retryPolicy(failure -> {
                            takeLong();
                            return RetryDecision.SKIP;
                        })),
                " is handled for 11000 ms (");
    }

    @Test
    void aStuckRecord_canHalt() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.stuckAfter(Duration.ofSeconds(10)).onStuck(StuckAction.HALT)));
        produce(1);
        burrow.settle().advance(Duration.ofSeconds(20)).advance(Duration.ofSeconds(40));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause()).hasMessageContaining("RECORD_STUCK");
    }
}
