package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowConfig;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When a bound stops a partition, the record that brings it to the low mark wakes the loop: not one before, not none.
 */
class BoundTest {
    private static RaceRig stopped(int records, UnaryOperator<BurrowConfig.Builder> bound) {
        RaceRig rig =
                new RaceRig(bound.apply(BurrowConfig.builder().concurrency(1)).build());
        for (int more = 1; more < records; more++) {
            rig.next();
        }
        new Intake<>(
                        rig.shared,
                        rig.assignments,
                        new Extensions<String, String>(
                                new QuietSource(), null, null, null, false, null, null, List.of()))
                .balance();
        assertThat(rig.assignment.pausedAtSource).isTrue();
        return rig;
    }

    private static int finishedUntilWoken(RaceRig rig, int records) {
        int finished = 0;
        while (!rig.woken && finished < records) {
            rig.assignment.ledger.complete(finished++);
            rig.assignment.countdown.count();
            rig.shared.recordFinished();
        }
        return rig.woken ? finished : -1;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "4, 3", "10, 6"})
    void fullPartition_wakesTheLoopAtTheLowMark(int records, int expected) {
        RaceRig rig = stopped(records, c -> c.maxPartitionInFlightRecords(records));
        assertThat(finishedUntilWoken(rig, records)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "4, 3", "10, 6"})
    void allInFlight_wakeTheLoopAtTheLowMark(int records, int expected) {
        RaceRig rig = stopped(records, c -> c.maxInFlightRecords(records));
        assertThat(finishedUntilWoken(rig, records)).isEqualTo(expected);
    }
}
