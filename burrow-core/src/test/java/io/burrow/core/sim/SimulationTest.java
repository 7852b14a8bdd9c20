package io.burrow.core.sim;

import org.junit.jupiter.api.Test;

/** Many seeds; {@code -Dburrow.sim.seed} replays one, {@code -Dburrow.sim.seeds} says how many. */
class SimulationTest {
    private static final int EVENTS = 250;

    @Test
    void invariantsHold_whateverComesInWhateverOrder() {
        Long one = Long.getLong("burrow.sim.seed");
        if (one != null) {
            new Simulation(one).run(EVENTS);
            return;
        }
        long seeds = Long.getLong("burrow.sim.seeds", 20_000);
        for (long seed = 0; seed < seeds; seed++) {
            new Simulation(seed).run(EVENTS);
        }
    }
}
