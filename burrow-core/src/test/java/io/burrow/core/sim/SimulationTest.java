package io.burrow.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many seeds. {@code -Dburrow.sim.seed} replays one, {@code -Dburrow.sim.seeds} says how many; {@code ./burrow sim}
 * does the same with more to see.
 */
class SimulationTest {
    private static final long SEEDS = 20_000;

    @Test
    void invariantsHold_whateverComesInWhateverOrder() throws InterruptedException {
        long first = Long.getLong("burrow.sim.seed", 0);
        long seeds = Long.getLong("burrow.sim.seeds", System.getProperty("burrow.sim.seed") == null ? SEEDS : 1);
        List<String> violations = new ArrayList<>();
        Simulations.Report report = Simulations.run(first, seeds, 1, violations::add);
        System.out.println(report);
        assertThat(violations).isEmpty();
        assertThat(report.violations()).isZero();
        assertThat(report.seeds()).isEqualTo(seeds);
        assertThat(report.events()).isGreaterThan(seeds * Simulations.DRAWS);
    }

    static Stream<Arguments> seedsThatOnceFailed() {
        return Stream.of(
                Arguments.of(21, "a close was clean although a stage of a former assignment still ran"),
                Arguments.of(242, "a commit that failed in a way that passes was not made again on a revoke"),
                Arguments.of(342, "a close in the middle of a rebalance waited for as long as the rebalance may"),
                Arguments.of(496, "a close was clean although a commit had been refused for good"),
                Arguments.of(829, "what was finished before a restart was forgotten by the next commit"));
    }

    /**
     * By the events of their day; what they found is held by defects of SimulationTeethTest and tests of the engine.
     */
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("seedsThatOnceFailed")
    void seedThatOnceFailed_failsNoMore(long seed, String what) {
        assertThat(Simulations.trace(seed, event -> {})).as(what).isEmpty();
    }

    @Test
    void sameSeed_givesTheSameEvents_toTheLetter() {
        for (long seed = 0; seed < 40; seed++) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            Simulations.trace(seed, first::add);
            Simulations.trace(seed + 1_000, event -> {}); // another one in between
            Simulations.trace(seed, second::add);
            assertThat(second).as("seed %d", seed).isEqualTo(first).hasSizeGreaterThan(Simulations.DRAWS);
        }
    }
}
