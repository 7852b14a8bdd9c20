package io.burrow.it.run;

import io.burrow.api.Stats;
import java.util.Locale;

/** What was done and what is held, as one line. Pure. */
final class ProgressText {
    private ProgressText() {}

    /** While it runs. */
    static String line(Stats stats, double perSecond) {
        return String.format(
                        Locale.ROOT,
                        "done %d (%.0f/s), running %d, waiting %d, lag %s",
                        stats.processed(),
                        perSecond,
                        stats.activeWorkers(),
                        Math.max(0, stats.inFlight() - stats.activeWorkers() - stats.parked()),
                        lag(stats))
                + given(", retrying ", stats.retrying())
                + given(", parked ", stats.parked())
                + given(", dead letters ", stats.deadLettered());
    }

    /** At the end. */
    static String summary(Stats stats, long unfinished) {
        return stats.processed() + " done"
                + given(", dead letters ", stats.deadLettered())
                + given(", parked ", stats.parked())
                + (unfinished > 0 ? ", " + unfinished + " fetched but not done: they come again" : "");
    }

    private static String lag(Stats stats) {
        if (stats.partitions().isEmpty()
                || stats.partitions().values().stream().anyMatch(each -> each.logEndOffset() < 0)) {
            return "unknown";
        }
        return Long.toString(stats.partitions().values().stream()
                .mapToLong(each -> Math.max(0, each.logEndOffset() - each.commitPoint()))
                .sum());
    }

    private static String given(String what, long count) {
        return count == 0 ? "" : what + count;
    }
}
