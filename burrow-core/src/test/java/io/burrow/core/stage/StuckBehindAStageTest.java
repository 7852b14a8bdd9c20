package io.burrow.core.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.MessageHandler;
import io.burrow.api.RecordOutcome;
import io.burrow.api.StuckAction;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A synchronous handler that a stage started later, on a thread of its own, and that takes too long: its key has to
 * wait for it as for one on a worker. The handler "takes long" by letting the world go on from within.
 */
class StuckBehindAStageTest extends StageRig {
    private final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();
    private SteppedBurrow<String, String> burrow;
    private int inside;
    private int mostInside;

    private BurrowBuilder<String, String> limited(StuckAction action) {
        return stages(Stages.rateLimit(1, seconds(2)))
                .deadLetters(sink)
                .config(c -> c.stuckAfter(seconds(10)).onStuck(action));
    }

    /** Starts it with two records of one key after another record, so that both of them wait for their permit. */
    private void run(BurrowBuilder<String, String> builder, MessageHandler<String, String> handler) {
        burrow = start(builder, message -> {
            boolean same = message.key().equals("same");
            inside += same ? 1 : 0;
            mostInside = Math.max(mostInside, inside);
            try {
                handler.handle(message);
            } finally {
                inside -= same ? 1 : 0;
            }
        });
        broker.produce("t", 0, "other", "v");
        broker.produce("t", 0, "same", "v");
        broker.produce("t", 0, "same", "v");
        burrow.settle();
    }

    /** The world goes on for a time, seen from within a handler. */
    private void takes(int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.advance(seconds(1));
            burrow.turn();
            while (burrow.workers().step()) {}
        }
    }

    @Test
    void withRetry_itIsInterrupted_andRunsToItsEnd_beforeAnythingOfItsKeyStarts() {
        List<Boolean> interrupted = new ArrayList<>();
        run(limited(StuckAction.RETRY), message -> {
            if (message.offset() == 1) {
                takes(40);
                interrupted.add(Thread.currentThread().isInterrupted());
            }
        });
        burrow.advance(seconds(60));
        assertThat(interrupted).containsExactly(true);
        assertThat(mostInside).isEqualTo(1);
        assertThat(started).containsExactly(0L, 1L, 2L);
        assertThat(outcomes.values()).hasSize(3).containsOnly(RecordOutcome.PROCESSED);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void withRetry_oneThatHeedsTheInterrupt_failsItsAttempt_andIsTriedAgain() {
        run(limited(StuckAction.RETRY), message -> {
            if (message.offset() == 1 && message.attempt() == 1) {
                takes(40);
                Thread.sleep(1); // throws at once, since it is interrupted
            }
        });
        burrow.advance(seconds(60));
        assertThat(mostInside).isEqualTo(1);
        assertThat(started).containsExactly(0L, 1L, 1L, 2L);
        assertThat(failures)
                .singleElement()
                .satisfies(f -> assertThat(f.cause()).isInstanceOf(InterruptedException.class));
        assertThat(outcomes.values()).hasSize(3).containsOnly(RecordOutcome.PROCESSED);
    }

    @Test
    void withDeadLetter_itsRecordIsGivenUp_butItsKeyWaitsForIt() {
        List<Integer> lettersWithin = new ArrayList<>();
        List<Long> startedWithin = new ArrayList<>();
        List<Long> running = new ArrayList<>();
        run(limited(StuckAction.DEAD_LETTER), message -> {
            if (message.offset() == 1) {
                takes(60);
                lettersWithin.add(sink.letters().size());
                startedWithin.addAll(started);
                running.add(burrow.burrow().stats().activeWorkers());
            }
        });
        burrow.advance(seconds(60));
        assertThat(lettersWithin).containsExactly(1); // it is acknowledged while the handler still runs
        assertThat(startedWithin).containsExactly(0L, 1L);
        assertThat(running).containsExactly(1L); // and goes on to count as running
        assertThat(mostInside).isEqualTo(1);
        assertThat(started).containsExactly(0L, 1L, 2L);
        assertThat(outcomes).containsEntry(1L, RecordOutcome.DEAD_LETTERED).containsEntry(2L, RecordOutcome.PROCESSED);
        assertThat(broker.lag("g")).isZero();
        assertThat(burrow.burrow().stats().activeWorkers()).isZero();
        assertThat(burrow.close(seconds(1)).clean()).isTrue();
    }

    @Test
    void withDeadLetter_oneThatWaitsForItsPermit_isGivenUpAtOnce_andNeverStarts() {
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
    void aPartitionThatIsLost_andComesBack_waitsForTheOldHandlerOfTheKey() {
        for (StuckAction action : List.of(StuckAction.RETRY, StuckAction.DEAD_LETTER)) {
            StuckBehindAStageTest each = new StuckBehindAStageTest();
            each.run(each.limited(action), message -> {
                if (message.offset() == 1 && each.started.size() == 2) {
                    each.broker.faults().expire(each.member());
                    each.takes(60);
                    assertThat(each.started.stream().filter(offset -> offset > 0))
                            .containsExactly(1L);
                }
            });
            each.burrow.advance(seconds(120));
            assertThat(each.mostInside).isEqualTo(1);
            assertThat(each.outcomes).containsEntry(2L, RecordOutcome.PROCESSED);
            assertThat(each.broker.lag("g")).isZero();
        }
    }
}
