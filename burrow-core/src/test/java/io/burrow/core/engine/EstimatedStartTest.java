package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.ConcurrencyLimit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records that begin without a look at the clock, and those that must not. */
class EstimatedStartTest {
    private static final int QUICK_NANOS = 200;

    private RaceRig rig = new RaceRig(BurrowConfig.defaults());
    private boolean async;

    /** Works on so many quick records, by a worker that is known as quick. Returns how often the clock was read. */
    private int readings(int records) {
        Attempts<String, String> attempts = new Attempts<>(
                rig.shared,
                message -> {
                    rig.nanos += QUICK_NANOS;
                    return AsyncMessageHandler.done();
                },
                async,
                rig.finisher,
                rig.failures);
        attempts.run(rig.delivery, rig.worker);
        run(attempts, 128);
        assertThat(rig.worker.paceNanos()).isPositive();
        int before = rig.readings;
        run(attempts, records);
        return rig.readings - before;
    }

    private void run(Attempts<String, String> attempts, int records) {
        for (int i = 0; i < records; i++) {
            Delivery delivery = rig.next();
            assertThat(rig.lane.claim()).isTrue();
            turn();
            attempts.run(delivery, rig.worker);
        }
        assertThat(rig.assignment.unfinished()).isZero();
    }

    private boolean turns;

    private void turn() {
        if (turns) {
            rig.shared.turnedNanos = ++rig.nanos;
        }
    }

    @Test
    void quickRecords_share_aReadingOfTheClock() {
        assertThat(readings(1_600)).isEqualTo(100);
    }

    @Test
    void recordAfterATurnOfTheLoop_hasAReadingOfItsOwn() {
        turns = true;
        assertThat(readings(160)).isEqualTo(160);
    }

    @Test
    void recordsOfAHandlerThatReturnsStages_haveReadingsOfTheirOwn() {
        async = true;
        assertThat(readings(160)).isGreaterThanOrEqualTo(160);
    }

    @Test
    void recordsWhoseTimesSomebodyWants_haveReadingsOfTheirOwn() {
        rig = new RaceRig(BurrowConfig.defaults(), null, List.of(new BurrowListener() {
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
                    long queuedNanos,
                    long handledNanos) {
                assertThat(handledNanos).isEqualTo(QUICK_NANOS);
            }
        }));
        assertThat(readings(160)).isGreaterThanOrEqualTo(160);
    }

    @Test
    void recordsWhoseTimesALimiterWants_haveReadingsOfTheirOwn() {
        rig = new RaceRig(BurrowConfig.builder()
                .concurrencyLimit(ConcurrencyLimit.gradient())
                .build());
        assertThat(readings(160)).isGreaterThanOrEqualTo(160);
    }

    @Test
    void recordsThatAThrottleLetsThrough_haveReadingsOfTheirOwn() {
        rig = new RaceRig(BurrowConfig.builder().maxRecordsPerSecond(1_000_000).build());
        assertThat(readings(160)).isGreaterThanOrEqualTo(160);
    }
}
