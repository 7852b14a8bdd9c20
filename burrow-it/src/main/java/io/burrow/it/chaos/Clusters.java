package io.burrow.it.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * Runs phases one after the other on the same cluster, and anew on another one where a broker's own defect made a phase
 * worthless. One thread.
 */
final class Clusters {

    /** With more than these the brokers are not fit for any run. */
    private static final int MOST_GIVEN_UP = 2;

    private final List<String> givenUp = new ArrayList<>();

    /** What is closed when the last phase on it is over. */
    interface Cluster extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Runs them.
     *
     * @param phases what to run
     * @param start makes a cluster; told how many there were before it
     * @param run runs a phase on one
     * @return what came of each, in order
     * @throws ChaosException if too many had to be given up
     */
    <P, R> List<R> run(List<P> phases, IntFunction<? extends Cluster> start, BiFunction<Cluster, P, R> run) {
        List<R> results = new ArrayList<>();
        for (int made = 0; results.size() < phases.size(); made++) {
            try (Cluster cluster = start.apply(made)) {
                while (results.size() < phases.size()) {
                    results.add(run.apply(cluster, phases.get(results.size())));
                }
            } catch (BrokerDefectException defect) {
                givenUp.add(phases.get(results.size()) + ": " + defect.getMessage());
                if (made == MOST_GIVEN_UP) {
                    throw new ChaosException("brokers fail by themselves, again and again: " + givenUp, defect);
                }
            }
        }
        return results;
    }

    /** Why phases were begun anew, by phase. */
    List<String> givenUp() {
        return List.copyOf(givenUp);
    }
}
