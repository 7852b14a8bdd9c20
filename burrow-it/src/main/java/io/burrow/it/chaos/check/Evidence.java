package io.burrow.it.chaos.check;

import io.burrow.core.snapshot.OffsetRanges;
import io.burrow.it.chaos.history.History;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * All that is known of a group's work on a topic when it is over.
 *
 * @param histories what each member wrote down
 * @param log what the topic holds at the end, as a reader of committed records sees it
 * @param acknowledged what was written, acknowledged and not aborted, whether the topic still holds it or not
 * @param beginnings where each partition begins at the end
 * @param commits every commit that the brokers stored for the group, in the order of their log
 * @param deletions what was deleted on purpose
 */
public record Evidence(
        List<History> histories,
        List<Written> log,
        List<Written> acknowledged,
        Map<Integer, Long> beginnings,
        List<StoredCommit> commits,
        List<Deletion> deletions) {

    /** Copies lists and maps. */
    public Evidence {
        histories = List.copyOf(histories);
        log = List.copyOf(log);
        acknowledged = List.copyOf(acknowledged);
        beginnings = Map.copyOf(beginnings);
        commits = List.copyOf(commits);
        deletions = List.copyOf(deletions);
    }

    /**
     * Where a record stands.
     *
     * @param partition the number of its partition
     * @param offset its offset
     */
    public record Position(int partition, long offset) implements Comparable<Position> {
        @Override
        public int compareTo(Position other) {
            return partition != other.partition
                    ? Integer.compare(partition, other.partition)
                    : Long.compare(offset, other.offset);
        }

        @Override
        public String toString() {
            return partition + "@" + offset;
        }
    }

    /**
     * A record.
     *
     * @param position where it stands
     * @param id what no other record has
     */
    public record Written(Position position, String id) {}

    /**
     * The positions of all records that there were: those in the topic, and those that were acknowledged where it does
     * not reach back to any more. One that was acknowledged and is not where it should be is the brokers' fault.
     */
    NavigableSet<Position> records() {
        NavigableSet<Position> records = new TreeSet<>();
        log.forEach(record -> records.add(record.position()));
        acknowledged.stream()
                .map(Written::position)
                .filter(position -> !isHeld(position))
                .forEach(records::add);
        return records;
    }

    /** Whether the topic still reaches back that far. */
    boolean isHeld(Position position) {
        return position.offset() >= beginnings.getOrDefault(position.partition(), 0L);
    }

    /**
     * A commit as the brokers keep it.
     *
     * @param millis when the broker took it, milliseconds since 1970
     * @param partition the number of the partition
     * @param offset the committed offset
     * @param finished what its snapshot says is finished above it
     */
    public record StoredCommit(long millis, int partition, long offset, OffsetRanges finished) {}

    /**
     * Records that were deleted.
     *
     * @param micros when that was begun at the earliest
     * @param partition the number of the partition
     * @param below all offsets below this one
     */
    public record Deletion(long micros, int partition, long below) {}
}
