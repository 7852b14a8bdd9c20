package io.burrow.it.bench;

import io.burrow.it.bench.arm.ArmKind;
import io.burrow.it.bench.arm.Consumption;
import io.burrow.it.bench.arm.Span;
import io.burrow.it.bench.arm.Work;
import java.util.Arrays;
import java.util.List;

/**
 * One thing to measure, in several ways. Immutable.
 *
 * @param name one word, in JSON and for {@code --case}
 * @param title a few words
 * @param data what there is to read
 * @param consumption how it is read
 * @param arms the ways, in the order of a round
 * @param isCut whether it has fewer records than it takes to measure it
 */
record BenchCase(String name, String title, Data data, Consumption consumption, List<ArmKind> arms, boolean isCut) {

    static BenchCase of(String name, String title, Data data, Consumption consumption, ArmKind... arms) {
        return new BenchCase(name, title, data, consumption, Arrays.asList(arms), false);
    }

    /** With fewer records, unless what it takes is time. */
    BenchCase atMost(long records) {
        if (data.perSecond() > 0) {
            return this;
        }
        return new BenchCase(name, title, data.atMost(records), consumption, arms, isCut || records < data.records());
    }

    /** Whether it is about a process that is killed in the middle. */
    boolean isKilled() {
        return consumption.work().kind() == Work.Kind.TAIL;
    }

    Span span() {
        return data.perSecond() > 0 ? Span.paced() : Span.of(data.records());
    }

    BenchCase only(List<ArmKind> kinds) {
        return new BenchCase(
                name,
                title,
                data,
                consumption,
                arms.stream().filter(kinds::contains).toList(),
                isCut);
    }
}
