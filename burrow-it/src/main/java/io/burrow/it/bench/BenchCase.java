package io.burrow.it.bench;

import io.burrow.it.bench.arm.ArmKind;
import io.burrow.it.bench.arm.Consumption;
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
 */
record BenchCase(String name, String title, Data data, Consumption consumption, List<ArmKind> arms) {

    static BenchCase of(String name, String title, Data data, Consumption consumption, ArmKind... arms) {
        return new BenchCase(name, title, data, consumption, Arrays.asList(arms));
    }

    BenchCase atMost(long records) {
        return new BenchCase(name, title, data.atMost(records), consumption, arms);
    }

    BenchCase only(List<ArmKind> kinds) {
        return new BenchCase(
                name,
                title,
                data,
                consumption,
                arms.stream().filter(kinds::contains).toList());
    }
}
