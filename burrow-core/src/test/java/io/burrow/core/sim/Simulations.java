package io.burrow.core.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Runs many simulations, one seed after another, and counts. */
public final class Simulations {
    /** How many times what happens next is drawn in one simulation. */
    public static final int DRAWS = 250;

    private static final int MOST_TOLD = 20;
    private static final int TRACED = 60;

    /**
     * What came of them.
     *
     * @param seeds how many simulations there were
     * @param events how many events in all
     * @param nanos how long they took, in nanoseconds
     * @param violations in how many of them an invariant did not hold
     */
    public record Report(long seeds, long events, long nanos, long violations) {
        /** Returns the one line that says it. */
        @Override
        public String toString() {
            return "seeds " + seeds + ", events " + events + ", events/s "
                    + events * 1_000_000_000L / Math.max(1, nanos) + ", violations " + violations;
        }
    }

    private Simulations() {}

    /**
     * Runs seeds, on as many threads as is said.
     *
     * @param firstSeed the first seed
     * @param seeds how many
     * @param threads on how many threads, positive
     * @param tell is told of violations: the seed, what is wrong, and the last events before it. Called by one thread
     *     at a time
     * @return what came of them
     * @throws InterruptedException if the calling thread is interrupted
     */
    public static Report run(long firstSeed, long seeds, int threads, Consumer<? super String> tell)
            throws InterruptedException {
        long begin = System.nanoTime();
        AtomicLong next = new AtomicLong();
        LongAdder events = new LongAdder();
        AtomicLong violations = new AtomicLong();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Throwable> broken = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            executor.execute(() -> {
                try {
                    for (long n = next.getAndIncrement(); n < seeds; n = next.getAndIncrement()) {
                        Simulation simulation = new Simulation(firstSeed + n);
                        try {
                            simulation.run(DRAWS);
                        } catch (RuntimeException | AssertionError e) {
                            if (violations.incrementAndGet() <= MOST_TOLD) {
                                synchronized (broken) {
                                    tell.accept(replay(firstSeed + n, TRACED));
                                }
                            }
                        }
                        events.add(simulation.events());
                    }
                } catch (Throwable e) {
                    synchronized (broken) {
                        broken.add(e);
                    }
                }
            });
        }
        executor.shutdown();
        if (!executor.awaitTermination(1, TimeUnit.DAYS) || !broken.isEmpty()) {
            throw new IllegalStateException("the simulation itself failed", broken.isEmpty() ? null : broken.get(0));
        }
        return new Report(seeds, events.sum(), System.nanoTime() - begin, violations.get());
    }

    /** Runs one seed again and returns what is wrong with it, with the last events before. */
    private static String replay(long seed, int mostEvents) {
        List<String> trace = new ArrayList<>();
        String what = trace(seed, trace::add);
        String weather = trace.get(0);
        List<String> last = trace.subList(Math.max(1, trace.size() - mostEvents), trace.size());
        return "seed " + seed + ": " + what + "\n  " + weather + "\n  " + String.join("\n  ", last);
    }

    /**
     * Runs one seed and tells all that happens.
     *
     * @param seed the seed
     * @param tell takes each event
     * @return what is wrong; empty if nothing is
     */
    public static String trace(long seed, Consumer<? super String> tell) {
        try {
            new Simulation(seed, tell).run(DRAWS);
            return "";
        } catch (RuntimeException | AssertionError e) {
            return e + (e.getCause() == null ? "" : ", caused by " + e.getCause());
        }
    }
}
