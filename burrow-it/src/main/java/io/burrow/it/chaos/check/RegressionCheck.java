package io.burrow.it.chaos.check;

import io.burrow.it.chaos.check.Evidence.StoredCommit;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * I2: a committed offset never goes down, but after a position that was moved down and that was told, and by
 * {@link LateCommits}.
 */
final class RegressionCheck {

    private RegressionCheck() {}

    static List<Violation> of(Evidence evidence) {
        List<Event.Reset> resets = new ArrayList<>();
        for (History history : evidence.histories()) {
            for (Event event : history.events()) {
                if (event instanceof Event.Reset reset && reset.to() < reset.from()) {
                    resets.add(reset);
                }
            }
        }
        List<Violation> found = new ArrayList<>();
        Map<Integer, StoredCommit> last = new HashMap<>();
        Set<Integer> late = LateCommits.of(evidence);
        for (int index = 0; index < evidence.commits().size(); index++) {
            StoredCommit commit = evidence.commits().get(index);
            StoredCommit before = last.put(commit.partition(), commit);
            if (before != null
                    && commit.offset() < before.offset()
                    && !late.contains(index)
                    && !isExplained(before, commit, resets)) {
                found.add(new Violation(
                        Violation.Kind.REGRESSION,
                        "partition " + commit.partition() + " from " + before.offset() + " at " + before.millis()
                                + " ms to " + commit.offset() + " at " + commit.millis() + " ms"));
            }
        }
        return found;
    }

    private static boolean isExplained(StoredCommit before, StoredCommit commit, List<Event.Reset> resets) {
        return resets.stream()
                .anyMatch(reset -> reset.partition() == commit.partition()
                        && reset.to() <= commit.offset()
                        && reset.micros() / 1_000 >= before.millis()
                        && reset.micros() / 1_000 <= commit.millis());
    }
}
