package io.burrow.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -7, Long.MAX_VALUE})
    void sameSeed_samePlan(long seed) {
        assertThat(FaultPlan.of(seed, 3, Duration.ofMinutes(3)))
                .isEqualTo(FaultPlan.of(seed, 3, Duration.ofMinutes(3)));
    }

    @Test
    void otherSeed_otherPlan() {
        assertThat(FaultPlan.of(1, 3, Duration.ofMinutes(3))).isNotEqualTo(FaultPlan.of(2, 3, Duration.ofMinutes(3)));
    }

    @Test
    void aMinute_hasEveryKind() {
        assertThat(kinds(FaultPlan.of(1, 3, Duration.ofMinutes(1)))).containsExactlyInAnyOrder(FaultKind.values());
        assertThat(kinds(FaultPlan.of(1, 1, Duration.ofMinutes(1))))
                .isEqualTo(new HashSet<>(Arrays.stream(FaultKind.values())
                        .filter(kind -> kind != FaultKind.COORDINATOR_MOVE)
                        .toList()));
    }

    @Test
    void faults_beginWithinTheirRoundAndLastAsLongAsTheirKindSays() {
        FaultPlan plan = FaultPlan.of(5, 3, Duration.ofMinutes(2));
        assertThat(plan.rounds())
                .hasSizeGreaterThan(3)
                .allSatisfy(round -> assertThat(round).isNotEmpty());
        for (List<Fault> round : plan.rounds()) {
            assertThat(round).isSortedAccordingTo((a, b) -> Integer.compare(a.atMillis(), b.atMillis()));
            for (Fault fault : round) {
                assertThat(fault.atMillis()).isBetween(0, 25_000);
                assertThat(fault.millis())
                        .isBetween(fault.kind().leastMillis(), fault.kind().mostMillis());
            }
        }
    }

    private static Set<FaultKind> kinds(FaultPlan plan) {
        Set<FaultKind> kinds = new HashSet<>();
        plan.rounds().forEach(round -> round.forEach(fault -> kinds.add(fault.kind())));
        return kinds;
    }
}
