package io.burrow.it.bench;

import io.burrow.it.bench.arm.ArmKind;
import java.util.Arrays;
import java.util.List;

/** Reports with known figures. */
final class Samples {

    private Samples() {}

    static BenchReport report(Figure... figures) {
        return new BenchReport("a <small> machine", Arrays.asList(figures), LedgerFigures.NONE, List.of(), List.of());
    }

    static Figure figure(String name, ArmKind arm, double... rates) {
        return Figure.of(
                benchCase(name),
                arm,
                Arrays.stream(rates).mapToObj(Samples::measurement).toList());
    }

    static BenchCase benchCase(String name) {
        return Cases.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Measurement measurement(double rate) {
        return new Measurement(rate, rate / 2, 500, 1.5, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
}
