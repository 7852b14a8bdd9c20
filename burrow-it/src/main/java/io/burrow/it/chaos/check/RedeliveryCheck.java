package io.burrow.it.chaos.check;

import io.burrow.it.chaos.check.Evidence.StoredCommit;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * I11, record by record: what a commit or its snapshot says is finished does not come again to whoever takes the
 * partition over after that commit was answered, be it after {@code kill -9}, a rebalance or a close.
 *
 * <p>That a commit was answered is known from the member that made it, what it held from the brokers' log; that it was
 * answered before the new owner looked, because the new owner wrote down when it was about to look. What one of
 * {@link LateCommits} has overwritten by then does not count.
 */
final class RedeliveryCheck {

    private record Answered(long micros, int index, StoredCommit commit) {}

    private final Evidence evidence;
    private final Set<Integer> late;
    private final Map<Integer, List<Answered>> answered = new HashMap<>();
    private final List<Violation> found = new ArrayList<>();

    private RedeliveryCheck(Evidence evidence) {
        this.evidence = evidence;
        this.late = LateCommits.of(evidence);
    }

    static List<Violation> of(Evidence evidence) {
        return new RedeliveryCheck(evidence).run();
    }

    private List<Violation> run() {
        Map<Integer, List<Integer>> stored = new HashMap<>();
        for (int index = 0; index < evidence.commits().size(); index++) {
            stored.computeIfAbsent(evidence.commits().get(index).partition(), any -> new ArrayList<>())
                    .add(index);
        }
        for (History history : evidence.histories()) {
            for (Event event : history.events()) {
                if (event instanceof Event.Committed committed) {
                    match(committed, stored.getOrDefault(committed.partition(), List.of()));
                }
            }
        }
        answered.values().forEach(each -> each.sort(Comparator.comparingLong(Answered::micros)));
        evidence.histories().forEach(this::walk);
        return found;
    }

    /** Finds what the answer is about: the last commit of this offset that was stored before the answer came. */
    private void match(Event.Committed committed, List<Integer> stored) {
        for (int i = stored.size() - 1; i >= 0; i--) {
            StoredCommit commit = evidence.commits().get(stored.get(i));
            if (commit.offset() == committed.offset() && commit.millis() <= committed.micros() / 1_000) {
                answered.computeIfAbsent(committed.partition(), any -> new ArrayList<>())
                        .add(new Answered(committed.micros(), stored.get(i), commit));
                return;
            }
        }
        found.add(new Violation(
                Violation.Kind.EVIDENCE,
                "the commit of " + committed.offset() + " for partition " + committed.partition()
                        + " was answered and is not in the brokers' log"));
    }

    private void walk(History history) {
        Map<Integer, StoredCommit> bounds = new HashMap<>();
        for (Event event : history.events()) {
            if (event instanceof Event.Assigning assigning) {
                StoredCommit bound = lastAnswered(assigning.partition(), assigning.micros());
                if (bound == null) {
                    bounds.remove(assigning.partition());
                } else {
                    bounds.put(assigning.partition(), bound);
                }
            } else if (event instanceof Event.Reset reset) {
                bounds.remove(reset.partition());
            } else if (event instanceof Event.Started started && started.attempt() == 1) {
                require(history, started, bounds.get(started.partition()));
            }
        }
    }

    private @Nullable StoredCommit lastAnswered(int partition, long micros) {
        Answered last = null;
        for (Answered each : answered.getOrDefault(partition, List.of())) {
            if (each.micros() >= micros) {
                break;
            }
            if (last == null || each.index() > last.index()) {
                last = each;
            }
        }
        return last == null || isOverwritten(last, micros) ? null : last.commit();
    }

    private boolean isOverwritten(Answered answer, long micros) {
        return late.stream()
                .filter(index -> index > answer.index())
                .map(index -> evidence.commits().get(index))
                .anyMatch(commit -> commit.partition() == answer.commit().partition()
                        && commit.offset() < answer.commit().offset()
                        && commit.millis() <= micros / 1_000);
    }

    private void require(History history, Event.Started started, @Nullable StoredCommit bound) {
        if (bound == null) {
            return;
        }
        boolean below = started.offset() < bound.offset();
        if (below || bound.finished().contains(started.offset())) {
            found.add(new Violation(
                    Violation.Kind.REDELIVERY,
                    history.member() + " was given " + started.partition() + "@" + started.offset() + " at "
                            + started.micros() + " us although the commit of " + bound.offset() + " at "
                            + bound.millis() + " ms " + (below ? "had passed it" : "named it in its snapshot")));
        }
    }
}
