package io.burrow.it.chaos.check;

import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The topic and the histories must speak of the same records. Else the brokers lost some, or the test is wrong. */
final class EvidenceCheck {

    private EvidenceCheck() {}

    static List<Violation> of(Evidence evidence) {
        List<Violation> found = new ArrayList<>();
        Set<Position> log = new HashSet<>(evidence.log());
        for (Position written : evidence.acknowledged()) {
            if (isHeld(evidence, written) && !log.contains(written)) {
                found.add(violation(written + " was acknowledged and is not in the topic"));
            }
        }
        Set<Position> strange = new HashSet<>();
        for (History history : evidence.histories()) {
            for (Event event : history.events()) {
                if (event instanceof Event.Started started) {
                    Position position = new Position(started.partition(), started.offset());
                    if (isHeld(evidence, position) && !log.contains(position) && strange.add(position)) {
                        found.add(violation(history.member() + " was given " + position
                                + ", which no reader of committed records sees"));
                    }
                }
            }
        }
        return found;
    }

    /** Whether the topic still reaches back that far. */
    private static boolean isHeld(Evidence evidence, Position position) {
        return position.offset() >= evidence.beginnings().getOrDefault(position.partition(), 0L);
    }

    private static Violation violation(String text) {
        return new Violation(Violation.Kind.EVIDENCE, text);
    }
}
