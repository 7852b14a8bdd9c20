package io.burrow.it.run;

import io.burrow.api.BurrowException;
import io.burrow.api.Stats;
import java.util.function.Supplier;

/** Looks at what is done, now and then: shows it, and finds the end. One thread. */
final class Looks {
    private final Supplier<Stats> stats;
    private final Display display;
    private final EndWatch end = new EndWatch();
    private long processed;
    private long lookedNanos = System.nanoTime();

    /**
     * Makes it; nothing is looked at yet.
     *
     * @param stats gives what is done and held now; what it throws is no reason to stop
     * @param display where to show it
     */
    Looks(Supplier<Stats> stats, Display display) {
        this.stats = stats;
        this.display = display;
    }

    /**
     * Looks.
     *
     * @return whether all is done that can be
     */
    boolean look() {
        Stats now;
        try {
            now = stats.get();
        } catch (BurrowException busy) { // in a commit that takes long, perhaps: the next look may see more
            return false;
        }
        long nanos = System.nanoTime();
        display.show(ProgressText.line(now, (now.processed() - processed) * 1e9 / (nanos - lookedNanos)));
        processed = now.processed();
        lookedNanos = nanos;
        return end.reached(now);
    }
}
