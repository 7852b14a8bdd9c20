package io.burrow.it.chaos.check;

import io.burrow.it.chaos.check.Evidence.Deletion;
import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.check.Evidence.StoredCommit;
import io.burrow.it.chaos.check.Violation.Kind;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;

/**
 * I1 and I1b: each record was handled or dead-lettered by somebody, and that before a commit passed it or a snapshot
 * named it. What was deleted counts as gone from the moment at which its deletion was begun.
 *
 * <p>A handler's end is written down before it returns, and the broker stamps a commit when it takes it, with the same
 * clock in whole milliseconds: an end that is rounded down never lies after the commit that follows from it.
 */
final class LossCheck {

    private final Evidence evidence;
    private final Map<Position, Long> endedMillis = new HashMap<>();
    private final List<Violation> found = new ArrayList<>();

    private LossCheck(Evidence evidence) {
        this.evidence = evidence;
    }

    static List<Violation> of(Evidence evidence) {
        return new LossCheck(evidence).run();
    }

    private List<Violation> run() {
        evidence.histories().forEach(this::noteEnds);
        NavigableSet<Position> records = evidence.records();
        for (Position record : records) {
            if (!endedMillis.containsKey(record) && !isDeletedBy(record, Long.MAX_VALUE)) {
                found.add(new Violation(Kind.LOST, record + " was never handled to the end"));
            }
        }
        checkCommits(records);
        return found;
    }

    private void noteEnds(History history) {
        for (Event event : history.events()) {
            if (event instanceof Event.Ended ended) {
                note(new Position(ended.partition(), ended.offset()), ended.micros());
            } else if (event instanceof Event.DeadLettered letter) {
                note(new Position(letter.partition(), letter.offset()), letter.micros());
            }
        }
    }

    private void note(Position record, long micros) {
        endedMillis.merge(record, micros / 1_000, Math::min);
    }

    /** Each record once for the first commit that passes it, and once for the first snapshot that names it. */
    private void checkCommits(NavigableSet<Position> records) {
        Map<Integer, Long> passed = new HashMap<>();
        Set<Position> named = new HashSet<>();
        for (StoredCommit commit : evidence.commits()) {
            long from = passed.getOrDefault(commit.partition(), 0L);
            if (commit.offset() > from) {
                passed.put(commit.partition(), commit.offset());
                between(records, commit.partition(), from, commit.offset())
                        .forEach(record -> require(record, commit, Kind.PASSED));
            }
            for (int range = 0; range < commit.finished().ranges(); range++) {
                for (Position record : between(
                        records,
                        commit.partition(),
                        commit.finished().from(range),
                        commit.finished().to(range))) {
                    if (named.add(record)) {
                        require(record, commit, Kind.NAMED);
                    }
                }
            }
        }
    }

    private static Set<Position> between(NavigableSet<Position> records, int partition, long from, long to) {
        return records.subSet(new Position(partition, from), true, new Position(partition, to), false);
    }

    private void require(Position record, StoredCommit commit, Kind kind) {
        Long ended = endedMillis.get(record);
        boolean finished = ended != null && ended <= commit.millis();
        if (!finished && !isDeletedBy(record, commit.millis())) {
            found.add(new Violation(
                    kind,
                    record + " by the commit of " + commit.offset() + " at " + commit.millis() + " ms, "
                            + (ended == null ? "never handled" : "handled at " + ended + " ms")));
        }
    }

    private boolean isDeletedBy(Position record, long millis) {
        for (Deletion deletion : evidence.deletions()) {
            if (deletion.partition() == record.partition()
                    && deletion.below() > record.offset()
                    && deletion.micros() / 1_000 <= millis) {
                return true;
            }
        }
        return false;
    }
}
