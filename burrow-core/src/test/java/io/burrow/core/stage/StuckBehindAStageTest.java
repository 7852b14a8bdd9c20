package io.burrow.core.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Message;
import io.burrow.api.MessageHandler;
import io.burrow.api.RecordOutcome;
import io.burrow.api.StuckAction;
import io.burrow.api.spi.Stage;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A synchronous handler that a stage started later, on a thread of its own, and that takes too long: its key has to
 * wait for it as for one on a worker. The handler "takes long" by letting the world go on from within.
 */
class StuckBehindAStageTest extends StageRig {
    private final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();
    private SteppedBurrow<String, String> burrow;
    private int inside;
    private int mostInside;
    /** Whether the record at offset 0 has failed, whose like the one at offset 1 is then. */
    private boolean failed;

    /** What the first record of the key has to wait for. */
    enum Behind {
        /** For a permit: the record before it has just had one. */
        RATE_LIMIT,
        /** For what comes of its like, which fails. */
        DEDUPLICATE
    }

    private Stage<String, String> stage(Behind behind) {
        return behind == Behind.RATE_LIMIT
                ? Stages.rateLimit(1, seconds(2))
                : Stages.deduplicate(this::identity, seconds(1_000), 100);
    }

    private @Nullable String identity(Message<String, String> message) {
        return message.offset() == 1 || message.offset() == 0 && !failed ? "like" : null;
    }

    private BurrowBuilder<String, String> limited(Behind behind, StuckAction action) {
        return stages(stage(behind))
                .deadLetters(sink)
                .config(c -> c.stuckAfter(seconds(10)).onStuck(action));
    }

    /**
     * Starts it with two records of one key after another record, so that the first of the two has to wait in the
     * stage, and the second for its key.
     */
    private void run(Behind behind, StuckAction action, MessageHandler<String, String> handler) {
        burrow = start(limited(behind, action), message -> {
            boolean same = message.key().equals("same");
            inside += same ? 1 : 0;
            mostInside = Math.max(mostInside, inside);
            try {
                if (behind == Behind.DEDUPLICATE && message.offset() == 0 && !failed) {
                    produceTwo();
                    takes(1);
                    failed = true;
                    throw new IllegalStateException("once");
                }
                handler.handle(message);
            } finally {
                inside -= same ? 1 : 0;
            }
        });
        broker.produce("t", 0, "other", "v");
        if (behind == Behind.RATE_LIMIT) {
            produceTwo();
        }
        burrow.settle();
    }

    private void produceTwo() {
        broker.produce("t", 0, "same", "v");
        broker.produce("t", 0, "same", "v");
    }

