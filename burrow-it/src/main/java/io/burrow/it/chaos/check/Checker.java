package io.burrow.it.chaos.check;

import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All checks, and what is counted beside them. Pure. */
public final class Checker {

    private Checker() {}

    /**
     * Checks.
     *
     * @param evidence what is known
     * @return what must not be; empty if all is well
     */
    public static List<Violation> check(Evidence evidence) {
        List<Violation> found = new ArrayList<>();
        found.addAll(EvidenceCheck.of(evidence));
        found.addAll(LossCheck.of(evidence));
        found.addAll(RegressionCheck.of(evidence));
        found.addAll(checkMembers(evidence.histories()));
        found.addAll(RedeliveryCheck.of(evidence));
        return found;
    }

    /**
     * Checks what members know of themselves, each alone.
     *
     * @param histories what they wrote down
     * @return what must not be; empty if all is well
     */
    public static List<Violation> checkMembers(List<History> histories) {
        List<Violation> found = new ArrayList<>();
        for (History history : histories) {
            found.addAll(OwnershipCheck.of(history));
            found.addAll(OrderCheck.of(history));
            found.addAll(MemberCheck.of(history));
        }
        return found;
    }

    /**
     * How many records there were.
     *
     * @param evidence what is known
     * @return those in the topic, and those that were deleted from it
     */
    public static long records(Evidence evidence) {
        return evidence.records().size();
    }

    /**
     * How many commits the brokers obeyed after one that was sent later.
     *
     * @param evidence what is known
     * @return a number of commits
     */
    public static long lateCommits(Evidence evidence) {
        return LateCommits.of(evidence).size();
    }

    /**
     * How many polls the client held for so long that the next one came too late.
     *
     * @param evidence what is known
     * @return a number of polls
     */
    public static long latePolls(Evidence evidence) {
        return evidence.histories().stream()
                .flatMap(history -> history.events().stream())
                .filter(Event.LatePoll.class::isInstance)
                .count();
    }

    /**
     * How many records came to a handler more than once, retries not counted.
     *
     * @param evidence what is known
     * @return a number of records
     */
    public static long redelivered(Evidence evidence) {
        Set<Position> seen = new HashSet<>();
        Set<Position> again = new HashSet<>();
        for (History history : evidence.histories()) {
            for (Event event : history.events()) {
                if (event instanceof Event.Started started && started.attempt() == 1) {
                    Position position = new Position(started.partition(), started.offset());
                    if (!seen.add(position)) {
                        again.add(position);
                    }
                }
            }
        }
        return again.size();
    }
}
