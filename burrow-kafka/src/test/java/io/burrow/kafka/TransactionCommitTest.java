package io.burrow.kafka;

import static io.burrow.api.spi.CommitOutcome.COMMITTED;
import static io.burrow.api.spi.CommitOutcome.FATAL;
import static io.burrow.api.spi.CommitOutcome.NOT_OWNED;
import static io.burrow.api.spi.CommitOutcome.REJECTED;
import static io.burrow.api.spi.CommitOutcome.RETRY;
import static io.burrow.kafka.TransactionHarness.P0;
import static io.burrow.kafka.TransactionHarness.P1;
import static io.burrow.kafka.TransactionHarness.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a commit sends, and what becomes of it when something fails. */
class TransactionCommitTest {
    private final TransactionHarness harness = TransactionHarness.assigned();
    private final ScriptedProducer producer = harness.producer;

    @Test
    void commit_sendsWhatLiesBelowThePoint_thenTheOffsets_inOneTransaction() throws Exception {
        SourceRecord<String, String> first = harness.deliver(P0, 0);
        harness.process(P0, 1, "b");
        harness.process(first, "a1", "a2");
        harness.deliver(P0, 2);
        harness.process(P0, 3, "d"); // above the gap at 2

        assertThat(harness.commit(P0, 2).isComplete()).isTrue();

        assertThat(producer.calls)
                .containsExactly(
                        "begin",
                        "send receipts a1",
                        "send receipts a2",
                        "send receipts b",
                        "offsets orders-0=2",
                        "commit");
        assertThat(producer.committed()).containsExactly("a1", "a2", "b");
        assertThat(harness.transactions.heldRecords()).isEqualTo(1);
        assertThat(producer.group).isEqualTo(harness.consumer.groupMetadata());
        assertThat(harness.consumer.requests).as("the consumer's own commits").isEmpty();
    }

    @Test
    void commit_whatLayAboveTheGap_goesWithTheCommitThatPassesIt_once() throws Exception {
        SourceRecord<String, String> first = harness.deliver(P0, 0);
        harness.process(P0, 1, "b");
        harness.commit(P0, 0);
        assertThat(producer.committed()).isEmpty();

        harness.process(first, "a");
        harness.commit(P0, 2);
        harness.commit(P0, 2);

        assertThat(producer.committed()).containsExactly("a", "b");
        assertThat(harness.transactions.heldRecords()).isZero();
        assertThat(harness.transactions.heldBytes()).isZero();
    }

