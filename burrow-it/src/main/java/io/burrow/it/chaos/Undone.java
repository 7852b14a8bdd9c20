package io.burrow.it.chaos;

import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.check.Evidence.Written;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds records of transactions that the brokers said were committed, and forgot. One thread.
 *
 * <p>A coordinator that is killed between its answer and the markers, and started again, may not know the topic yet,
 * takes its partitions for deleted, and notes the transaction as complete. Its records stand in the topic without a
 * mark, until that of the producer's next transaction there ends them too: mostly as aborted. No reader of committed
 * records is given these, so no consumer can be asked for them.
 *
 * <p>That shows only while the topic holds such a record. So it is looked for again and again, and of a transaction
 * that is found the records that were deleted meanwhile count as well, unless a reader of committed records has seen
 * them.
 */
final class Undone {
    private final Set<Written> committed = new HashSet<>();
    private final Set<Written> found = new HashSet<>();

    /**
     * Takes note of records that committed readers are given.
     *
     * @param transactions what was said to be committed before the topic was read
     * @param log what a reader of committed records was given
     * @param ends up to where that reader was, by partition
     * @return the records that he should have been given, if the topic held them
     */
    Set<Written> missing(Collection<List<Written>> transactions, Set<Written> log, Map<Integer, Long> ends) {
        Set<Written> missing = new HashSet<>();
        for (List<Written> transaction : transactions) {
            for (Written record : transaction) {
                Position position = record.position();
                if (log.contains(record)) {
                    committed.add(record);
                } else if (position.offset() < ends.getOrDefault(position.partition(), 0L)
                        && !committed.contains(record)) {
                    missing.add(record);
                }
            }
        }
        return missing;
    }

    /** Takes note of a missing record that the topic does hold. */
    void held(Written record) {
        found.add(record);
    }

    /**
     * What was found.
     *
     * @param transactions what was said to be committed
     * @return the records that no consumer can be asked for
     */
    Set<Written> of(Collection<List<Written>> transactions) {
        Set<Written> undone = new HashSet<>(found);
        for (List<Written> transaction : transactions) {
            if (transaction.stream().anyMatch(found::contains)) {
                transaction.stream()
                        .filter(record -> !committed.contains(record))
                        .forEach(undone::add);
            }
        }
        return undone;
    }
}
