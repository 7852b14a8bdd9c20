package io.burrow.it.run;

import io.burrow.api.Stats;

/** Finds out whether all is done that is there. Asked now and then; one thread. */
final class EndWatch {
    private long processedBefore = -1;

    /**
     * Whether the end is reached: at two looks in a row, with nothing done between them, each partition was read to its
     * end and nothing was held but what is parked. Without a partition there is no end: they may be another member's.
     *
     * @param stats what is held now
     * @return true at the second of these looks
     */
    boolean reached(Stats stats) {
        boolean end = !stats.partitions().isEmpty()
                && stats.inFlight() == stats.parked()
                && stats.partitions().values().stream()
                        .allMatch(each -> each.logEndOffset() >= 0 && each.endPosition() >= each.logEndOffset());
        boolean again = end && stats.processed() == processedBefore;
        processedBefore = end ? stats.processed() : -1;
        return again;
    }
}
