package io.burrow.kafka;

import static io.burrow.kafka.Harness.K0;
import static io.burrow.kafka.Harness.K1;
import static io.burrow.kafka.Harness.P0;
import static io.burrow.kafka.Harness.P1;
import static io.burrow.kafka.ScriptedConsumer.fetched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

/** The rebalance callbacks, called as the client calls them. */
class AssignmentTest {
    @Test
    void assigned_nothingCommitted_tellsThePosition() {
        Harness harness = Harness.opened();
        harness.consumer.rebalance(List.of(K0));

        assertThat(harness.listener.assigned).containsExactly(new AssignedPartition(P0, 0, null));
    }

    @Test
    void assigned_latest_whatWasMadeSinceTheStart_isReadFromItsBeginning() {
        Harness harness = new Harness(
                ScriptedConsumer.of("orders"), true, OffsetReset.of("latest"), CorruptRecordsAction.HALT, "orders");
        harness.source.open(harness.listener);
        org.apache.kafka.common.TopicPartition added = new org.apache.kafka.common.TopicPartition("orders", 2);
        harness.consumer.updateBeginningOffsets(Map.of(added, 0L));

        harness.consumer.rebalance(List.of(K0, added));

        assertThat(harness.consumer.seeks)
                .contains("orders-2 to its beginning")
                .doesNotContain("orders-0 to its beginning");
    }

    @Test
    void assigned_latest_whatWasMadeSinceTheStartAndIsCommitted_goesOnThere() {
        Harness harness = new Harness(
                ScriptedConsumer.of("orders"), true, OffsetReset.of("latest"), CorruptRecordsAction.HALT, "orders");
        harness.source.open(harness.listener);
        org.apache.kafka.common.TopicPartition added = new org.apache.kafka.common.TopicPartition("orders", 2);
        harness.consumer.stored.put(added, new OffsetAndMetadata(7));
        harness.consumer.positions.put(added, 7L);

        harness.consumer.rebalance(List.of(added));

        assertThat(harness.consumer.seeks).doesNotContain("orders-2 to its beginning");
    }

    @Test
    void assigned_byDuration_beginsAtTheFirstRecordYoungEnough_orAtTheEnd() {
        ScriptedConsumer consumer = ScriptedConsumer.of("orders");
        consumer.updateEndOffsets(Map.of(K0, 40L, K1, 50L));
        consumer.found.put(K0, 30L);
        Harness harness =
                new Harness(consumer, true, OffsetReset.of("by_duration:PT1H"), CorruptRecordsAction.HALT, "orders");
        harness.source.open(harness.listener);

        harness.consumer.rebalance(List.of(K0, K1));

        assertThat(harness.listener.assigned)
                .containsExactlyInAnyOrder(new AssignedPartition(P0, 30, null), new AssignedPartition(P1, 50, null));
    }

    @Test
    void offsetReset_readsWhatTheClientReads() {
        assertThat(OffsetReset.of(null).latest()).isTrue();
        assertThat(OffsetReset.of("LATEST ").latest()).isTrue();
        assertThat(OffsetReset.of("earliest")).isEqualTo(OffsetReset.UNKNOWN);
        assertThat(OffsetReset.of("none").none()).isTrue();
        assertThat(OffsetReset.of("by_duration:PT1H").since()).isEqualTo(Duration.ofHours(1));
        assertThat(OffsetReset.of("by_duration:an hour")).isEqualTo(OffsetReset.UNKNOWN);
    }

    @Test
    void assigned_committed_tellsOffsetEpochAndMetadata() {
        Harness harness = Harness.opened();
        harness.consumer.stored.put(K0, new OffsetAndMetadata(7, Optional.of(3), "opaque"));
        harness.consumer.positions.put(K0, 7L);

        harness.consumer.rebalance(List.of(K0));

        assertThat(harness.listener.assigned)
                .containsExactly(new AssignedPartition(P0, 7, new CommitPoint(7, 3, "opaque")));
    }

    @Test
    void assigned_cooperatively_keepsWhatStays() {
        Harness harness = Harness.opened();
        harness.consumer.rebalance(List.of(K0));
        harness.source.pause(List.of(P0));
        harness.consumer.rebalance(List.of(K0, K1));

        assertThat(harness.listener.events).containsExactly("assigned [orders-0]", "assigned [orders-1]");
        assertThat(harness.consumer.paused()).containsExactly(K0);
    }

