package io.burrow.it.chaos.check;

import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * I3, as far as a member's own history tells: a commit that it was told of lies between the hand-over of its partition
 * and its end.
 */
final class OwnershipCheck {

    private OwnershipCheck() {}

    static List<Violation> of(History history) {
        List<Violation> found = new ArrayList<>();
        Set<Integer> owned = new HashSet<>();
        for (Event event : history.events()) {
            if (event instanceof Event.Built) {
                owned.clear();
            } else if (event instanceof Event.Assigning assigning) {
                owned.add(assigning.partition());
            } else if (event instanceof Event.Revoked revoked) {
                owned.remove(revoked.partition());
            } else if (event instanceof Event.Lost lost) {
                owned.remove(lost.partition());
            } else if (event instanceof Event.Committed committed && !owned.contains(committed.partition())) {
                found.add(new Violation(
                        Violation.Kind.NOT_OWNED,
                        history.member() + " committed " + committed.offset() + " of partition " + committed.partition()
                                + ", which it did not have"));
            }
        }
        return found;
    }
}
