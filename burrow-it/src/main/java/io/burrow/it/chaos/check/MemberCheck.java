package io.burrow.it.chaos.check;

import io.burrow.it.chaos.check.Violation.Kind;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.List;

/** I12 and I13: what a member measured of itself. */
final class MemberCheck {

    private MemberCheck() {}

    static List<Violation> of(History history) {
        List<Violation> found = new ArrayList<>();
        for (Event event : history.events()) {
            if (event instanceof Event.PollGap gap) {
                found.add(new Violation(
                        Kind.POLL_GAP,
                        history.member() + " did not poll for " + gap.millis() + " ms, at " + gap.micros() + " us"));
            } else if (event instanceof Event.Closed closed) {
                if (closed.late()) {
                    found.add(new Violation(Kind.CLOSE, history.member() + " took longer to close than it may"));
                }
                if (!closed.threads().isEmpty()) {
                    found.add(new Violation(Kind.CLOSE, history.member() + " left threads: " + closed.threads()));
                }
            }
        }
        return found;
    }
}
