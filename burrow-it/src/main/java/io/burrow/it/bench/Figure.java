package io.burrow.it.bench;

import io.burrow.it.bench.arm.ArmKind;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came out for one way in one case, over all rounds.
 *
 * @param benchCase the case
 * @param arm the way
 * @param median of each measure
 * @param spread of the steady rate
 * @param rounds how many there were
 */
record Figure(BenchCase benchCase, ArmKind arm, Measurement median, double spread, int rounds) {

    /** Of one measurement or more. */
    static Figure of(BenchCase benchCase, ArmKind arm, List<Measurement> rounds) {
        return new Figure(
                benchCase,
                arm,
                new Measurement(
                        median(rounds, Measurement::recordsPerSecond),
                        median(rounds, Measurement::firstPerSecond),
                        median(rounds, Measurement::bytesPerRecord),
                        median(rounds, Measurement::cpuMicrosPerRecord),
                        median(rounds, Measurement::p50Micros),
                        median(rounds, Measurement::p99Micros),
                        median(rounds, Measurement::p999Micros),
                        median(rounds, Measurement::redelivered)),
                Statistics.spread(values(rounds, Measurement::recordsPerSecond)),
                rounds.size());
    }

    private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> measure) {
        return Statistics.median(values(rounds, measure));
    }

    private static double[] values(List<Measurement> rounds, ToDoubleFunction<Measurement> measure) {
        return rounds.stream().mapToDouble(measure).toArray();
    }
}
