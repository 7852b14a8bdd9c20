package io.burrow.it.chaos.check;

import io.burrow.it.chaos.check.Evidence.StoredCommit;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Commits that the brokers obeyed later than one that was sent after them.
 *
 * <p>Within one connection a broker obeys requests in their order. A client that gets no answer in time gives the
 * connection up and sends the next commit by another one; but what it has sent by the first lies in the broker's
 * buffers, and is read and obeyed whenever the broker comes to it. Nothing in Kafka's protocol forbids that as long as
 * the member and its epoch are the same, and no client can prevent it. Burrow has then sent a lower offset before a
 * higher one, as it should, and the brokers have stored them the other way round.
 *
 * <p>A lower offset counts as such only if one member that had the partition all the while sent it, was told that its
 * outcome is not known, and after that sent the higher one.
 */
final class LateCommits {

    private LateCommits() {}

    /** Returns their places among the commits of the evidence. */
    static Set<Integer> of(Evidence evidence) {
        Set<Integer> late = new HashSet<>();
        Map<Integer, StoredCommit> last = new HashMap<>();
        for (int index = 0; index < evidence.commits().size(); index++) {
            StoredCommit commit = evidence.commits().get(index);
            StoredCommit before = last.put(commit.partition(), commit);
            if (before != null
                    && commit.offset() < before.offset()
                    && evidence.histories().stream().anyMatch(history -> sentBefore(history, commit, before))) {
                late.add(index);
            }
        }
        return late;
    }

    private static boolean sentBefore(History history, StoredCommit lower, StoredCommit higher) {
        boolean lowerSent = false;
        boolean higherSent = false;
        for (Event event : history.events()) {
            // One that is on its way when the higher is stored is told of later; what comes after is another's.
            boolean afterwards = event.micros() / 1_000 > lower.millis();
            if (event instanceof Event.Unanswered sent && sent.partition() == lower.partition()) {
                lowerSent |= sent.offset() == lower.offset() && !afterwards;
                higherSent |= lowerSent && sent.offset() == higher.offset();
            } else if (event instanceof Event.Committed sent && sent.partition() == lower.partition()) {
                higherSent |= lowerSent && sent.offset() == higher.offset();
            } else if (!afterwards && endsOwnership(event, lower.partition())) {
                lowerSent = false;
                higherSent = false;
            }
        }
        return lowerSent && higherSent;
    }

    private static boolean endsOwnership(Event event, int partition) {
        return event instanceof Event.Built
                || event instanceof Event.Assigning assigning && assigning.partition() == partition
                || event instanceof Event.Revoked revoked && revoked.partition() == partition
                || event instanceof Event.Lost lost && lost.partition() == partition
                || event instanceof Event.Reset reset && reset.partition() == partition;
    }
}
