package io.burrow.kafka;

import static io.burrow.api.spi.CommitOutcome.COMMITTED;
import static io.burrow.api.spi.CommitOutcome.FATAL;
import static io.burrow.api.spi.CommitOutcome.NOT_OWNED;
import static io.burrow.api.spi.CommitOutcome.REJECTED;
import static io.burrow.api.spi.CommitOutcome.RETRY;
import static io.burrow.kafka.Harness.K0;
import static io.burrow.kafka.Harness.K1;
import static io.burrow.kafka.Harness.P0;
import static io.burrow.kafka.Harness.P1;
import static io.burrow.kafka.Harness.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaCommitterTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static Map<TopicPartition, CommitPoint> both() {
        return Map.of(P0, CommitPoint.of(5), P1, CommitPoint.of(6));
    }

    @Test
    void commit_sendsOffsetEpochAndMetadataWithTheTimeout() {
        ScriptedConsumer consumer = spy(ScriptedConsumer.of("orders"));
        Harness harness = new Harness(consumer, "orders");
        harness.source.open(harness.listener);
        consumer.rebalance(List.of(K0));

        CommitResult result = harness.committer().commit(Map.of(P0, new CommitPoint(5, 2, "done: 7")), TIMEOUT);

        assertThat(result.isComplete()).isTrue();
        verify(consumer).commitSync(eq(Map.of(K0, new OffsetAndMetadata(5, Optional.of(2), "done: 7"))), eq(TIMEOUT));
    }

    @Test
    void commit_epochNotKnown_sendsNone() {
        Harness harness = Harness.assigned();

        harness.committer().commit(point(P0, 5), TIMEOUT);

        assertThat(harness.consumer.requests)
                .containsExactly(Map.of(K0, new OffsetAndMetadata(5, Optional.empty(), "")));
    }

    @Test
    void commit_notAssigned_isNotSent() {
        Harness harness = Harness.opened();
        harness.consumer.rebalance(List.of(K0));

        CommitResult result = harness.committer().commit(both(), TIMEOUT);

        assertThat(result.outcomes()).containsOnly(Map.entry(P0, COMMITTED), Map.entry(P1, NOT_OWNED));
        assertThat(harness.consumer.requests).containsExactly(Map.of(K0, new OffsetAndMetadata(5)));
    }

    @Test
    void commit_lastPollTooLongAgo_isNotSent() {
        Harness harness = Harness.assigned();
        harness.poll();
        harness.pass(Harness.MAX_POLL_INTERVAL);

        CommitResult result = harness.committer().commit(point(P0, 5), TIMEOUT);

        assertThat(result.outcome(P0)).isEqualTo(RETRY);
        assertThat(harness.consumer.requests).isEmpty();

        harness.poll(); // the client may need a moment to find out, and another poll to tell
        assertThat(harness.committer().commit(point(P0, 5), TIMEOUT).outcome(P0))
                .isEqualTo(RETRY);
        assertThat(harness.consumer.requests).isEmpty();

        harness.pass(Duration.ofSeconds(1));
        harness.poll();
        assertThat(harness.committer().commit(point(P0, 5), TIMEOUT).isComplete())
                .isTrue();
    }

    /** A process that is frozen for longer than its session, and for less than its poll interval. */
    @Test
    void commit_processDidNotRun_isNotSentForAMoment() {
        Harness harness = Harness.assigned();
        harness.consumer.schedulePollTask(() -> harness.pass(Duration.ofSeconds(50)));
        harness.poll();

        assertThat(harness.committer().commit(point(P0, 5), TIMEOUT).outcome(P0))
                .isEqualTo(RETRY);
        assertThat(harness.consumer.requests).isEmpty();

        harness.pass(Duration.ofSeconds(1));
        assertThat(harness.committer().commit(point(P0, 5), TIMEOUT).isComplete())
                .isTrue();
    }

    @Test
    void commit_pollsAreAlwaysSlow_isSentAllTheSame() {
        Harness harness = Harness.assigned();
        for (int i = 0; i < 2; i++) {
            harness.consumer.schedulePollTask(() -> harness.pass(Duration.ofSeconds(5)));
            harness.poll();
        }

        assertThat(harness.committer().commit(point(P0, 5), TIMEOUT).isComplete())
                .isTrue();
    }

    @Test
    void commit_callbackTookItsTime_isSent() {
        Harness harness = Harness.assigned();
        harness.listener.onRevoked = () -> harness.pass(Duration.ofSeconds(50));
        harness.consumer.schedulePollTask(() -> harness.consumer.rebalance(List.of(K0)));
        harness.poll();

        assertThat(harness.committer().commit(point(P0, 5), TIMEOUT).isComplete())
                .isTrue();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new RebalanceInProgressException(), RETRY),
                Arguments.of(new CommitFailedException(), RETRY),
                Arguments.of(new StaleMemberEpochException("stale"), RETRY),
                Arguments.of(new FencedInstanceIdException("fenced"), FATAL),
                Arguments.of(new TimeoutException("late"), RETRY),
                Arguments.of(new CoordinatorNotAvailableException("away"), RETRY),
                Arguments.of(new RetriableCommitFailedException("again"), RETRY),
                Arguments.of(new UnknownTopicOrPartitionException("gone"), RETRY),
                Arguments.of(new OffsetMetadataTooLarge("long"), REJECTED),
                Arguments.of(new TopicAuthorizationException(Set.of("orders")), REJECTED),
                Arguments.of(GroupAuthorizationException.forGroupId("g"), REJECTED),
                Arguments.of(new KafkaException("Unexpected error in commit"), REJECTED));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void commit_fails_hasTheOutcomeOfTheTable(RuntimeException thrown, CommitOutcome outcome) {
        Harness harness = Harness.assigned();
        harness.consumer.commitFailure = offsets -> thrown;

        CommitResult result = harness.committer().commit(both(), TIMEOUT);

        assertThat(result.outcomes()).containsOnly(Map.entry(P0, outcome), Map.entry(P1, outcome));
        assertThat(result.cause()).isSameAs(thrown);
    }

    @Test
    void commit_failsAndPartitionWentMeanwhile_isNotOwned() {
        Harness harness = Harness.assigned();
        harness.consumer.commitFailure = offsets -> {
            harness.consumer.rebalance(List.of(K1));
            return new CommitFailedException();
        };

        assertThat(harness.committer().commit(both(), TIMEOUT).outcomes())
                .containsOnly(Map.entry(P0, NOT_OWNED), Map.entry(P1, RETRY));
    }

    @Test
    void commit_withinRevokedNotAMemberAnyMore_isGivenUpUnderClassicAndTriedAgainUnderConsumer() {
        for (boolean classic : new boolean[] {true, false}) {
            Harness harness = Harness.opened(classic);
            harness.consumer.rebalance(List.of(K0));
            harness.consumer.commitFailure = offsets -> new CommitFailedException();
            List<CommitOutcome> outcomes = new ArrayList<>();
            harness.listener.onRevoked = () -> outcomes.add(
                    harness.committer().commit(point(P0, 5), TIMEOUT).outcome(P0));

            harness.consumer.rebalance(List.of());

            assertThat(outcomes).containsExactly(classic ? NOT_OWNED : RETRY);
        }
    }

    @Test
    void commit_withinRevoked_isSent_withinLost_isNot() {
        Harness harness = Harness.assigned();
        List<CommitOutcome> outcomes = new ArrayList<>();
        harness.listener.onRevoked = () ->
                outcomes.add(harness.committer().commit(point(P0, 5), TIMEOUT).outcome(P0));
        harness.listener.onLost = () ->
                outcomes.add(harness.committer().commit(point(P1, 5), TIMEOUT).outcome(P1));

        harness.consumer.rebalance(List.of(K1));
        harness.consumer.losePartitions(List.of(K1));

        assertThat(outcomes).containsExactly(COMMITTED, NOT_OWNED);
    }

    @Test
    void commit_pendingWakeup_isMadeAgainAndTheWakeupKept() {
        Harness harness = Harness.assigned();
        int[] calls = {0};
        harness.consumer.commitFailure = offsets -> calls[0]++ == 0 ? new WakeupException() : null;

        CommitResult result = harness.committer().commit(point(P0, 5), TIMEOUT);

        assertThat(result.isComplete()).isTrue();
        assertThat(harness.consumer.requests).hasSize(2);
        harness.poll();
        assertThat(harness.consumer.lastPollTimeout()).isZero();
    }

    @Test
    void commit_metadataTooLarge_splitsByPartition() {
        Harness harness = Harness.assigned();
        harness.consumer.commitFailure = offsets -> offsets.containsKey(K0) ? new OffsetMetadataTooLarge("long") : null;

        CommitResult result = harness.committer().commit(both(), TIMEOUT);

        assertThat(result.outcomes()).containsOnly(Map.entry(P0, REJECTED), Map.entry(P1, COMMITTED));
        assertThat(harness.consumer.stored).containsOnlyKeys(K1);
        assertThat(result.cause()).isInstanceOf(OffsetMetadataTooLarge.class);
    }

    @Test
    void commit_noRightToOneTopic_storesTheOthers() {
        Harness harness = two();
        harness.consumer.commitFailure = offsets ->
                offsets.keySet().stream().anyMatch(key -> key.topic().equals("orders"))
                        ? new TopicAuthorizationException(Set.of("orders"))
                        : null;

        CommitResult result = harness.committer().commit(ofTwo(), TIMEOUT);

        assertThat(result.outcome(P0)).isEqualTo(REJECTED);
        assertThat(result.outcome(RETURNS)).isEqualTo(COMMITTED);
    }

    private static final TopicPartition RETURNS = new TopicPartition("returns", 0);

    private static Harness two() {
        Harness harness = new Harness(ScriptedConsumer.of("orders", "returns"), "orders", "returns");
        harness.source.open(harness.listener);
        harness.consumer.rebalance(List.of(K0, Assignment.key(RETURNS)));
        return harness;
    }

    private static Map<TopicPartition, CommitPoint> ofTwo() {
        return Map.of(P0, CommitPoint.of(5), RETURNS, CommitPoint.of(6));
    }

    /** What the client does with a topic that is gone: again and again until the time is over. */
    private static void delete(Harness harness, Set<String> gone) {
        harness.consumer.commitFailure = offsets -> {
            if (CommitRequests.topics(offsets).stream().anyMatch(gone::contains)) {
                harness.pass(harness.consumer.commitTimeouts.get(harness.consumer.commitTimeouts.size() - 1));
                return new TimeoutException("late");
            }
            return null;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "returns"})
    void commit_deletedTopicEatsTheTime_othersAreStored(String gone) {
        Harness harness = two();
        delete(harness, Set.of(gone));

        CommitResult result = harness.committer().commit(ofTwo(), TIMEOUT);

        result.outcomes()
                .forEach((partition, outcome) -> assertThat(outcome)
                        .as(partition.toString())
                        .isEqualTo(partition.topic().equals(gone) ? RETRY : COMMITTED));
        assertThat(Duration.ofNanos(harness.nanos.get())).isLessThanOrEqualTo(TIMEOUT);
    }

    @Test
    void commit_deletedTopic_isAskedApartSeldomAndShortlyUntilItIsAnswered() {
        Harness harness = two();
        Set<String> gone = new HashSet<>(Set.of("returns"));
        delete(harness, gone);
        harness.committer().commit(ofTwo(), TIMEOUT);
        forget(harness);

        CommitResult result = harness.committer().commit(ofTwo(), TIMEOUT);
        assertThat(result.outcomes()).containsOnly(Map.entry(P0, COMMITTED), Map.entry(RETURNS, RETRY));
        assertThat(harness.consumer.requests).extracting(Map::keySet).containsExactly(Set.of(K0));

        forget(harness);
        harness.pass(Duration.ofSeconds(10));
        harness.committer().commit(ofTwo(), TIMEOUT);
        assertThat(harness.consumer.requests).extracting(Map::keySet).containsExactly(Set.of(K0), Set.of(key()));
        assertThat(harness.consumer.commitTimeouts).containsExactly(TIMEOUT, TIMEOUT.dividedBy(10));

        gone.clear();
        harness.pass(Duration.ofSeconds(10));
        assertThat(harness.committer().commit(ofTwo(), TIMEOUT).isComplete()).isTrue();
        forget(harness);
        harness.committer().commit(ofTwo(), TIMEOUT);
        assertThat(harness.consumer.requests).as("together again").hasSize(1);
    }

    @Test
    void commit_withinRevoked_asksForASuspectAtOnce() {
        Harness harness = two();
        Set<String> gone = new HashSet<>(Set.of("returns"));
        delete(harness, gone);
        harness.committer().commit(ofTwo(), TIMEOUT);
        gone.clear();
        List<CommitResult> results = new ArrayList<>();
        harness.listener.onRevoked = () -> results.add(harness.committer().commit(ofTwo(), TIMEOUT));

        harness.consumer.rebalance(List.of());

        assertThat(results).extracting(CommitResult::isComplete).containsExactly(true);
    }

    private static void forget(Harness harness) {
        harness.consumer.requests.clear();
        harness.consumer.commitTimeouts.clear();
    }

    private static org.apache.kafka.common.TopicPartition key() {
        return Assignment.key(RETURNS);
    }

    @Test
    void commit_tooLargeForOneRequest_isCut() {
        ScriptedConsumer consumer = ScriptedConsumer.of("orders");
        List<org.apache.kafka.common.TopicPartition> keys = new ArrayList<>();
        Map<TopicPartition, CommitPoint> points = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            keys.add(new org.apache.kafka.common.TopicPartition("orders", i));
            points.put(new TopicPartition("orders", i), new CommitPoint(1, -1, "x".repeat(4096)));
        }
        keys.forEach(key -> consumer.updateBeginningOffsets(Map.of(key, 0L)));
        Harness harness = new Harness(consumer, "orders");
        harness.source.open(harness.listener);
        consumer.rebalance(keys);

        assertThat(harness.committer().commit(points, TIMEOUT).isComplete()).isTrue();

        assertThat(consumer.requests).hasSize(3);
        assertThat(consumer.stored).hasSize(400);
    }

    @Test
    void commit_afterFenced_sendsNothingMoreOfIt() {
        Harness harness = two();
        harness.consumer.commitFailure = offsets -> new FencedInstanceIdException("x");

        assertThat(harness.committer().commit(ofTwo(), TIMEOUT).outcomes().values())
                .containsOnly(FATAL);
        assertThat(harness.consumer.requests).hasSize(1);
    }

    @Test
    void commitAsync_answered_tellsOnce() {
        Harness harness = Harness.assigned();
        List<CommitResult> told = new ArrayList<>();

        harness.committer().commitAsync(both(), TIMEOUT, told::add);
        assertThat(told).isEmpty();

        harness.consumer.callbacks.get(0).onComplete(Map.of(), null);
        harness.consumer.callbacks.get(0).onComplete(Map.of(), null);
        assertThat(told).containsExactly(CommitResult.committed(List.of(P0, P1)));
    }

    @Test
    void commitAsync_whileOneIsUnderWay_isRefusedForNow() {
        Harness harness = Harness.assigned();
        List<CommitResult> told = new ArrayList<>();
        harness.committer().commitAsync(point(P0, 5), TIMEOUT, result -> {});

        harness.committer().commitAsync(point(P0, 6), TIMEOUT, told::add);

        assertThat(told).extracting(result -> result.outcome(P0)).containsExactly(RETRY);
        assertThat(harness.consumer.requests).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void commitAsync_fails_hasTheOutcomeOfTheTable(RuntimeException thrown, CommitOutcome outcome) {
        Harness harness = Harness.assigned();
        List<CommitResult> told = new ArrayList<>();

        harness.committer().commitAsync(point(P0, 5), TIMEOUT, told::add);
        harness.consumer.callbacks.get(0).onComplete(Map.of(), thrown);

        assertThat(told).extracting(result -> result.outcome(P0)).containsExactly(outcome);
    }

    @Test
    void commitAsync_somePartitionRefused_theNextIsCutUntilItIsWell() {
        Harness harness = Harness.assigned();
        List<CommitResult> told = new ArrayList<>();
        harness.committer().commitAsync(both(), TIMEOUT, told::add);
        harness.consumer.callbacks.get(0).onComplete(Map.of(), new OffsetMetadataTooLarge("long"));
        assertThat(told).extracting(CommitResult::outcomes).containsExactly(Map.of(P0, RETRY, P1, RETRY));

        harness.consumer.commitFailure = offsets -> offsets.containsKey(K0) ? new OffsetMetadataTooLarge("long") : null;
        harness.committer().commitAsync(both(), TIMEOUT, told::add);
        assertThat(told).last().extracting(CommitResult::outcomes).isEqualTo(Map.of(P0, REJECTED, P1, COMMITTED));

        harness.consumer.commitFailure = offsets -> null;
        harness.committer().commitAsync(both(), TIMEOUT, told::add);
        assertThat(told).last().extracting(CommitResult::isComplete).isEqualTo(true);
        harness.committer().commitAsync(both(), TIMEOUT, told::add);
        assertThat(harness.consumer.callbacks).as("without waiting again").hasSize(2);
    }

    @Test
    void commitAsync_neverAnswered_isToldAtClose() {
        Harness harness = Harness.assigned();
        List<CommitResult> told = new ArrayList<>();
        harness.committer().commitAsync(both(), TIMEOUT, told::add);

        harness.source.close(Duration.ZERO);

        assertThat(told).extracting(CommitResult::outcomes).containsExactly(Map.of(P0, RETRY, P1, RETRY));
    }

    @Test
    void commitAsync_engineThrowsWhenTold_failsTheNextPollOnly() {
        Harness harness = Harness.assigned();
        harness.committer().commitAsync(both(), TIMEOUT, result -> {
            throw new IllegalStateException("engine");
        });

        harness.consumer.callbacks.get(0).onComplete(Map.of(), null);

        assertThat(org.assertj.core.api.Assertions.catchThrowable(harness::poll))
                .hasRootCauseMessage("engine");
    }

    @Test
    void metadataLimit_isTheBuilders() {
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .consumer(() -> ScriptedConsumer.of("orders"))
                .topics("orders")
                .mapper(record -> null)
                .metadataLimit(100)
                .build();
        source.open(new RecordingListener());

        assertThat(source.committer().metadataLimit()).isEqualTo(100);
    }

    @Test
    void commit_anyPoint_neverCallsTheFormWithoutOffsets() {
        ScriptedConsumer consumer = spy(ScriptedConsumer.of("orders"));
        Harness harness = new Harness(consumer, "orders");
        harness.source.open(harness.listener);
        consumer.rebalance(List.of(K0));
        harness.committer().commit(point(P0, 1), TIMEOUT);

        verify(consumer, org.mockito.Mockito.never()).commitSync();
        verify(consumer, org.mockito.Mockito.never()).commitSync(any(Duration.class));
    }
}
