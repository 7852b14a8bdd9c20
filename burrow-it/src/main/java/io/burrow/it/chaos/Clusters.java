package io.burrow.it.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Runs phases one after the other on the same cluster, and anew on another one where a broker's own defect made a phase
 * worthless. One thread.
 */
final class Clusters {

    /** With more than these the brokers are not fit for any run. */
    private static final int MOST_BEGUN_ANEW = 2;

    private final List<GivenUp> givenUp = new ArrayList<>();

    /** What is closed when the last phase on it is over. */
    interface Cluster extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Runs them.
     *
     * @param phases what to run
     * @param name what to call one
     * @param start makes a cluster; told how many there were before it
     * @param run runs a phase on one
     * @return what came of each, in order; not of all, if too many had to be given up
     */
    <P, R> List<R> run(
            List<P> phases,
            Function<P, String> name,
            IntFunction<? extends Cluster> start,
            BiFunction<Cluster, P, R> run) {
        List<R> results = new ArrayList<>();
        for (int made = 0; results.size() < phases.size() && made <= MOST_BEGUN_ANEW; made++) {
            try (Cluster cluster = start.apply(made)) {
                while (results.size() < phases.size()) {
                    results.add(run.apply(cluster, phases.get(results.size())));
                }
            } catch (BrokerDefectException defect) {
                givenUp.add(new GivenUp(
                        name.apply(phases.get(results.size())),
                        String.valueOf(defect.getMessage()),
                        defect.violations(),
                        made < MOST_BEGUN_ANEW));
            }
        }
        return results;
    }

    /** The phases that were given up, in order. */
    List<GivenUp> givenUp() {
        return List.copyOf(givenUp);
    }
}
