package io.burrow.it.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to measure. Immutable.
 *
 * @param cases the cases, in order
 * @param ledger whether the benchmarks of the ledger are run too
 * @param rounds how often each case is measured in each way
 * @param home the checkout, for what is not on the class path; null if it is not known
 * @param recordings the directory for a flight recording of each measurement; null for none
 */
public record BenchSettings(
        List<BenchCase> cases,
        boolean ledger,
        int rounds,
        @Nullable Path home,
        @Nullable Path recordings) {

    /** The name under which the benchmarks of the ledger can be asked for. */
    static final String LEDGER = "ledger";

    /** Makes the settings; the list is copied. */
    public BenchSettings {
        cases = List.copyOf(cases);
    }

    /**
     * From what a user asked for.
     *
     * @param quick whether to measure less
     * @param name only this case; null for all
     * @param rounds how often; null for twice if quick, else three times
     * @param records the most records that a case may have; null for as many as it likes
     * @param home the checkout; null if it is not known
     * @return the settings
     * @throws BenchException if there is no such case
     */
    public static BenchSettings of(
            boolean quick,
            @Nullable String name,
            @Nullable Integer rounds,
            @Nullable Long records,
            @Nullable Path home) {
        List<BenchCase> cases = (quick ? Cases.quick() : Cases.all())
                .stream()
                        .filter(each -> name == null || each.name().equals(name))
                        .map(each -> records == null ? each : each.atMost(records))
                        .toList();
        boolean ledger = name == null || name.equals(LEDGER);
        if (cases.isEmpty() && !ledger) {
            throw new BenchException("there is no case " + name + (quick ? " in a quick run" : "") + "; there are "
                    + String.join(", ", names(quick)));
        }
        return new BenchSettings(cases, ledger, rounds != null ? rounds : quick ? 2 : 3, home, null);
    }

    /**
     * The same with flight recordings.
     *
     * @param directory where to; null for none
     * @return a copy
     */
    public BenchSettings recordingInto(@Nullable Path directory) {
        return new BenchSettings(cases, ledger, rounds, home, directory);
    }

    /**
     * What can be asked for by name.
     *
     * @param quick whether in a quick run
     * @return the names
     */
    public static List<String> names(boolean quick) {
        List<String> names = new ArrayList<>((quick ? Cases.quick() : Cases.all())
                .stream().map(BenchCase::name).toList());
        names.add(LEDGER);
        return names;
    }
}
