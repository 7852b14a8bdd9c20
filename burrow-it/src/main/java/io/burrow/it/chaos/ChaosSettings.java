package io.burrow.it.chaos;

import io.burrow.it.chaos.member.RebalanceMode;
import java.time.Duration;
import java.util.List;

/**
 * What to run.
 *
 * @param seed decides the plan and which handlers fail
 * @param duration of all phases together; starts and checks come on top
 * @param nodes how many brokers, each number a phase for every mode
 * @param modes how the group shares partitions out
 */
public record ChaosSettings(long seed, Duration duration, List<Integer> nodes, List<RebalanceMode> modes) {

    /** Copies the lists. */
    public ChaosSettings {
        nodes = List.copyOf(nodes);
        modes = List.copyOf(modes);
    }

    /** How long each phase lasts. */
    Duration phase() {
        return duration.dividedBy((long) nodes.size() * modes.size());
    }

    /** Each phase has a plan of its own. */
    long phaseSeed(int brokers, RebalanceMode mode) {
        return seed * 31 + brokers * 7L + mode.ordinal();
    }
}