    @Test
    void assigned_clientForgotPauseFlags_appliesThemAgain() {
        Harness harness = Harness.assigned();
        harness.source.pause(List.of(P0));
        harness.consumer.resume(Set.of(K0)); // what the client does by itself when it rebalances eagerly

        harness.consumer.rebalance(List.of(K0, K1));

        assertThat(harness.consumer.paused()).containsExactly(K0);
    }

    @Test
    void assigned_engineBeginsPaused_staysPaused() {
        Harness harness = Harness.opened();
        harness.listener.onAssigned = () -> harness.source.pause(List.of(P0));

        harness.consumer.rebalance(List.of(K0, K1));

        assertThat(harness.consumer.paused()).containsExactly(K0);
    }

    @Test
    void assigned_comesBackAfterRevoke_isNotPausedAnyMore() {
        Harness harness = Harness.assigned();
        harness.source.pause(List.of(P0));

        harness.consumer.rebalance(List.of());
        harness.consumer.rebalance(List.of(K0));
        harness.consumer.resume(Set.of(K0));
        harness.poll();

        assertThat(harness.consumer.paused()).isEmpty();
        assertThat(harness.listener.events)
                .containsExactly("revoked [orders-0, orders-1]", "assigned []", "assigned [orders-0]");
    }

    @Test
    void assigned_withoutRevokeOfWhatWasHeld_losesItFirst() {
        Harness harness = Harness.assigned();
        harness.consumer.schedulePollTask(() -> harness.consumer.rebalance(List.of(K1)));
        ((org.apache.kafka.clients.consumer.ConsumerRebalanceListener) rebalanceListener(harness))
                .onPartitionsAssigned(List.of(K0));

        assertThat(harness.listener.events).containsExactly("lost [orders-0]", "assigned [orders-0]");
    }

    @Test
    void assigned_nothing_isTold_butNotWhereSomethingIsHeld() {
        Harness harness = Harness.opened();
        harness.consumer.rebalance(List.of());
        assertThat(harness.listener.events).containsExactly("assigned []");

        harness.consumer.rebalance(List.of(K0));
        harness.consumer.rebalance(List.of(K0));
        assertThat(harness.listener.events).containsExactly("assigned []", "assigned [orders-0]");
    }

    private static Object rebalanceListener(Harness harness) {
        Wakeups wakeups = new Wakeups(harness.consumer);
        Assignment assignment = new Assignment(
                harness.consumer,
                harness.listener,
                wakeups,
                new StartPositions(harness.consumer, wakeups, OffsetReset.UNKNOWN),
                new PollTime(java.time.Duration.ofMinutes(5), harness.nanos::get),
                java.time.Duration.ofSeconds(1),
                harness.nanos::get);
        assignment.onPartitionsAssigned(List.of(K0));
        harness.listener.events.clear();
        return assignment;
    }

    @Test
    void assigned_committedOffsetNotKnown_isAnnouncedByALaterPollAndNothingIsSkipped() {
        Harness harness = Harness.opened();
        harness.consumer.committedFailure = new TimeoutException("slow");
        harness.consumer.rebalance(List.of(K0));
        harness.consumer.addRecord(ScriptedConsumer.record("orders", 0, 0));

        harness.poll();
        assertThat(harness.listener.events).isEmpty();
        assertThat(harness.received).isEmpty();
        assertThat(harness.consumer.paused()).containsExactly(K0);

        harness.consumer.committedFailure = null;
        harness.poll();
        assertThat(harness.listener.events).containsExactly("assigned [orders-0]");
        assertThat(harness.consumer.paused()).isEmpty();
        assertThat(harness.received).containsExactly("orders-0 [0] -> 1");
    }

    @Test
    void assigned_onePositionNotKnown_othersAreAnnounced() {
        Harness harness = Harness.opened();
        harness.consumer.positionFailure = key -> key.equals(K0) ? new TimeoutException("slow") : null;

        harness.consumer.rebalance(List.of(K0, K1));

        assertThat(harness.listener.events).containsExactly("assigned [orders-1]");
        assertThat(harness.consumer.paused()).containsExactly(K0);

        harness.consumer.positionFailure = key -> null;
        harness.poll();
        assertThat(harness.listener.events).containsExactly("assigned [orders-1]", "assigned [orders-0]");
    }

