package io.burrow.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
