package io.burrow.core.testing;

import io.burrow.api.CloseResult;
import io.burrow.api.Stats;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import java.time.Duration;
import java.util.Random;

/**
 * A whole Burrow without a thread: the test is the thread. Give it a source of an {@link InMemoryBroker}, then let it
 * {@link #settle()}, move the time with {@link #advance}, and look.
 *
 * <pre>{@code
 * TestClock clock = new TestClock();
 * SteppedBurrow<String, String> burrow = SteppedBurrow.start(builder, clock, 42);
 * broker.produce("orders", 0, "key", "value");
 * burrow.settle();
 * }</pre>
 *
 * <p>The same seed gives the same run. Not safe for use by several threads.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class SteppedBurrow<K, V> implements AutoCloseable {
    private static final int MOST_ROUNDS = 1_000_000;

    private final Burrow<K, V> burrow;
    private final TestClock clock;
    private final SteppingWorkers workers;

    private SteppedBurrow(Burrow<K, V> burrow, TestClock clock, SteppingWorkers workers) {
        this.burrow = burrow;
        this.clock = clock;
        this.workers = workers;
    }

    /**
     * Builds and starts a Burrow that is driven by the test.
     *
     * @param builder what to build
     * @param clock the clock; may be shared with other Burrows of the same test
     * @param seed what decides in which order workers finish, and jitter
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the Burrow, started
     */
    public static <K, V> SteppedBurrow<K, V> start(BurrowBuilder<K, V> builder, TestClock clock, long seed) {
        SteppingWorkers workers = new SteppingWorkers(clock, new Random(seed));
        Burrow<K, V> burrow =
                builder.steps(clock, workers, new Random(seed + 1)).build();
        burrow.start();
        return new SteppedBurrow<>(burrow, clock, workers);
    }

    /**
     * The Burrow itself, for stats, health and steering.
     *
     * @return the Burrow
     */
    public Burrow<K, V> burrow() {
        return burrow;
    }

    /**
     * The workers, for single steps.
     *
     * @return the workers
     */
    public SteppingWorkers workers() {
        return workers;
    }

    /**
     * Does one turn of the loop.
     *
     * @return false when everything is over and closed
     */
    public boolean turn() {
        return burrow.turn();
    }

    /**
     * Goes on until nothing changes any more at the present time: everything fetched that may be, every handler run
     * that can be, every commit made that is due.
     *
     * @return this
     */
    public SteppedBurrow<K, V> settle() {
        Stats before = null;
        int same = 0;
        for (int round = 0; same < 2; round++) {
            if (round == MOST_ROUNDS) {
                throw new IllegalStateException("does not settle: something is made ready again and again");
            }
            clock.runDue();
            long steps = workers.steps();
            while (workers.step()) {
                // until nothing is ready
            }
            boolean goesOn = burrow.turn();
            Stats now = burrow.stats();
            same = now.equals(before) && workers.steps() == steps ? same + 1 : 0;
            before = now;
            if (!goesOn) {
                return this;
            }
        }
        return this;
    }

    /**
     * Moves the time, settling at each moment at which something is due.
     *
     * @param duration how far, not negative
     * @return this
     */
    public SteppedBurrow<K, V> advance(Duration duration) {
        long end = clock.nanos() + duration.toNanos();
        while (true) {
            Duration next = clock.untilNext();
            long left = end - clock.nanos();
            if (next == null || next.toNanos() > left) {
                clock.advance(Duration.ofNanos(Math.max(0, left))); // a rebalance may have waited longer
                return settle();
            }
            clock.advance(next);
            settle();
        }
    }

    /** Closes the Burrow with the time limit of its settings. */
    @Override
    public void close() {
        burrow.close();
    }

    /**
     * Closes the Burrow.
     *
     * @param timeout how long running handlers may take
     * @return how it went
     */
    public CloseResult close(Duration timeout) {
        return burrow.close(timeout);
    }
}
