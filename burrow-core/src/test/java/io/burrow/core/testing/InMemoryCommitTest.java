package io.burrow.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class InMemoryCommitTest {
    private static final TopicPartition T0 = new TopicPartition("t", 0);
    private static final TopicPartition T1 = new TopicPartition("t", 1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 2);
    private final BrokerFaults faults = broker.faults();
    private final List<CommitResult> answers = new ArrayList<>();
    private SourceProbe a;

    @BeforeEach
    void openOneMember() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        a = open("a");
        poll(a);
    }

    @Test
    void commit_isStored_andWrittenDown() {
        assertThat(commit(a, T0, 5)).isEqualTo(CommitOutcome.COMMITTED);
        assertThat(commit(a, T0, 3)).isEqualTo(CommitOutcome.COMMITTED);
        assertThat(broker.committed("g", T0)).isEqualTo(CommitPoint.of(3));
        assertThat(broker.commits("g"))
                .containsExactly(
                        new RecordedCommit("a", T0, CommitPoint.of(5), null, true, true, CommitOutcome.COMMITTED),
                        new RecordedCommit(
                                "a", T0, CommitPoint.of(3), CommitPoint.of(5), true, true, CommitOutcome.COMMITTED));
        assertThat(broker.commits("g")).extracting(RecordedCommit::lowered).containsExactly(false, true);
        assertThat(broker.commits("g", 1)).hasSize(1);
    }

    @Test
    void commit_byALiveMember_isStored_alsoForAPartitionItDoesNotOwn() {
        SourceProbe b = open("b");
        poll(a);
        poll(b);
        assertThat(b.assigned).containsOnlyKeys(T1);
        assertThat(commit(b, T1, 80)).isEqualTo(CommitOutcome.COMMITTED);
        assertThat(commit(a, T1, 10)).isEqualTo(CommitOutcome.COMMITTED);
        assertThat(broker.commits("g")).extracting(RecordedCommit::owned).containsExactly(true, false);
        assertThat(broker.committed("g", T1)).isEqualTo(CommitPoint.of(10));
    }

    @Test
    void commit_beforeOpenAndAfterClose_isNotOwned() {
        SourceProbe b = new SourceProbe(broker.source("g", List.of("t")));
        assertThat(commit(b, T0, 1)).isEqualTo(CommitOutcome.NOT_OWNED);
        a.close();
        assertThat(commit(a, T0, 1)).isEqualTo(CommitOutcome.NOT_OWNED);
        commitAsync(a, T0, 1);
        assertThat(answers).singleElement().extracting(r -> r.outcome(T0)).isEqualTo(CommitOutcome.NOT_OWNED);
        assertThat(broker.committed("g", T0)).isNull();
    }

    @Test
    void metadata_overTheLimit_failsItsPartitionAlone() {
        broker.metadataLimit(3);
        assertThat(a.source.committer().metadataLimit()).isEqualTo(3);
        CommitResult result = a.source
                .committer()
                .commit(
                        Map.of(T0, new CommitPoint(1, -1, "four"), T1, new CommitPoint(1, -1, "\u4e2d\u4e2d\u4e2d")),
                        SECOND);
        assertThat(result.outcomes())
                .containsEntry(T0, CommitOutcome.REJECTED)
                .containsEntry(T1, CommitOutcome.COMMITTED);
        assertThat(result.cause()).hasMessageContaining("t-0").hasMessageNotContaining("four");
        assertThat(broker.committed("g", T0)).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = CommitOutcome.class, mode = EnumSource.Mode.EXCLUDE, names = "COMMITTED")
    void failNextCommit_failsOne_andStoresNothing(CommitOutcome outcome) {
        faults.failNextCommit("g", outcome);
        assertThat(commit(a, T0, 1)).isEqualTo(outcome);
        assertThat(broker.committed("g", T0)).isNull();
        assertThat(commit(a, T0, 1)).isEqualTo(CommitOutcome.COMMITTED);
        assertThat(broker.commits("g")).extracting(RecordedCommit::stored).containsExactly(false, true);
    }

    @Test
    void failNextCommit_ofOnePartition_leavesTheOther() {
        faults.failNextCommit("g", T0, CommitOutcome.REJECTED);
        CommitResult result = a.source.committer().commit(Map.of(T0, CommitPoint.of(1), T1, CommitPoint.of(1)), SECOND);
        assertThat(result.outcome(T0)).isEqualTo(CommitOutcome.REJECTED);
        assertThat(result.outcome(T1)).isEqualTo(CommitOutcome.COMMITTED);
        assertThat(commit(a, T0, 1)).isEqualTo(CommitOutcome.COMMITTED);
    }

    @Test
    void plannedFailures_mustBeFailures() {
        assertThatIllegalArgumentException().isThrownBy(() -> faults.failNextCommit("g", CommitOutcome.COMMITTED));
        assertThatIllegalArgumentException().isThrownBy(() -> faults.failNextCommit("g", T0, CommitOutcome.COMMITTED));
    }

    @Test
    void lostAnswer_meansStored_butToldToRetry() {
        faults.loseNextCommitAnswer("g");
        assertThat(commit(a, T0, 1)).isEqualTo(CommitOutcome.RETRY);
        assertThat(broker.committed("g", T0)).isEqualTo(CommitPoint.of(1));
        assertThat(broker.commits("g"))
                .singleElement()
                .satisfies(each -> assertThat(each.stored()).isTrue())
                .satisfies(each -> assertThat(each.outcome()).isEqualTo(CommitOutcome.RETRY));
    }

    @Test
    void asyncCommit_isAnsweredInTheNextPoll() {
        commitAsync(a, T0, 1);
        assertThat(broker.committed("g", T0)).isEqualTo(CommitPoint.of(1));
        assertThat(answers).isEmpty();
        poll(a);
        poll(a);
        assertThat(answers).singleElement().matches(CommitResult::isComplete);
    }

    @Test
    void heldAsyncCommit_isStoredAndAnsweredAfterItsRelease() {
        faults.holdAsyncCommits("g");
        commitAsync(a, T0, 1);
        poll(a);
        assertThat(answers).isEmpty();
        assertThat(broker.committed("g", T0)).isNull();
        assertThat(faults.heldAsyncCommits("g")).isOne();
        faults.releaseAsyncCommits("g");
        assertThat(broker.committed("g", T0)).isEqualTo(CommitPoint.of(1));
        assertThat(answers).isEmpty();
        poll(a);
        assertThat(answers).singleElement().matches(CommitResult::isComplete);
        commitAsync(a, T0, 2);
        assertThat(broker.committed("g", T0)).isEqualTo(CommitPoint.of(2));
    }

    @Test
    void syncCommit_neverOvertakesAHeldOne() {
        faults.holdAsyncCommits("g");
        commitAsync(a, T0, 1);
        assertThat(commit(a, T0, 2)).isEqualTo(CommitOutcome.COMMITTED);
        assertThat(answers).hasSize(1);
        assertThat(broker.commits("g"))
                .extracting(each -> each.point().offset())
                .containsExactly(1L, 2L);
        faults.releaseAsyncCommits("g");
        assertThat(broker.commits("g")).hasSize(2);
    }

    @Test
    void heldAsyncCommit_ofAnEndedGeneration_isRefused() {
        faults.holdAsyncCommits("g");
        commitAsync(a, T0, 1);
        faults.rebalance("g");
        poll(a);
        faults.releaseAsyncCommits("g");
        poll(a);
        assertThat(answers).singleElement().extracting(r -> r.outcome(T0)).isEqualTo(CommitOutcome.RETRY);
        assertThat(broker.committed("g", T0)).isNull();
    }

    @Test
    void heldAsyncCommit_ofAnExpiredMember_isNotOwned() {
        faults.holdAsyncCommits("g");
        commitAsync(a, T0, 1);
        faults.expire("a");
        faults.releaseAsyncCommits("g");
        poll(a);
        assertThat(answers).singleElement().extracting(r -> r.outcome(T0)).isEqualTo(CommitOutcome.NOT_OWNED);
    }

    @Test
    void heldAsyncCommit_ofAClosedMember_isAnsweredWithinClose_andNeverArrives() {
        faults.holdAsyncCommits("g");
        commitAsync(a, T0, 1);
        a.close();
        assertThat(answers).singleElement().extracting(r -> r.outcome(T0)).isEqualTo(CommitOutcome.RETRY);
        faults.releaseAsyncCommits("g");
        assertThat(broker.commits("g")).isEmpty();
    }

    @Test
    void heldAsyncCommit_ofACrashedMember_isNeitherStoredNorAnswered() {
        faults.holdAsyncCommits("g");
        commitAsync(a, T0, 1);
        faults.crash("a");
        faults.releaseAsyncCommits("g");
        a.close();
        assertThat(answers).isEmpty();
        assertThat(broker.committed("g", T0)).isNull();
    }

    private SourceProbe open(String member) {
        return new SourceProbe(broker.source("g", List.of("t"), options -> options.member(member))).open();
    }

    private static void poll(SourceProbe probe) {
        probe.poll(Duration.ZERO);
    }

    private static CommitOutcome commit(SourceProbe probe, TopicPartition partition, long offset) {
        return probe.source
                .committer()
                .commit(Map.of(partition, CommitPoint.of(offset)), SECOND)
                .outcome(partition);
    }

    private void commitAsync(SourceProbe probe, TopicPartition partition, long offset) {
        probe.source.committer().commitAsync(Map.of(partition, CommitPoint.of(offset)), SECOND, answers::add);
    }
}
