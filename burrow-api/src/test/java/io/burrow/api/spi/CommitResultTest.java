package io.burrow.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommitResultTest {
    private static final TopicPartition A = new TopicPartition("orders", 0);
    private static final TopicPartition B = new TopicPartition("orders", 1);

    @Test
    void committed_isComplete() {
        CommitResult result = CommitResult.committed(Set.of(A, B));

        assertThat(result.outcomes()).containsOnlyKeys(A, B);
        assertThat(result.outcome(A)).isEqualTo(CommitOutcome.COMMITTED);
        assertThat(result.isComplete()).isTrue();
        assertThat(result.cause()).isNull();
    }

    @Test
    void all_givesEachTheSame() {
        Exception cause = new Exception();
        CommitResult result = CommitResult.all(Set.of(A, B), CommitOutcome.FATAL, cause);

        assertThat(result.outcomes()).containsEntry(A, CommitOutcome.FATAL).containsEntry(B, CommitOutcome.FATAL);
        assertThat(result.isComplete()).isFalse();
        assertThat(result.cause()).isSameAs(cause);
    }

    @Test
    void outcome_missing_isRetry() {
        assertThat(CommitResult.committed(Set.of(A)).outcome(B)).isEqualTo(CommitOutcome.RETRY);
    }

    @Test
    void and_joinsBothAndKeepsTheFirstCause() {
        Exception first = new Exception();
        Exception second = new Exception();
        CommitResult failed = CommitResult.all(Set.of(B), CommitOutcome.REJECTED, first);
        CommitResult good = CommitResult.committed(Set.of(A));

        assertThat(good.and(failed).outcomes())
                .containsEntry(A, CommitOutcome.COMMITTED)
                .containsEntry(B, CommitOutcome.REJECTED);
        assertThat(good.and(failed).cause()).isSameAs(first);
        assertThat(good.and(failed).isComplete()).isFalse();
        assertThat(failed.and(CommitResult.all(Set.of(A), CommitOutcome.RETRY, second))
                        .cause())
                .isSameAs(first);
    }

    @Test
    void outcomes_areCopied() {
        Map<TopicPartition, CommitOutcome> outcomes = new HashMap<>(Map.of(A, CommitOutcome.COMMITTED));
        CommitResult result = new CommitResult(outcomes, null);
        outcomes.put(A, CommitOutcome.FATAL);
        assertThat(result.outcome(A)).isEqualTo(CommitOutcome.COMMITTED);
    }

    @Test
    void commitAsync_byDefault_waitsAndTellsOnce() {
        OffsetCommitter committer = new OffsetCommitter() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                return CommitResult.committed(points.keySet());
            }

            @Override
            public int metadataLimit() {
                return 0;
            }
        };
        List<CommitResult> told = new ArrayList<>();

        committer.commitAsync(Map.of(A, CommitPoint.of(7)), Duration.ofSeconds(1), told::add);

        assertThat(told).containsExactly(CommitResult.committed(Set.of(A)));
    }

    @Test
    void commitPoint_impossible_isRefused() {
        assertThatThrownBy(() -> CommitPoint.of(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("offset must not be negative: -1");
        assertThatThrownBy(() -> new CommitPoint(0, -2, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("leaderEpoch must be at least -1: -2");
        assertThatThrownBy(() -> new CommitPoint(0, 0, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("metadata");
        assertThat(CommitPoint.of(Long.MAX_VALUE)).isEqualTo(new CommitPoint(Long.MAX_VALUE, -1, ""));
    }

    @Test
    void commitPoint_toString_showsTheLengthOfTheMetadataOnly() {
        assertThat(new CommitPoint(42, 5, "canary")).hasToString("42(epoch 5, metadata 6 chars)");
    }

    @Test
    void assignedPartition_impossible_isRefused() {
        assertThatThrownBy(() -> new AssignedPartition(A, -1, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("position must not be negative: -1");
        assertThatThrownBy(() -> new AssignedPartition(null, 0, null)).isInstanceOf(NullPointerException.class);
        assertThat(new AssignedPartition(A, 0, null).committed()).isNull();
    }
}