    @Test
    void poll_recordsOfAPartitionNotAnnounced_areFetchedAgain() {
        Harness harness = Harness.opened();
        harness.consumer.positionFailure = key -> new TimeoutException("slow");
        harness.consumer.rebalance(List.of(K0));
        harness.consumer.polls.add(fetched(K0, 9, 7, 8));

        harness.poll();
        assertThat(harness.received).isEmpty();

        harness.consumer.positionFailure = key -> null;
        harness.poll();
        assertThat(harness.listener.assigned).containsExactly(new AssignedPartition(P0, 7, null));
    }

    @Test
    void revoked_beforeItWasAnnounced_isNotToldOf() {
        Harness harness = Harness.opened();
        harness.consumer.committedFailure = new TimeoutException("slow");
        harness.consumer.rebalance(List.of(K0));
        harness.consumer.rebalance(List.of());
        harness.consumer.committedFailure = null;
        harness.poll();

        assertThat(harness.listener.events).containsExactly("assigned []");
    }

    @Test
    void assigned_noOffsetAndNoResetPolicy_failsThePollAfterTheCallback() {
        Harness harness = Harness.opened();
        harness.consumer.positionFailure = key -> new NoOffsetForPartitionException(Set.of(key));

        assertThat(catchThrowable(() -> harness.consumer.rebalance(List.of(K0))))
                .isNull();

        BurrowException e = catchThrowableOfType(BurrowException.class, harness::poll);
        assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(e).hasMessageContaining("orders-0").hasMessageContaining("auto.offset.reset=none");
    }

    @Test
    void callbacks_listenerThrows_neverEscapesAndFailsTheNextPoll() {
        Harness harness = Harness.opened();
        harness.listener.onAssigned = () -> {
            throw new IllegalStateException("assigned");
        };
        harness.listener.onRevoked = () -> {
            throw new AssertionError("revoked");
        };
        assertThat(catchThrowable(() -> harness.consumer.rebalance(List.of(K0))))
                .isNull();
        assertThat(catchThrowable(() -> harness.consumer.rebalance(List.of()))).isNull();

        BurrowException e = catchThrowableOfType(BurrowException.class, harness::poll);

        assertThat(e).hasRootCauseMessage("assigned");
        assertThat(e.getCause().getSuppressed()).hasSize(2); // that of revoked, and that of the assignment of nothing
        assertThat(catchThrowable(harness::poll)).as("thrown once").isNull();
    }

    @Test
    void callbacks_errorInListener_isThrownByThePollAsItIs() {
        Harness harness = Harness.assigned();
        AssertionError error = new AssertionError("lost");
        harness.listener.onLost = () -> {
            throw error;
        };
        harness.consumer.losePartitions(List.of(K0));

        assertThat(catchThrowable(harness::poll)).isSameAs(error);
    }

    @Test
    void lost_isNotTakenForRevoked() {
        Harness harness = Harness.assigned();

        harness.consumer.losePartitions(List.of(K1));

        assertThat(harness.listener.events).containsExactly("lost [orders-1]");
    }

    @Test
    void callbacks_wakenedWithin_pollEndsAfterThem() {
        Harness harness = Harness.opened();
        harness.listener.onAssigned = () -> {
            harness.source.wakeup();
            assertThat(harness.consumer.wakeups)
                    .as("not while the callback runs")
                    .isZero();
        };
        harness.consumer.schedulePollTask(() -> harness.consumer.rebalance(List.of(K0)));

        harness.poll();

        assertThat(harness.listener.events).containsExactly("assigned [orders-0]");
        assertThat(harness.consumer.wakeups).isEqualTo(1);
        assertThat(catchThrowable(harness::poll)).isNull();
    }

    @Test
    void assigned_strayWakeup_asksAgain() {
        Harness harness = Harness.opened();
        int[] calls = {0};
        harness.consumer.positionFailure = key -> calls[0]++ == 0 ? new WakeupException() : null;

        harness.consumer.rebalance(List.of(K0));

        assertThat(harness.listener.events).containsExactly("assigned [orders-0]");
        harness.poll();
        assertThat(harness.consumer.lastPollTimeout()).as("the wakeup is kept").isZero();
    }
}
