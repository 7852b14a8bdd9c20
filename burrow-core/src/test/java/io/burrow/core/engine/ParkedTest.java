package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Health;
import io.burrow.api.ParkedRecord;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Exhausted records that are kept, where there is nowhere to send them. */
class ParkedTest extends EngineRig {
    private static final TopicPartition P1 = new TopicPartition("t", 1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private boolean mended;

    /** Every hundredth record fails, for ever. */
    private BurrowBuilder<String, String> onePerCentFails() {
        return handler(m -> {
                    if (m.offset() % 100 == 50 && !mended) {
                        throw new ConnectException("down");
                    }
                    started.add(m.offset());
                })
                .config(c -> c.retryPolicy(RetryPolicy.retries(2)).backoff(BackoffStrategy.fixed(SECOND)));
    }

    @Test
    void onePerCentThatFailsForEver_neverStopsIntake_andHealthSaysSo() {
        SteppedBurrow<String, String> burrow = start(onePerCentFails());
        for (int hundred = 1; hundred <= 200; hundred++) {
            produce(100);
            burrow.settle().advance(SECOND);
            assertThat(started).hasSize(hundred * 99);
        }
        burrow.advance(Duration.ofSeconds(5));

        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING); // five in a row never failed
        assertThat(burrow.burrow().stats().parked()).isEqualTo(200);
        assertThat(burrow.burrow().stats().processed()).isEqualTo(19_800);
        assertThat(committed()).isEqualTo(50);
        Health health = burrow.burrow().health();
        assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
        assertThat(health.live()).isTrue();
        assertThat(health.ready()).isTrue();
        assertThat(health.problems()).contains("t-0: 200 records are parked");

        produce(10);
        burrow.settle();
        assertThat(started).hasSize(19_810);
    }

    @Test
    void whenParkedRecordsFillABound_intakeStops_andGoesOnWhenTheyAreMended() {
        SteppedBurrow<String, String> burrow = start(onePerCentFails()
                .config(c ->
                        c.maxPartitionInFlightRecords(10).lowWaterPercent(50).errorThreshold(0)));
        produce(3_000);
        burrow.settle();
        for (int second = 0; second < 60; second++) {
            burrow.advance(SECOND);
        }
        assertThat(burrow.burrow().stats().parked()).isEqualTo(10);
        assertThat(burrow.burrow().stats().partitions().get(P0).blocked())
                .isEqualTo(BlockedReason.PARTITION_RECORDS_FULL);
        assertThat(burrow.burrow().health().problems())
                .anyMatch(problem ->
                        problem.startsWith("t-0: PARTITION_RECORDS_FULL") && problem.contains("offset 50 for"));

        mended = true;
        for (ParkedRecord parked : burrow.burrow().parked()) {
            assertThat(burrow.burrow().retryParked(parked.partition(), parked.offset()))
                    .isTrue();
        }
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3_000);
        assertThat(burrow.burrow().health().status()).isEqualTo(Health.Status.READY);
    }

    @Test
    void theList_tellsPositionAttemptsAgeAndClass_inOrder() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.partition() == 1) {
                        throw new IllegalArgumentException("a secret");
                    }
                    throw new ConnectException("a secret");
                })
                .config(c -> c.errorThreshold(0)
                        .retryPolicy(RetryPolicy.retries(2).on(IllegalArgumentException.class, RetryDecision.PARK))
                        .backoff(BackoffStrategy.fixed(SECOND))));
        produce(2);
        broker.produce("t", 1, "key", "value");
        burrow.settle().advance(Duration.ofSeconds(10));
        assertThat(burrow.burrow().parked())
                .containsExactly(
                        new ParkedRecord(P0, 0, 3, Duration.ofSeconds(10), "java.net.ConnectException"),
                        new ParkedRecord(P0, 1, 3, Duration.ofSeconds(10), "java.net.ConnectException"),
                        new ParkedRecord(P1, 0, 1, Duration.ofSeconds(10), "java.lang.IllegalArgumentException"));
    }

    @Test
    void oneThatFailsAgainAfterACall_isParkedAgain_withItsAttemptsCountedOn() {
        SteppedBurrow<String, String> burrow = start(onePerCentFails().config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(100);
        burrow.settle();
        for (int attempts = 1; attempts <= 3; attempts++) {
            assertThat(burrow.burrow().parked()).hasSize(1);
            assertThat(burrow.burrow().parked().get(0).attempts()).isEqualTo(attempts);
            assertThat(burrow.burrow().retryParked(P0, 50)).isTrue();
            burrow.settle();
        }
    }

    @Test
    void aCallForTheDeadLetters_waitsForTheAcknowledgement() {
        InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();
        SteppedBurrow<String, String> burrow = start(onePerCentFails()
                .deadLetters(sink)
                .config(c -> c.retryPolicy(RetryPolicy.never()).onExhausted(ExhaustedAction.PARK)));
        produce(100);
        burrow.settle();
        sink.hold();
        assertThat(burrow.burrow().deadLetterParked(P0, 50)).isTrue();
        burrow.settle().advance(Duration.ofSeconds(6));
        assertThat(committed()).isEqualTo(50);
        assertThat(burrow.burrow().parked()).isEmpty();
        sink.release();
        burrow.settle().advance(Duration.ofSeconds(6));
        assertThat(committed()).isEqualTo(100);
        assertThat(sink.letters()).hasSize(1);
    }

    @Test
    void overARestart_theySurviveAsGaps_andComeAgain_aloneWithSnapshots() {
        List<Long> again = restarted(true);
        assertThat(again).containsExactlyInAnyOrder(50L, 150L);
    }

    @Test
    void overARestart_withoutSnapshots_allAboveTheFirstComesAgain() {
        List<Long> again = restarted(false);
        assertThat(again)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(50, 200).boxed().toList());
    }

    private List<Long> restarted(boolean snapshots) {
        BurrowBuilder<String, String> first =
                onePerCentFails().config(c -> c.retryPolicy(RetryPolicy.never()).snapshots(snapshots));
        SteppedBurrow<String, String> burrow = start(first);
        produce(200);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.close(SECOND).unfinishedRecords()).isEqualTo(2);
        assertThat(committed()).isEqualTo(50);
        mended = true;
        started.clear();
        SteppedBurrow<String, String> next = start(onePerCentFails().config(c -> c.snapshots(snapshots)));
        next.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(200);
        return new ArrayList<>(started);
    }

    @Test
    void whenTheirPartitionGoes_theyGoWithIt_andComeAgainToWhoHasIt() {
        SteppedBurrow<String, String> burrow = start(onePerCentFails().config(c -> c.retryPolicy(RetryPolicy.never())));
        produce(100);
        burrow.settle();
        assertThat(burrow.burrow().parked()).hasSize(1);
        mended = true;
        started.clear();
        broker.faults().expire(member());
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(burrow.burrow().parked()).isEmpty();
        assertThat(started).contains(50L);
        assertThat(committed()).isEqualTo(100);
        assertThat(burrow.burrow().retryParked(P0, 50)).isFalse();
    }
}
