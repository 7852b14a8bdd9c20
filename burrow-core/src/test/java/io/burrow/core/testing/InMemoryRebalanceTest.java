package io.burrow.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class InMemoryRebalanceTest {
    private static final TopicPartition T0 = new TopicPartition("t", 0);
    private static final TopicPartition T1 = new TopicPartition("t", 1);
    private static final TopicPartition T2 = new TopicPartition("t", 2);
    private static final TopicPartition T3 = new TopicPartition("t", 3);

    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 4);
    private final BrokerFaults faults = broker.faults();

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void oneMember_getsAllPartitions_inItsFirstPoll(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        assertThat(a.events).isEmpty();
        poll(a);
        assertThat(a.events).containsExactly("assigned [t-0, t-1, t-2, t-3]");
        poll(a);
        assertThat(a.events).hasSize(1);
        assertThat(broker.members("g")).containsExactly("a");
        assertThat(broker.assignment("a")).containsExactly(T0, T1, T2, T3);
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void membersThatOpenBeforeAnyPoll_shareWithoutRevocation(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        SourceProbe b = open("b");
        poll(b, a);
        assertThat(a.events).containsExactly("assigned [t-0, t-2]");
        assertThat(b.events).containsExactly("assigned [t-1, t-3]");
    }

    @Test
    void eager_newMember_makesTheOldGiveUpAll_beforeAnyoneGetsAny() {
        SourceProbe a = open("a");
        poll(a);
        SourceProbe b = open("b");
        poll(b);
        assertThat(b.events).isEmpty();
        assertThat(broker.assignment("a")).hasSize(4);
        poll(a, b);
        assertThat(a.events)
                .containsExactly(
                        "assigned [t-0, t-1, t-2, t-3]", "revoked [t-0, t-1, t-2, t-3]", "assigned [t-0, t-2]");
        assertThat(b.events).containsExactly("assigned [t-1, t-3]");
    }

    @Test
    void eager_assignmentWaitsForTheLastMember() {
        SourceProbe a = open("a");
        SourceProbe b = open("b");
        poll(a, b);
        faults.rebalance("g");
        poll(a, a);
        assertThat(a.events).containsExactly("assigned [t-0, t-2]", "revoked [t-0, t-2]");
        poll(b, a);
        assertThat(a.events).last().isEqualTo("assigned [t-0, t-2]");
        assertThat(b.events).containsExactly("assigned [t-1, t-3]", "revoked [t-1, t-3]", "assigned [t-1, t-3]");
    }

    @Test
    void eager_assignmentDoesNotWaitForAMemberThatIsGone() {
        SourceProbe a = open("a");
        SourceProbe b = open("b");
        poll(a, b);
        faults.rebalance("g");
        poll(a);
        faults.crash("b");
        poll(a);
        assertThat(a.assigned).containsOnlyKeys(T0, T1, T2, T3);
    }

    @Test
    void eager_commitBetweenRevokedAndAssigned_isToBeRetried() {
        SourceProbe a = open("a");
        SourceProbe b = open("b");
        poll(a, b);
        faults.rebalance("g");
        poll(a);
        assertThat(commit(a, T0, 1)).isEqualTo(CommitOutcome.RETRY);
        assertThat(broker.committed("g", T0)).isNull();
        poll(b, a);
        assertThat(commit(a, T0, 1)).isEqualTo(CommitOutcome.COMMITTED);
    }

    @Test
    void eager_memberWithoutPartitions_isToldSo() {
        broker.createTopic("small", 1);
        SourceProbe a = new SourceProbe(broker.source("h", List.of("small"))).open();
        SourceProbe b = new SourceProbe(broker.source("h", List.of("small"))).open();
        poll(a, b);
        assertThat(a.events).containsExactly("assigned [small-0]");
        assertThat(b.events).containsExactly("assigned []");
    }

    @Test
    void cooperative_newMember_takesOnlyWhatMoves() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        SourceProbe a = open("a");
        poll(a);
        SourceProbe b = open("b");
        poll(b);
        assertThat(b.events).containsExactly("assigned []");
        poll(a);
        assertThat(a.events).containsExactly("assigned [t-0, t-1, t-2, t-3]", "revoked [t-1, t-3]");
        poll(a, b);
        assertThat(a.events).hasSize(2);
        assertThat(b.events).containsExactly("assigned []", "assigned [t-1, t-3]");
    }

    @Test
    void cooperative_revokedPartition_comesBackInTheNextPoll() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        SourceProbe a = open("a");
        poll(a);
        faults.revoke("a", T1, T3);
        poll(a);
        assertThat(a.events).last().isEqualTo("revoked [t-1, t-3]");
        poll(a);
        assertThat(a.events).last().isEqualTo("assigned [t-1, t-3]");
    }

    @Test
    void cooperative_partitionMovesThereAndBack() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        SourceProbe a = open("a");
        SourceProbe b = open("b");
        poll(a, b);
        faults.move("b", T0);
        poll(a, b);
        assertThat(b.assigned).containsOnlyKeys(T0, T2);
        faults.move("a", T0);
        poll(a, b, a);
        assertThat(a.assigned).containsKey(T0);
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void rotate_givesEveryPartitionToTheNextMember(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        SourceProbe b = open("b");
        poll(a, b);
        faults.rotate("g");
        poll(a, b, a, b);
        assertThat(a.assigned).containsOnlyKeys(T1, T3);
        assertThat(b.assigned).containsOnlyKeys(T0, T2);
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void expiredMember_learnsItInItsNextPoll_andJoinsAgain(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        SourceProbe b = open("b");
        poll(a, b);
        faults.expire("a");
        assertThat(broker.members("g")).containsExactly("b");
        assertThat(broker.assignment("a")).isEmpty();
        poll(b, b);
        assertThat(b.assigned).hasSize(4);
        assertThat(commit(a, T0, 1)).isEqualTo(CommitOutcome.NOT_OWNED);
        assertThat(a.events).hasSize(1);

        poll(a);
        assertThat(a.events).contains("lost [t-0, t-2]");
        poll(b, a, b, a);
        assertThat(a.assigned).containsOnlyKeys(T0, T2);
        assertThat(b.assigned).containsOnlyKeys(T1, T3);
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void onlyMember_expires_andGetsAllBackInOnePoll(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        poll(a);
        faults.expire("a");
        poll(a);
        assertThat(a.events)
                .containsExactly(
                        "assigned [t-0, t-1, t-2, t-3]", "lost [t-0, t-1, t-2, t-3]", "assigned [t-0, t-1, t-2, t-3]");
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void memberThatExpiresWhileItGivesUp_cannotCommit_andLosesNothingTwice(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        poll(a);
        SourceProbe b = open("b");
        a.onRevoked = partitions -> {
            faults.expire("a");
            poll(b);
            assertThat(b.assigned).hasSize(4);
            assertThat(commit(a, T1, 1)).isEqualTo(CommitOutcome.NOT_OWNED);
        };
        poll(a);
        a.onRevoked = partitions -> {};
        poll(a, b, a, b);
        assertThat(a.assigned).containsOnlyKeys(T0, T2);
        assertThat(b.assigned).containsOnlyKeys(T1, T3);
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void crashedMember_isNotCalledBack_andItsPartitionsGoToTheRest(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        SourceProbe b = open("b");
        poll(a, b);
        faults.crash("a");
        poll(b, b);
        assertThat(b.assigned).hasSize(4);
        assertThatThrownBy(() -> poll(a)).hasMessageContaining("member a crashed");
        assertThat(commit(a, T0, 1)).isEqualTo(CommitOutcome.NOT_OWNED);
        a.close();
        assertThat(a.events).containsExactly("assigned [t-0, t-2]");
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void crashedMember_leavesItsNameFree(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        poll(a);
        assertThatThrownBy(() -> open("a")).hasMessageContaining("'a' is the name of an open source");
        faults.crash("a");
        SourceProbe next = open("a");
        poll(next);
        a.close();
        poll(next);
        assertThat(next.events).containsExactly("assigned [t-0, t-1, t-2, t-3]");
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void close_revokes_leaves_andTheRestGetWhatWasLeft(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        SourceProbe b = open("b");
        poll(a, b);
        a.onRevoked = partitions -> assertThat(commit(a, T0, 7)).isEqualTo(CommitOutcome.COMMITTED);
        a.close();
        assertThat(a.events).last().isEqualTo("revoked [t-0, t-2]");
        assertThat(broker.members("g")).containsExactly("b");
        poll(b, b);
        assertThat(b.assigned).hasSize(4);
        assertThat(b.assigned.get(T0).committed()).isEqualTo(CommitPoint.of(7));
        assertThat(b.assigned.get(T0).position()).isEqualTo(7);
    }

    @Test
    void close_ofAnExpiredMember_tellsLost() {
        SourceProbe a = open("a");
        poll(a);
        faults.expire("a");
        a.close();
        assertThat(a.events).last().isEqualTo("lost [t-0, t-1, t-2, t-3]");
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void newPartitions_areAssigned(RebalanceProtocol protocol) {
        broker.protocol("g", protocol);
        SourceProbe a = open("a");
        poll(a);
        broker.addPartitions("t", 2);
        poll(a);
        assertThat(a.assigned).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource(RebalanceProtocol.class)
    void deletedTopic_isRevoked_andItsOffsetsAreGone(RebalanceProtocol protocol) {
        broker.createTopic("u", 1).protocol("g", protocol);
        SourceProbe a = new SourceProbe(broker.source("g", List.of("t", "u"))).open();
        poll(a);
        commit(a, T0, 3);
        broker.deleteTopic("t");
        assertThat(commit(a, T0, 4)).isEqualTo(CommitOutcome.RETRY);
        poll(a);
        assertThat(a.assigned).containsOnlyKeys(new TopicPartition("u", 0));
        assertThat(broker.committed("g", T0)).isNull();
    }

    @Test
    void membersOfAGroup_mayReadDifferentTopics() {
        broker.createTopic("u", 2);
        SourceProbe a = new SourceProbe(broker.source("g", List.of("t", "u"), o -> o.member("a"))).open();
        SourceProbe b = new SourceProbe(broker.source("g", List.of("u"), o -> o.member("b"))).open();
        poll(a, b);
        assertThat(a.assigned.keySet()).contains(T0, T1, T2, T3);
        assertThat(b.assigned.keySet()).allMatch(partition -> partition.topic().equals("u"));
        assertThat(a.assigned.size() + b.assigned.size()).isEqualTo(6);
    }

    @Test
    void pauseIsForgotten_whenThePartitionComesBack_andKeptWhenItStays() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        SourceProbe a = open("a");
        poll(a);
        a.source.pause(List.of(T0, T1));
        faults.revoke("a", T1);
        poll(a, a);
        broker.produce("t", 0, "k", "v");
        broker.produce("t", 1, "k", "v");
        poll(a);
        assertThat(a.offsets(T0)).isEmpty();
        assertThat(a.offsets(T1)).containsExactly(0L);
    }

    @Test
    void protocolOfAGroupWithMembers_cannotChange() {
        open("a");
        assertThatThrownBy(() -> broker.protocol("g", RebalanceProtocol.COOPERATIVE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[a]");
    }

    private SourceProbe open(String member) {
        return new SourceProbe(broker.source("g", List.of("t"), options -> options.member(member))).open();
    }

    private static void poll(SourceProbe... probes) {
        for (SourceProbe probe : probes) {
            probe.poll(Duration.ZERO);
        }
    }

    private static CommitOutcome commit(SourceProbe probe, TopicPartition partition, long offset) {
        return probe.source
                .committer()
                .commit(Map.of(partition, CommitPoint.of(offset)), Duration.ofSeconds(1))
                .outcome(partition);
    }
}
