package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Health;
import io.burrow.api.ThresholdAction;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What health says of the whole: one word, and what is wrong. */
class HealthTest extends HealthRig {
    private final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();

    @Test
    void beforeItsFirstAssignment_itStarts() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        Health health = of(burrow);
        assertThat(health.status()).isEqualTo(Health.Status.STARTING);
        assertThat(health.live()).isTrue();
        assertThat(health.ready()).isFalse();
    }

    @Test
    void withPartitionsAndNothingWrong_itIsReady() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        Health health = of(burrow.settle());
        assertThat(health.status()).isEqualTo(Health.Status.READY);
        assertThat(health.live()).isTrue();
        assertThat(health.ready()).isTrue();
        assertThat(health.problems()).isEmpty();
        assertThat(health.problemCount()).isZero();
        assertThat(health.cause()).isNull();
    }

    @Test
    void aMemberWithoutAPartition_isReady() {
        broker.createTopic("one", 1);
        SteppedBurrow<String, String> owner =
                start(base().source(broker.source("g1", List.of("one"))).handler(m -> {}));
        owner.settle();
        SteppedBurrow<String, String> idle =
                start(base().source(broker.source("g1", List.of("one"))).handler(m -> {}));
        for (int i = 0; i < 5; i++) {
            owner.turn();
            idle.turn();
        }
        assertThat(of(owner).partitions().size() + of(idle).partitions().size()).isEqualTo(1);
        assertThat(of(idle).status()).isEqualTo(Health.Status.READY);
        assertThat(of(idle).ready()).isTrue();
    }

    @Test
    void pausedByTheUser_itIsReady_andSaysThatItIsPaused() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        burrow.burrow().pause();
        Health health = of(burrow.settle());
        assertThat(health.state()).isEqualTo(BurrowState.PAUSED);
        assertThat(health.status()).isEqualTo(Health.Status.READY);
        assertThat(health.ready()).isTrue();
    }

    @Test
    void aPartitionThatIsHeldUp_degradesIt_andIsNamed() {
        SteppedBurrow<String, String> burrow = start(async().config(
                        c -> c.maxPartitionInFlightRecords(1).backoff(BackoffStrategy.fixed(Duration.ofMinutes(1)))));
        produce(1);
        burrow.settle();
        fail(burrow, 0);
        Health health = of(burrow);
        assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(health.ready()).isTrue();
        assertThat(health.problems())
                .containsExactly("t-0: PARTITION_RECORDS_FULL, as many records held as one partition may, 1: the oldest"
                        + " at offset 0 for 0 ms");
    }

    @Test
    void backPressure_isShown_andIsNoTrouble_untilWhatIsHeldIsStuckOrWaits() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.maxPartitionInFlightRecords(4)
                .stuckAfter(Duration.ofMinutes(1))
                .backoff(BackoffStrategy.fixed(Duration.ofMinutes(10)))));
        produce(6);
        Health health = of(burrow.settle());
        assertThat(first(health).reason()).isEqualTo(BlockedReason.PARTITION_RECORDS_FULL);
        assertThat(health.status()).isEqualTo(Health.Status.READY);
        fail(burrow, 0);
        fail(burrow, 1);
        assertThat(of(burrow).status()).isEqualTo(Health.Status.READY);
        fail(burrow, 2);
        assertThat(first(of(burrow)).reason()).isEqualTo(BlockedReason.PARTITION_RECORDS_FULL);
        assertThat(of(burrow).status()).isEqualTo(Health.Status.DEGRADED);
    }

    @Test
    void backPressureOfStuckRecords_degradesIt() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.maxPartitionInFlightRecords(4).stuckAfter(Duration.ofMinutes(1))));
        produce(6);
        assertThat(of(burrow.settle()).status()).isEqualTo(Health.Status.READY);
        burrow.advance(Duration.ofMinutes(2)).advance(SECOND);
        assertThat(first(of(burrow)).reason()).isEqualTo(BlockedReason.PARTITION_RECORDS_FULL);
        assertThat(of(burrow).status()).isEqualTo(Health.Status.DEGRADED);
    }

    @Test
    void parkedRecords_degradeIt_thoughAllElseMoves() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(3);
        burrow.settle();
        fail(burrow, 1);
        Health health = of(burrow);
        assertThat(first(health).reason()).isEqualTo(BlockedReason.NONE);
        assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(health.problems()).containsExactly("t-0: 1 records are parked");
        burrow.burrow().retryParked(P0, 1);
        complete(burrow, 1);
        assertThat(of(burrow).status()).isEqualTo(Health.Status.READY);
    }

    @Test
    void refusedCommits_degradeIt() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        produce(3);
        broker.faults().failNextCommit("g", CommitOutcome.REJECTED);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(of(burrow).status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(of(burrow).problems()).contains("t-0: commits are refused");
        burrow.advance(Duration.ofSeconds(10));
        assertThat(of(burrow).status()).isEqualTo(Health.Status.READY);
    }

    @Test
    void deadLettersThatCannotBeSent_degradeIt() {
        SteppedBurrow<String, String> burrow = start(failing(0)
                .deadLetters(sink)
                .config(c -> c.retryPolicy(RetryPolicy.never()).deadLetterBackoff(BackoffStrategy.fixed(SECOND))));
        sink.failNext(1);
        produce(2);
        burrow.settle();
        assertThat(of(burrow).status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(of(burrow).problems()).contains("t-0: dead letters wait to be sent");
        burrow.advance(SECOND);
        assertThat(of(burrow).status()).isEqualTo(Health.Status.READY);
    }

    @Test
    void ofManyPartitionsInTrouble_sixteenProblemsAreTold_andAllAreCounted() {
        broker.createTopic("many", 20);
        SteppedBurrow<String, String> burrow = start(over(broker.source("g", List.of("many")))
                .config(c -> c.retryPolicy(RetryPolicy.never()).errorThreshold(0))
                .handler(m -> {
                    throw new IllegalStateException("no");
                }));
        for (int partition = 0; partition < 20; partition++) {
            broker.produce("many", partition, "key", "value");
        }
        Health health = of(burrow.settle());
        assertThat(health.problems()).hasSize(16);
        assertThat(health.problemCount())
                .as("held by it, and parked: two for each")
                .isEqualTo(40);
    }

    @Test
    void ofManyErrorsThatWereContained_theNewestAreTold_andAllAreCounted() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.stuckAfter(SECOND)));
        produce(20);
        burrow.settle().advance(SECOND.multipliedBy(3));
        Health health = of(burrow);
        assertThat(health.problems()).hasSize(16);
        assertThat(health.problems().get(0)).startsWith("t-0: HELD_BY_STUCK");
        assertThat(health.problemCount()).as("with each record that is stuck").isEqualTo(21);
        for (long offset = 0; offset < 20; offset++) {
            complete(burrow, offset);
        }
        assertThat(of(burrow).problems()).hasSize(16).allMatch(problem -> problem.contains("RECORD_STUCK"));
        assertThat(of(burrow).problemCount()).isEqualTo(20);
    }

    @Test
    void frozen_itHasFailedWithItsCause_butLives() {
        SteppedBurrow<String, String> burrow = start(async().config(c ->
                c.onErrorThreshold(ThresholdAction.FREEZE).errorThreshold(1).retryPolicy(RetryPolicy.never())));
        produce(3);
        burrow.settle();
        fail(burrow, 1);
        Health health = of(burrow);
        assertThat(health.status()).isEqualTo(Health.Status.FAILED);
        assertThat(health.live()).isTrue();
        assertThat(health.ready()).isFalse();
        assertThat(health.cause()).hasMessageContaining("ERROR_THRESHOLD").hasMessageContaining("t-0@1");
        burrow.burrow().resume();
        assertThat(of(burrow.settle()).cause()).isNull();
        assertThat(of(burrow).ready()).isTrue();
    }

    @Test
    void halted_itHasFailedWithItsCause_alsoAfterItsEnd() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.onExhausted(ExhaustedAction.HALT).retryPolicy(RetryPolicy.never())));
        produce(3);
        burrow.settle();
        stages.get(1L).completeExceptionally(new IllegalStateException("no"));
        burrow.turn();
        for (BurrowState state : List.of(BurrowState.HALTING, BurrowState.FAILED)) {
            Health health = of(burrow);
            assertThat(health.state()).isEqualTo(state);
            assertThat(health.status()).isEqualTo(Health.Status.FAILED);
            assertThat(health.live()).isFalse();
            assertThat(health.ready()).isFalse();
            assertThat(health.cause()).hasMessageContaining("RECORD_HALTED").hasMessageContaining("t-0@1");
            burrow.close(Duration.ZERO);
        }
    }

    @Test
    void closed_itSaysSo_withoutACause() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle().close(SECOND);
        Health health = of(burrow);
        assertThat(health.status()).isEqualTo(Health.Status.CLOSED);
        assertThat(health.live()).isTrue();
        assertThat(health.ready()).isFalse();
        assertThat(health.cause()).isNull();
        assertThat(health.partitions()).isEmpty();
    }
}
