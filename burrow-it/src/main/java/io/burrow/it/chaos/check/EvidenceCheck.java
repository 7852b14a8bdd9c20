package io.burrow.it.chaos.check;

import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.check.Evidence.Written;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The topic and the histories must speak of the same records. Else the brokers lost some, or the test is wrong. */
final class EvidenceCheck {

    private EvidenceCheck() {}

    static List<Violation> of(Evidence evidence) {
        List<Violation> found = new ArrayList<>();
        Map<Position, String> log = new HashMap<>();
        Map<String, Position> positions = new HashMap<>();
        for (Written record : evidence.log()) {
            log.put(record.position(), record.id());
            Position other = positions.put(record.id(), record.position());
            if (other != null) {
                found.add(violation("a record stands at " + other + " and at " + record.position()));
            }
        }
        for (Written record : evidence.acknowledged()) {
            if (evidence.isHeld(record.position()) && !record.id().equals(log.get(record.position()))) {
                Position other = positions.get(record.id());
                found.add(violation(record.position() + " was acknowledged and is not in the topic"
                        + (other == null ? "" : ", but at " + other)
                        + (log.containsKey(record.position()) ? "; another record is there" : "")));
            }
        }
        Set<Position> strange = new HashSet<>();
        for (History history : evidence.histories()) {
            for (Event event : history.events()) {
                if (event instanceof Event.Started started) {
                    Position position = new Position(started.partition(), started.offset());
                    if (evidence.isHeld(position) && !log.containsKey(position) && strange.add(position)) {
                        found.add(violation(history.member() + " was given " + position
                                + ", which no reader of committed records sees"));
                    }
                }
            }
        }
        return found;
    }

    private static Violation violation(String text) {
        return new Violation(Violation.Kind.EVIDENCE, text);
    }
}
