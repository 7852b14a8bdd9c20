package io.burrow.it.chaos;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * What came of a run.
 *
 * @param settings what was run
 * @param phases its phases, in order
 * @param givenUp the phases that could not be judged, since brokers failed by themselves
 */
public record ChaosReport(ChaosSettings settings, List<PhaseReport> phases, List<GivenUp> givenUp) {

    /** Copies the lists. */
    public ChaosReport {
        phases = List.copyOf(phases);
        givenUp = List.copyOf(givenUp);
    }

    /**
     * Whether each phase was run to its end.
     *
     * @return false while the run goes on, of one that was broken off, and if phases were given up for good
     */
    public boolean complete() {
        return phases.size() == settings.nodes().size() * settings.modes().size();
    }

    /**
     * Whether nothing was found that must not be.
     *
     * @return true if so
     */
    public boolean sound() {
        return phases.stream().allMatch(phase -> phase.violations().isEmpty())
                && givenUp.stream().allMatch(GivenUp::isSettled);
    }

    /**
     * Violations of other kinds than those that are counted apart, and all that were found in phases given up.
     *
     * @return a number of violations
     */
    public long otherViolations() {
        return total(PhaseReport::otherViolations)
                + givenUp.stream().mapToLong(each -> each.violations().size()).sum();
    }

    /**
     * A figure of all phases together.
     *
     * @param figure the figure of one
     * @return the sum
     */
    public long total(ToLongFunction<PhaseReport> figure) {
        return phases.stream().mapToLong(figure).sum();
    }

    /**
     * How often each kind of fault was done in all phases.
     *
     * @return in the order of the kinds
     */
    public Map<FaultKind, Integer> faults() {
        Map<FaultKind, Integer> all = new TreeMap<>();
        phases.forEach(phase -> phase.faults().forEach((kind, count) -> all.merge(kind, count, Integer::sum)));
        return all;
    }
}