    /** The world goes on for a time, seen from within a handler. */
    private void takes(int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.advance(seconds(1));
            burrow.turn();
            while (burrow.workers().step()) {}
        }
    }

    /** All that is started: the first of the key after the record before it, whose retry comes meanwhile; the rest. */
    private static List<Long> all(Behind behind, Long... rest) {
        List<Long> all = new ArrayList<>(List.of(0L, 1L));
        if (behind == Behind.DEDUPLICATE) {
            all.add(0L);
        }
        all.addAll(List.of(rest));
        return all;
    }

    /** What was started of the key. */
    private List<Long> startedOfKey() {
        return started.stream().filter(offset -> offset > 0).toList();
    }

    @ParameterizedTest
    @EnumSource
    void withRetry_itIsInterrupted_andRunsToItsEnd_beforeAnythingOfItsKeyStarts(Behind behind) {
        List<Boolean> interrupted = new ArrayList<>();
        run(behind, StuckAction.RETRY, message -> {
            if (message.offset() == 1) {
                takes(40);
                interrupted.add(Thread.currentThread().isInterrupted());
            }
        });
        burrow.advance(seconds(60));
        assertThat(interrupted).containsExactly(true);
        assertThat(mostInside).isEqualTo(1);
        assertThat(started).containsExactlyElementsOf(all(behind, 2L));
        assertThat(outcomes.values()).hasSize(3).containsOnly(RecordOutcome.PROCESSED);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void withRetry_oneThatHeedsTheInterrupt_failsItsAttempt_andIsTriedAgain(Behind behind) {
        run(behind, StuckAction.RETRY, message -> {
            if (message.offset() == 1 && message.attempt() == 1) {
                takes(40);
                Thread.sleep(1); // throws at once, since it is interrupted
            }
        });
        burrow.advance(seconds(60));
        assertThat(mostInside).isEqualTo(1);
        assertThat(started).containsExactlyElementsOf(all(behind, 1L, 2L));
        assertThat(failures)
                .filteredOn(f -> f.offset() > 0)
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).isInstanceOf(InterruptedException.class));
        assertThat(outcomes.values()).hasSize(3).containsOnly(RecordOutcome.PROCESSED);
    }

    @ParameterizedTest
    @EnumSource
    void withDeadLetter_itsRecordIsExhausted_butItsKeyWaitsForIt(Behind behind) {
        List<Integer> lettersWithin = new ArrayList<>();
        List<Long> startedWithin = new ArrayList<>();
        List<Long> running = new ArrayList<>();
        run(behind, StuckAction.DEAD_LETTER, message -> {
            if (message.offset() == 1) {
                takes(60);
                lettersWithin.add(sink.letters().size());
                startedWithin.addAll(started);
                running.add(burrow.burrow().stats().activeWorkers());
            }
        });
        burrow.advance(seconds(60));
        assertThat(lettersWithin).containsExactly(1); // it is acknowledged while the handler still runs
        assertThat(startedWithin).containsExactlyElementsOf(all(behind));
        assertThat(running).containsExactly(1L); // and goes on to count as running
        assertThat(mostInside).isEqualTo(1);
        assertThat(started).containsExactlyElementsOf(all(behind, 2L));
        assertThat(outcomes)
                .containsEntry(0L, RecordOutcome.PROCESSED)
                .containsEntry(1L, RecordOutcome.DEAD_LETTERED)
                .containsEntry(2L, RecordOutcome.PROCESSED);
        assertThat(broker.lag("g")).isZero();
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
        assertThat(burrow.close(seconds(1)).clean()).isTrue();
    }

    @Test
    void withDeadLetter_oneThatWaitsForItsPermit_isExhaustedAtOnce_andNeverStarts() {
        burrow = start(
                stages(Stages.rateLimit(1, seconds(100)))
                        .deadLetters(sink)
                        .config(c -> c.stuckAfter(seconds(10)).onStuck(StuckAction.DEAD_LETTER)),
                m -> {});
        produce(2);
        burrow.settle().advance(seconds(20)).advance(seconds(300));
        assertThat(started).containsExactly(0L);
        assertThat(sink.letters()).hasSize(1);
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void withDeadLetter_oneThatWaitsForItsLike_isExhaustedAtOnce_andNeverStarts() {
        List<Integer> lettersWithin = new ArrayList<>();
        burrow = start(
                stages(Stages.deduplicate(Message::value, seconds(1_000), 100))
                        .deadLetters(sink)
                        .config(c -> c.stuckAfter(seconds(10)).onStuck(StuckAction.DEAD_LETTER)),
                message -> {
                    produce("v");
                    takes(40);
                    lettersWithin.add(sink.letters().size());
                });
        produce("v");
        burrow.settle().advance(seconds(300));
        assertThat(lettersWithin).containsExactly(2); // both: the one that runs is stuck too
        assertThat(started).containsExactly(0L);
        assertThat(outcomes.values()).hasSize(2).containsOnly(RecordOutcome.DEAD_LETTERED);
        assertThat(broker.lag("g")).isZero();
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aPartitionThatIsLost_andComesBack_waitsForTheOldHandlerOfTheKey(Behind behind) {
        for (StuckAction action : List.of(StuckAction.RETRY, StuckAction.DEAD_LETTER)) {
            StuckBehindAStageTest each = new StuckBehindAStageTest();
            each.run(behind, action, message -> {
                if (message.offset() == 1 && each.startedOfKey().size() == 1) {
                    each.broker.faults().expire(each.member());
                    each.takes(60);
                    assertThat(each.startedOfKey()).containsExactly(1L);
                }
            });
            each.burrow.advance(seconds(120));
            assertThat(each.mostInside).isEqualTo(1);
            assertThat(each.outcomes).containsEntry(2L, RecordOutcome.PROCESSED);
            assertThat(each.broker.lag("g")).isZero();
        }
    }
}