    @Test
    void commit_severalPartitions_areOneTransaction() throws Exception {
        harness.process(P0, 0, "a");
        harness.process(P1, 0, "b");

        assertThat(harness.commit(both()).isComplete()).isTrue();

        assertThat(producer.calls).filteredOn("begin"::equals).hasSize(1);
        assertThat(producer.calls).contains("offsets orders-0=1 orders-1=1");
        assertThat(producer.committed()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void commit_nothingWritten_isATransactionOfOffsets() {
        assertThat(harness.commit(P0, 0).isComplete()).isTrue(); // the starting position, or one committed again

        assertThat(producer.calls).containsExactly("begin", "offsets orders-0=0", "commit");
    }

    @Test
    void commit_withoutWaiting_waits() throws Exception {
        harness.process(P0, 0, "a");
        List<CommitResult> told = new ArrayList<>();

        harness.source.committer().commitAsync(Map.of(P0, CommitPoint.of(1)), TIMEOUT, told::add);

        assertThat(told)
                .singleElement()
                .satisfies(result -> assertThat(result.isComplete()).isTrue());
        assertThat(producer.committed()).containsExactly("a");
        assertThat(harness.consumer.requests).isEmpty();
    }

    @Test
    void noTextIsKept() {
        assertThat(harness.source.committer().metadataLimit()).isZero();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new CommitFailedException(), RETRY),
                Arguments.of(new TimeoutException("late"), RETRY),
                Arguments.of(new InvalidProducerEpochException("a transaction timed out"), RETRY),
                Arguments.of(ScriptedProducer.interrupt(), RETRY),
                Arguments.of(new KafkaException("error state", new CommitFailedException()), RETRY),
                Arguments.of(new KafkaException("not known"), RETRY),
                Arguments.of(GroupAuthorizationException.forGroupId("g"), REJECTED),
                Arguments.of(new TopicAuthorizationException(Set.of("orders")), REJECTED),
                Arguments.of(new FencedInstanceIdException("static member"), FATAL));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void offsetsRefused_abortsWithTheOutcomeOfTheTable_andTheSameGoesAgain(
            RuntimeException thrown, CommitOutcome outcome) throws Exception {
        harness.process(P0, 0, "a");
        producer.onOffsets.add(thrown);

        CommitResult result = harness.commit(P0, 1);

        assertThat(Thread.interrupted()).isEqualTo(thrown instanceof InterruptException);
        assertThat(result.outcome(P0)).isEqualTo(outcome);
        assertThat(producer.calls).endsWith("offsets orders-0=1", "abort");
        assertThat(producer.committed()).isEmpty();
        assertThat(harness.commit(P0, 1).isComplete()).isTrue();
        assertThat(producer.committed()).containsExactly("a");
    }

    @Test
    void notAMemberAnyMore_whileRevoking_isNotOwned() throws Exception {
        harness.process(P0, 0, "a");
        producer.onOffsets.add(new CommitFailedException());
        List<CommitOutcome> outcomes = new ArrayList<>();
        harness.listener.onRevoked = () -> outcomes.add(harness.commit(P0, 1).outcome(P0));

        harness.rebalance(P1);

        assertThat(outcomes).containsExactly(NOT_OWNED);
        assertThat(producer.committed()).isEmpty();
    }

    @Test
    void commitNotAnswered_isAskedForAgain_andNothingIsSentTwice() throws Exception {
        harness.process(P0, 0, "a");
        producer.onCommit.add(new TimeoutException("late"));
        producer.onCommit.add(ScriptedProducer.interrupt());

        assertThat(harness.commit(P0, 1).outcome(P0)).isEqualTo(RETRY);
        harness.process(P0, 1, "b");
        assertThat(harness.commit(P0, 2).outcome(P0)).isEqualTo(RETRY);
        assertThat(Thread.interrupted()).as("kept for whoever set it").isTrue();
        assertThat(producer.calls)
                .containsExactly("begin", "send receipts a", "offsets orders-0=1", "commit", "commit");

        producer.calls.clear();
        assertThat(harness.commit(P0, 2).isComplete()).isTrue();
        assertThat(producer.calls)
                .containsExactly("commit", "begin", "send receipts b", "offsets orders-0=2", "commit");
        assertThat(producer.committed()).containsExactly("a", "b");
    }

    @Test
    void commitNotAnswered_severalPartitions_isNotCut() throws Exception {
        harness.process(P0, 0, "a");
        harness.process(P1, 0, "b");
        producer.onCommit.add(new TimeoutException("late"));

        assertThat(harness.commit(both()).outcomes()).containsOnly(Map.entry(P0, RETRY), Map.entry(P1, RETRY));

        assertThat(producer.calls).filteredOn("commit"::equals).hasSize(1);
    }

    @Test
    void commitNotAnswered_thenKnownToHaveFailed_goesAgain() throws Exception {
        harness.process(P0, 0, "a");
        producer.onCommit.add(new TimeoutException("late"));
        producer.onCommit.add(new KafkaException("a batch was not stored"));

        assertThat(harness.commit(P0, 1).outcome(P0)).isEqualTo(RETRY);
        assertThat(harness.commit(P0, 1).outcome(P0)).isEqualTo(RETRY);
        assertThat(producer.calls).endsWith("commit", "commit", "abort");
        assertThat(producer.committed()).isEmpty();

        assertThat(harness.commit(P0, 1).isComplete()).isTrue();
        assertThat(producer.committed()).containsExactly("a");
    }

    @Test
    void commitNotAnswered_partitionGoneMeanwhile_isStillAskedForBeforeAnythingElse() throws Exception {
        harness.process(P0, 0, "a");
        producer.onCommit.add(new TimeoutException("late"));
        harness.commit(P0, 1);
        harness.rebalance(P1);
        harness.process(P1, 0, "b");
        producer.calls.clear();

        assertThat(harness.commit(P1, 1).isComplete()).isTrue();

        assertThat(producer.calls)
                .containsExactly("commit", "begin", "send receipts b", "offsets orders-1=1", "commit");
        assertThat(producer.committed()).containsExactly("a", "b");
    }

    @Test
    void abortNotAnswered_isAskedForAgain_beforeAnythingElse() throws Exception {
        harness.process(P0, 0, "a");
        producer.onOffsets.add(new CommitFailedException());
        producer.onAbort.add(new TimeoutException("late"));
        producer.onAbort.add(new TimeoutException("late"));

        assertThat(harness.commit(P0, 1).outcome(P0)).isEqualTo(RETRY);
        assertThat(harness.commit(P0, 1).outcome(P0)).isEqualTo(RETRY);
        producer.calls.clear();
        assertThat(harness.commit(P0, 1).isComplete()).isTrue();

        assertThat(producer.calls).containsExactly("abort", "begin", "send receipts a", "offsets orders-0=1", "commit");
        assertThat(producer.committed()).containsExactly("a");
    }

    @Test
    void fenced_isFatal_andNothingIsTriedAgain() throws Exception {
        harness.process(P0, 0, "a");
        producer.onCommit.add(new ProducerFencedException("another one"));
        producer.onAbort.add(new ProducerFencedException("another one"));

        CommitResult result = harness.commit(P0, 1);

        assertThat(result.outcome(P0)).isEqualTo(FATAL);
        assertThat(result.cause()).hasMessageContaining("transactional.id orders-1 was fenced");
        producer.calls.clear();
        assertThat(harness.commit(P0, 1).outcome(P0)).isEqualTo(FATAL);
        assertThat(producer.calls).isEmpty();
        assertThat(producer.committed()).isEmpty();
    }

    @Test
    void producerThatCannotAbort_isFatal() throws Exception {
        harness.process(P0, 0, "a");
        producer.onOffsets.add(new KafkaException("Unexpected error in TxnOffsetCommitResponse"));
        producer.onAbort.add(new KafkaException("in a fatal state"));

        CommitResult result = harness.commit(both());

        assertThat(result.outcomes()).containsOnly(Map.entry(P0, FATAL), Map.entry(P1, FATAL));
        assertThat(result.cause()).hasMessageContaining("cannot make transactions any more");
    }

    /** What the brokers say to one whose transaction they ended for another one, if it commits right then. */
    @Test
    void transactionThatIsNotOpenAnyMore_isFatal_andSaysWhatItMayBe() throws Exception {
        InvalidTxnStateException invalid = new InvalidTxnStateException("in an invalid state");
        harness.process(P0, 0, "a");
        producer.onCommit.add(invalid);
        producer.onAbort.add(new KafkaException("in an error state", invalid));

        CommitResult result = harness.commit(P0, 1);

        assertThat(result.outcome(P0)).isEqualTo(FATAL);
        assertThat(result.cause())
                .hasMessageContainingAll("InvalidTxnStateException", "another one with this id has started");
    }

    @Test
    void stateThatTheProducerIsIn_isNamedByWhatItComesFrom() throws Exception {
        harness.process(P0, 0, "a");
        producer.onCommit.add(new KafkaException("broken"));
        producer.onAbort.add(new KafkaException("in an error state", new AuthorizationException("not you")));

        assertThat(harness.commit(P0, 1).cause())
                .hasMessageEndingWith("any more: " + AuthorizationException.class.getName());
    }

    @Test
    void outputThatTheBrokersRefuse_rejectsItsPartitionAlone() throws Exception {
        harness.process(P0, 0, "large");
        harness.process(P1, 0, "b");
        producer.refusal = record -> new String(record.value()).equals("large")
                ? new RecordTooLargeException("more than the topic's max.message.bytes")
                : null;

        CommitResult result = harness.commit(both());

        assertThat(result.outcomes()).containsOnly(Map.entry(P0, REJECTED), Map.entry(P1, COMMITTED));
        assertThat(result.cause()).isInstanceOf(RecordTooLargeException.class);
        assertThat(producer.committed()).containsExactly("b");

        producer.refusal = record -> null; // the topic was changed
        assertThat(harness.commit(P0, 1).isComplete()).isTrue();
        assertThat(producer.committed()).containsExactly("b", "large");
    }

    /** Where its memory is full and nobody answers, the client waits with each one as long as with the first. */
    @Test
    void outputRefused_nothingMoreOfItsTransactionIsSent() throws Exception {
        harness.process(P0, 0, "a", "b", "c");
        harness.process(P0, 1, "d");
        harness.process(P1, 0, "e");
        producer.refusal = record ->
                new String(record.value()).equals("b") ? new TimeoutException("no memory within max.block.ms") : null;

        assertThat(harness.commit(P0, 2).outcome(P0)).isEqualTo(RETRY);
        assertThat(producer.calls).containsExactly("begin", "send receipts a", "send receipts b", "abort");

        producer.refusal = record -> null;
        assertThat(harness.commit(P0, 2).isComplete()).isTrue();
        assertThat(producer.committed()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void outputNotStoredInTime_isTriedAgain() throws Exception {
        harness.process(P0, 0, "a");
        producer.refusal = record -> new TimeoutException("Expiring 1 record(s)");
        assertThat(harness.commit(P0, 1).outcome(P0)).isEqualTo(RETRY);
        assertThat(producer.calls).endsWith("commit", "abort");

        producer.refusal = record -> null;
        assertThat(harness.commit(P0, 1).isComplete()).isTrue();
        assertThat(producer.committed()).containsExactly("a");
    }

    @Test
    void interruptedBefore_commitsAndKeepsTheInterrupt() throws Exception {
        harness.process(P0, 0, "a");
        Thread.currentThread().interrupt();

        assertThat(harness.commit(P0, 1).isComplete()).isTrue();

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void notAssigned_isNotSent() {
        harness.rebalance(P1);

        assertThat(harness.commit(both()).outcomes()).containsOnly(Map.entry(P0, NOT_OWNED), Map.entry(P1, COMMITTED));
        assertThat(producer.calls).contains("offsets orders-1=1");
    }

    private static Map<io.burrow.api.TopicPartition, CommitPoint> both() {
        return Map.of(P0, CommitPoint.of(1), P1, CommitPoint.of(1));
    }
}
