package io.burrow.it.chaos;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Runs phases one after the other on the same cluster, and anew on another one where a broker's own defect made a phase
 * worthless. One thread.
 */
final class Clusters {

    /** With more than these the brokers are not fit for any run. */
    private static final int MOST_BEGUN_ANEW = 2;

    private final Consumer<? super GivenUp> givenUp;

    /** Told of each phase that is given up. */
    Clusters(Consumer<? super GivenUp> givenUp) {
        this.givenUp = givenUp;
    }

    /** What is closed when the last phase on it is over. */
    interface Cluster extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Runs them in order; not all, if too many had to be given up.
     *
     * @param phases what to run
     * @param name what to call one
     * @param start makes a cluster; told how many there were before it
     * @param run runs a phase on one
     */
    <P> void run(
            List<P> phases,
            Function<P, String> name,
            IntFunction<? extends Cluster> start,
            BiConsumer<Cluster, P> run) {
        int ended = 0;
        for (int made = 0; ended < phases.size() && made <= MOST_BEGUN_ANEW; made++) {
            try (Cluster cluster = start.apply(made)) {
                for (; ended < phases.size(); ended++) {
                    run.accept(cluster, phases.get(ended));
                }
            } catch (BrokerDefectException defect) {
                givenUp.accept(new GivenUp(
                        name.apply(phases.get(ended)),
                        String.valueOf(defect.getMessage()),
                        defect.violations(),
                        made < MOST_BEGUN_ANEW));
            }
        }
    }
}
