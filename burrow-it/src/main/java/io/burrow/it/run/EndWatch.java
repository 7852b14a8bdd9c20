package io.burrow.it.run;

import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import org.jspecify.annotations.Nullable;

/** Finds out whether all is done that can be. Asked now and then; one thread. */
final class EndWatch {
    private @Nullable Done before;

    /** What changes as long as something happens. */
    private record Done(long processed, long failed, long retried, long deadLettered, long inFlight) {}

    /**
     * Whether the end is reached: at two looks in a row nothing ran or waited for a retry, nothing had come of anything
     * between them, and each partition was read to its end with nothing held, or held by what is parked. Without a
     * partition there is no end: they may be another member's.
     *
     * @param stats what is held now
     * @return true at the second of these looks
     */
    boolean reached(Stats stats) {
        boolean end = !stats.partitions().isEmpty()
                && stats.activeWorkers() == 0
                && stats.retrying() == 0
                && stats.partitions().values().stream().allMatch(each -> isOver(each, stats.parked()));
        Done now = end
                ? new Done(stats.processed(), stats.failed(), stats.retried(), stats.deadLettered(), stats.inFlight())
                : null;
        boolean again = now != null && now.equals(before);
        before = now;
        return again;
    }

    private static boolean isOver(PartitionStats partition, long parked) {
        return switch (partition.blocked()) {
            // what is parked holds all behind it: those of its key, and what there is no room for
            case HELD_BY_PARKED -> isRead(partition);
            case SPAN_FULL, PARTITION_RECORDS_FULL, PARTITION_BYTES_FULL, RECORDS_FULL, BYTES_FULL -> parked > 0;
            default -> partition.inFlight() == 0 && isRead(partition);
        };
    }

    private static boolean isRead(PartitionStats partition) {
        return partition.logEndOffset() >= 0 && partition.endPosition() >= partition.logEndOffset();
    }
}
