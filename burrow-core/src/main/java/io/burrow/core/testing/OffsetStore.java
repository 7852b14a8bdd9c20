package io.burrow.core.testing;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The committed offsets of one group, the history of its commits, and the faults planned for them. Guarded by the
 * broker's lock.
 */
final class OffsetStore {
    private final String group;
    private final Logs logs;
    private final Map<TopicPartition, CommitPoint> committed = new TreeMap<>();
    private final List<RecordedCommit> history = new ArrayList<>();

    private final Deque<CommitOutcome> faults = new ArrayDeque<>();
    private final Map<TopicPartition, Deque<CommitOutcome>> partitionFaults = new HashMap<>();
    private int answersToLose;

    OffsetStore(String group, Logs logs) {
        this.group = group;
        this.logs = logs;
    }

    @Nullable
    CommitPoint committed(TopicPartition partition) {
        return committed.get(partition);
    }

    Set<TopicPartition> partitions() {
        return committed.keySet();
    }

    List<RecordedCommit> history() {
        return history;
    }

    void forget(String topic) {
        committed.keySet().removeIf(partition -> partition.topic().equals(topic));
    }

    /** Does what a tool for operators would. */
    void set(TopicPartition partition, @Nullable CommitPoint point) {
        if (point == null) {
            committed.remove(partition);
        } else {
            committed.put(partition, point);
        }
    }

    void failNext(CommitOutcome outcome) {
        faults.add(failure(outcome));
    }

    void failNext(TopicPartition partition, CommitOutcome outcome) {
        partitionFaults.computeIfAbsent(partition, p -> new ArrayDeque<>()).add(failure(outcome));
    }

    void clearFaults() {
        faults.clear();
        partitionFaults.clear();
        answersToLose = 0;
    }

    void loseNextAnswer() {
        answersToLose++;
    }

    /**
     * Handles a commit.
     *
     * @param refused what becomes of all of it because of the member's standing, or null if it may commit
     */
    CommitResult commit(
            Member member,
            Map<TopicPartition, CommitPoint> points,
            boolean live,
            @Nullable CommitOutcome refused,
            int metadataLimit) {
        CommitOutcome fault = faults.isEmpty() ? refused : faults.poll();
        boolean answerLost = fault == null && answersToLose > 0;
        if (answerLost) {
            answersToLose--;
        }
        Map<TopicPartition, CommitOutcome> outcomes = new HashMap<>();
        new TreeMap<>(points).forEach((partition, point) -> {
            CommitOutcome outcome = fault != null ? fault : judge(partition, point, metadataLimit);
            boolean stored = outcome == CommitOutcome.COMMITTED;
            CommitPoint previous = stored ? committed.put(partition, point) : committed.get(partition);
            CommitOutcome told = stored && answerLost ? CommitOutcome.RETRY : outcome;
            boolean owned = live && member.positions.containsKey(partition);
            history.add(new RecordedCommit(member.name, partition, point, previous, owned, stored, told));
            outcomes.put(partition, told);
        });
        return new CommitResult(outcomes, cause(outcomes));
    }

    private CommitOutcome judge(TopicPartition partition, CommitPoint point, int metadataLimit) {
        if (logs.find(partition) == null) {
            return CommitOutcome.RETRY;
        }
        Deque<CommitOutcome> planned = partitionFaults.get(partition);
        if (planned != null && !planned.isEmpty()) {
            return planned.remove();
        }
        return point.metadata().length() > metadataLimit ? CommitOutcome.REJECTED : CommitOutcome.COMMITTED;
    }

    private @Nullable BurrowException cause(Map<TopicPartition, CommitOutcome> outcomes) {
        Map<TopicPartition, CommitOutcome> failed = new TreeMap<>(outcomes);
        failed.values().removeIf(outcome -> outcome == CommitOutcome.COMMITTED);
        if (failed.isEmpty()) {
            return null;
        }
        ErrorCode code = failed.containsValue(CommitOutcome.FATAL) ? ErrorCode.COMMIT_FENCED : ErrorCode.COMMIT_FAILED;
        return new BurrowException(code, "commit of group " + group + " came to " + failed);
    }

    private static CommitOutcome failure(CommitOutcome outcome) {
        if (outcome == CommitOutcome.COMMITTED) {
            throw new IllegalArgumentException("outcome must be a failure: " + outcome);
        }
        return outcome;
    }
}
