package io.burrow.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Ordering;
import io.burrow.api.StuckAction;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.core.Burrow;
import io.burrow.core.engine.EngineRig;
import io.burrow.core.stage.Stages;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.RebalanceProtocol;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which record waits for which: rows of the list of bugs that peers had. */
class OrderScenariosTest extends EngineRig {
    @Test
    void s14_oneKeyInTwoTopics_isTwoKeys() {
        broker.createTopic("u", 1);
        List<String> begun = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(Burrow.<String, String>builder()
                .source(broker.source("g", List.of("t", "u")))
                .config(c -> c.ordering(Ordering.KEY))
                .asyncHandler(m -> {
                    begun.add(m.topicPartition() + "@" + m.offset());
                    return new CompletableFuture<>();
                }));
        broker.produce("t", 0, "same", "v");
        broker.produce("t", 1, "same", "v");
        broker.produce("u", 0, "same", "v");
        broker.produce("u", 0, "same", "v");
        burrow.settle();
        assertThat(begun).containsExactlyInAnyOrder("t-0@0", "t-1@0", "u-0@0");
    }

    @Test
    void s14_recordsWithoutAKey_waitForNothing() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.ordering(Ordering.KEY)));
        broker.produce("t", 0, null, "0");
        broker.produce("t", 0, "k", "1");
        broker.produce("t", 0, null, "2");
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 1L, 2L);
        complete(burrow, 0, 1, 2);
        burrow.advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void s14_keysThatAreArrays_areComparedByContent() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.ordering(Ordering.KEY)));
        broker.produce("t", 0, new byte[] {1, 2}, "0");
        broker.produce("t", 0, new byte[] {1, 2}, "1");
        broker.produce("t", 0, new byte[] {2, 1}, "2");
        burrow.settle();
        assertThat(started).containsExactlyInAnyOrder(0L, 2L);
        complete(burrow, 0);
        assertThat(started).endsWith(1L);
    }

    @Test
    void s15_partitionThatComesBack_startsARecordOnlyAfterTheOldWorkOfItsKey() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        SteppedBurrow<String, String> first =
                start(async().config(c -> c.ordering(Ordering.KEY).drainTimeout(Duration.ZERO)));
        broker.produce("t", 0, "a", "0");
        broker.produce("t", 0, "b", "1");
        first.settle();
        CompletableFuture<Void> oldA = stages.get(0L);
        complete(first, 1);

        SteppedBurrow<String, String> second =
                start(base().asyncHandler(m -> new CompletableFuture<>()).config(c -> c.drainTimeout(Duration.ZERO)));
        broker.faults().move("g-2", P0);
        settle(first, second);
        for (int i = 0; i < 100; i++) {
            first.turn(); // long enough for idle keys to be forgotten
        }
        started.clear();
        broker.faults().move("g-1", P0);
        settle(second, first);
        assertThat(broker.assignment("g-1")).contains(P0);
        assertThat(started).doesNotContain(0L);

        oldA.complete(null);
        settle(first, second);
        assertThat(started).contains(0L);
    }

    @Test
    void s15_handlerThatAStageStartedLater_andThatIsGivenUp_holdsItsKeyUntilItReturns() {
        List<SteppedBurrow<String, String>> self = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    steps.add("begins " + m.offset());
                    for (int i = 0; m.offset() == 1 && i < 60; i++) { // it takes a minute and heeds no interrupt
                        clock.advance(Duration.ofSeconds(1));
                        self.get(0).turn();
                        while (self.get(0).workers().step()) {}
                    }
                    steps.add("ends " + m.offset());
                })
                .stage(Stages.rateLimit(1, Duration.ofSeconds(1)))
                .deadLetters(new InMemoryDeadLetters<>())
                .config(c -> c.ordering(Ordering.KEY)
                        .stuckAfter(Duration.ofSeconds(10))
                        .onStuck(StuckAction.DEAD_LETTER)));
        self.add(burrow);
        broker.produce("t", 0, "other", "0");
        broker.produce("t", 0, "same", "1");
        broker.produce("t", 0, "same", "2");
        burrow.settle().advance(Duration.ofMinutes(1));
        assertThat(burrow.burrow().stats().deadLettered()).isEqualTo(1);
        assertThat(steps).containsExactly("begins 0", "ends 0", "begins 1", "ends 1", "begins 2", "ends 2");
    }

    @Test
    void s29_recordWhoseHandlerAnswersLater_keepsItsKeyUntilThen() {
        SteppedBurrow<String, String> burrow = start(
                async().config(c -> c.ordering(Ordering.KEY).backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))));
        for (int i = 0; i < 3; i++) {
            broker.produce("t", 0, "same", "value");
        }
        burrow.settle();
        assertThat(started).containsExactly(0L);
        burrow.advance(Duration.ofMinutes(1));
        assertThat(started).containsExactly(0L);
        complete(burrow, 0);
        assertThat(started).containsExactly(0L, 1L);
        fail(burrow, 1);
        assertThat(started).containsExactly(0L, 1L);
        burrow.advance(Duration.ofSeconds(1));
        assertThat(started).containsExactly(0L, 1L, 1L);
        complete(burrow, 1);
        assertThat(started).containsExactly(0L, 1L, 1L, 2L);
    }
}
