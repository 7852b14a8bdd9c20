package io.burrow.it.bench;

import io.burrow.it.bench.arm.ArmKind;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a run found. Immutable.
 *
 * @param machine what it ran on
 * @param figures for each case its ways, as far as they were measured
 * @param ledger what the benchmarks without a broker said
 * @param notes what was left out and why, for a reader
 * @param failures what should have been measured and failed
 */
public record BenchReport(
        String machine, List<Figure> figures, LedgerFigures ledger, List<String> notes, List<String> failures) {

    /** Makes the report; the lists are copied. */
    public BenchReport {
        figures = List.copyOf(figures);
        notes = List.copyOf(notes);
        failures = List.copyOf(failures);
    }

    /**
     * Whether everything was measured that could be. Says nothing about the budget.
     *
     * @return false if there are failures
     */
    public boolean complete() {
        return failures.isEmpty();
    }

    /** One measure, NaN if it is not there. */
    double value(String name, ArmKind arm, ToDoubleFunction<Measurement> measure) {
        return figures.stream()
                .filter(each -> each.benchCase().name().equals(name) && each.arm() == arm)
                .mapToDouble(each -> measure.applyAsDouble(each.median()))
                .findFirst()
                .orElse(Double.NaN);
    }

    double rate(String name, ArmKind arm) {
        return value(name, arm, Measurement::recordsPerSecond);
    }
}
