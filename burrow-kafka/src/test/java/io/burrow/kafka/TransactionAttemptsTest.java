package io.burrow.kafka;

import static io.burrow.api.RecordOutcome.DEAD_LETTERED;
import static io.burrow.api.RecordOutcome.PROCESSED;
import static io.burrow.api.RecordOutcome.SKIPPED;
import static io.burrow.kafka.TransactionHarness.P0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.ForwardingMessage;
import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.stage.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which outputs count: those of the attempt that ended the record as processed. */
class TransactionAttemptsTest {
    private final TransactionHarness harness = TransactionHarness.assigned();

    private List<String> committed() {
        harness.producer.clear(); // histories of tests that commit twice would add up
        harness.commit(P0, 1);
        return harness.producer.committed();
    }

    private static ProducerRecord<String, String> receipt(String value) {
        return new ProducerRecord<>("receipts", 0, "k", value);
    }

    @Test
    void failedAttempt_writesNothing_itsRetryDoes() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        assertThatThrownBy(() -> harness.transactions
                        .<String, String>handler((message, outputs) -> {
                            outputs.send(receipt("first"));
                            throw new IllegalStateException("no");
                        })
                        .handle(record.decode()))
                .hasMessage("no");
        harness.run(record.decode().withAttempt(2), "second");
        record.finished(PROCESSED, 2);

        assertThat(committed()).containsExactly("second");
    }

    @Test
    void attemptThatSucceededAndWasFailedByAStage_writesNothing() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        harness.run(record.decode(), "first"); // and a time limit says it came too late
        harness.run(record.decode().withAttempt(2), "second");
        record.finished(PROCESSED, 2);

        assertThat(committed()).containsExactly("second");
    }

    @Test
    void attemptThatDidNotCallTheHandler_writesNothing() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        harness.run(record.decode(), "first");
        record.finished(PROCESSED, 2); // a stage let the second attempt pass by itself

        assertThat(committed()).isEmpty();
    }

    @Test
    void lateAttempt_canNeitherAddNorReplaceAnything() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        List<Throwable> thrown = new ArrayList<>();
        harness.transactions
                .<String, String>handler((message, outputs) -> {
                    outputs.send(receipt("late 1"));
                    harness.run(record.decode().withAttempt(2), "second"); // this one was given up meanwhile
                    thrown.add(refusal(() -> outputs.send(receipt("late 2"))));
                    record.finished(PROCESSED, 2);
                    thrown.add(refusal(() -> outputs.send(receipt("late 3"))));
                })
                .handle(record.decode());

        assertThat(committed()).containsExactly("second");
        assertThat(thrown)
                .hasSize(2)
                .allMatch(IllegalStateException.class::isInstance)
                .allSatisfy(each -> assertThat(each).hasMessageContaining("attempt 1 at orders-0@0 has ended"));
    }

    @Test
    void lateAttempt_returningBeforeTheNextOneEnds_doesNotCount() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        harness.transactions
                .<String, String>handler((second, outputs) -> {
                    outputs.send(receipt("second"));
                    harness.transactions
                            .<String, String>handler((first, late) -> {})
                            .handle(record.decode()); // begins late, of the attempt before
                })
                .handle(record.decode().withAttempt(2));
        record.finished(PROCESSED, 2);

        assertThat(committed()).containsExactly("second");
    }

    @ParameterizedTest
    @EnumSource(names = {"DEAD_LETTERED", "SKIPPED"})
    void exhausted_writesNothing(RecordOutcome outcome) throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        harness.run(record.decode(), "first");
        record.finished(outcome, 1);

        assertThat(outcome).isIn(DEAD_LETTERED, SKIPPED);
        assertThat(committed()).isEmpty();
        assertThat(harness.transactions.heldRecords()).isZero();
    }

    @Test
    void exhaustedWhileItsHandlerRuns_canAddNothingMore() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        List<Throwable> thrown = new ArrayList<>();
        harness.transactions
                .<String, String>handler((message, outputs) -> {
                    record.finished(DEAD_LETTERED, 1); // it was stuck
                    thrown.add(refusal(() -> outputs.send(receipt("late"))));
                })
                .handle(record.decode());

        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(committed()).isEmpty();
    }

    @Test
    void failureThatAStageTurnsIntoSuccess_writesNothing() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        assertThatThrownBy(() -> harness.transactions
                        .<String, String>handler((message, outputs) -> {
                            outputs.send(receipt("half"));
                            throw new IllegalStateException("no");
                        })
                        .handle(record.decode()))
                .isInstanceOf(IllegalStateException.class);
        record.finished(PROCESSED, 1);

        assertThat(committed()).isEmpty();
    }

    @Test
    void handlerThatKeepsItsOutputs_canAddNothingAfterItReturned() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        AtomicReference<Outputs<String, String>> kept = new AtomicReference<>();
        harness.transactions
                .<String, String>handler((message, outputs) -> kept.set(outputs))
                .handle(record.decode());

        assertThat(refusal(() -> kept.get().send(receipt("late")))).isInstanceOf(IllegalStateException.class);
        record.finished(PROCESSED, 1);
        assertThat(committed()).isEmpty();
    }

    @Test
    void formerAssignment_itsHandlerChangesNothingOfTheNext() throws Exception {
        SourceRecord<String, String> former = harness.deliver(P0, 0);
        Message<String, String> formerMessage = former.decode();
        harness.rebalance();
        harness.rebalance(P0);
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        harness.run(record.decode(), "new");
        harness.run(formerMessage, "old"); // begins only now, with the same offset and attempt
        former.finished(PROCESSED, 1); // and ends in the moment in which its partition goes
        record.finished(PROCESSED, 1);

        assertThat(harness.transactions.heldRecords()).isEqualTo(1);
        assertThat(committed()).containsExactly("new");
    }

    @Test
    void stageThatRunsTheHandlerAgainWithinAnAttempt_countsTheRunThatSucceeded() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        Message<String, String> message = record.decode();
        assertThatThrownBy(() -> harness.transactions
                        .<String, String>handler((handled, outputs) -> {
                            outputs.send(receipt("failed"));
                            throw new IllegalStateException("no");
                        })
                        .handle(message))
                .isInstanceOf(IllegalStateException.class);
        harness.run(message, "again");
        record.finished(PROCESSED, 1);

        assertThat(committed()).containsExactly("again");
    }

    @Test
    void stageThatPutsAnotherMessageInPlace_keepsTheLink() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        AsyncMessageHandler<String, String> staged = Stages.<String, String>mapValue(value -> "mapped " + value)
                .wrap(AsyncMessageHandler.of(harness.transactions.<String, String>handler(
                        (message, outputs) -> outputs.send(receipt(String.valueOf(message.value()))))));
        staged.handle(record.decode());
        record.finished(PROCESSED, 1);

        assertThat(committed()).containsExactly("mapped 0");
    }

    @Test
    void messageWithoutTheLink_isRefusedByName() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        Message<String, String> foreign = new Foreign(record.decode());

        assertThatThrownBy(() -> harness.run(foreign, "a"))
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining(Foreign.class.getName())
                .hasMessageContaining("transactions(...)")
                .extracting(e -> ((BurrowException) e).code())
                .isEqualTo(ErrorCode.HANDLER_CONTRACT);
    }

    @Test
    void messageOfTheSourceOfOtherTransactions_isRefused() throws Exception {
        TransactionHarness other = TransactionHarness.assigned();
        Message<String, String> message = other.deliver(P0, 0).decode();

        assertThatThrownBy(() -> harness.run(message, "a"))
                .isInstanceOf(BurrowException.class)
                .extracting(e -> ((BurrowException) e).code())
                .isEqualTo(ErrorCode.HANDLER_CONTRACT);
    }

    @Test
    void theHandlerIsGivenTheSourcesOwnMessage() throws Exception {
        List<Message<String, String>> seen = new ArrayList<>();
        Message<String, String> message = harness.deliver(P0, 0).decode();
        harness.transactions
                .<String, String>handler((handled, outputs) -> seen.add(handled))
                .handle(message.withAttempt(3));

        assertThat(seen).singleElement().isInstanceOf(KafkaMessage.class);
        assertThat(seen.get(0).attempt()).isEqualTo(3);
        assertThat(seen.get(0).value()).isEqualTo("0");
        assertThat(message.toString()).isEqualTo("orders-0@0");
        assertThat(message.withAttempt(3).attempt()).isEqualTo(3);
        assertThat(message.headers()).isEmpty();
        assertThat(message.headers().last("x")).isNull();
    }

    @Test
    void asynchronous_countsWhenItsStageIsCompleted_beforeWhoeverWaitsForItKnows() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        CompletableFuture<@Nullable Void> work = new CompletableFuture<>();
        AtomicReference<Outputs<String, String>> kept = new AtomicReference<>();
        harness.transactions
                .<String, String>asyncHandler((message, outputs) -> {
                    kept.set(outputs);
                    return work;
                })
                .handle(record.decode())
                .thenRun(() -> record.finished(PROCESSED, 1));
        kept.get().send(receipt("a"));
        assertThat(harness.transactions.heldRecords()).isZero();
        work.complete(null);

        assertThat(refusal(() -> kept.get().send(receipt("late")))).isInstanceOf(IllegalStateException.class);
        assertThat(committed()).containsExactly("a");
    }

    @Test
    void asynchronous_failed_writesNothing() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        CompletableFuture<?> stage = harness.transactions
                .<String, String>asyncHandler((message, outputs) -> {
                    outputs.send(receipt("first"));
                    return CompletableFuture.failedFuture(new IllegalStateException("no"));
                })
                .handle(record.decode())
                .toCompletableFuture();
        assertThatThrownBy(stage::join).isInstanceOf(CompletionException.class).hasRootCauseMessage("no");
        harness.run(record.decode().withAttempt(2), "second");
        record.finished(PROCESSED, 2);

        assertThat(committed()).containsExactly("second");
    }

    @Test
    void asynchronous_doneAtOnce_staysDoneAtOnce() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);

        Object stage = harness.transactions
                .<String, String>asyncHandler((message, outputs) -> {
                    outputs.send(receipt("a"));
                    return AsyncMessageHandler.done();
                })
                .handle(record.decode());
        assertThat(stage == AsyncMessageHandler.done()).isTrue();
        record.finished(PROCESSED, 1);
        assertThat(committed()).containsExactly("a");
    }

    @Test
    void output_isTakenAsItIsAtThatMoment() throws Exception {
        SourceRecord<String, String> record = harness.deliver(P0, 0);
        ProducerRecord<String, String> receipt = new ProducerRecord<>("audit", 1, 77L, "k", "v");
        receipt.headers().add("h", new byte[] {1});
        harness.transactions
                .<String, String>handler((message, outputs) -> {
                    outputs.send(receipt);
                    receipt.headers().remove("h");
                })
                .handle(record.decode());
        record.finished(PROCESSED, 1);
        committed();

        ProducerRecord<byte[], byte[]> written = harness.producer.history().get(0);
        assertThat(written.topic()).isEqualTo("audit");
        assertThat(written.partition()).isEqualTo(1);
        assertThat(written.timestamp()).isEqualTo(77);
        assertThat(written.headers().lastHeader("h").value()).containsExactly(1);
    }

    @Test
    void topicThatIsNotThere_failsTheRecord() throws Exception {
        Message<String, String> message = harness.deliver(P0, 0).decode();

        assertThatThrownBy(() -> send(message, new ProducerRecord<>("elsewhere", "v")))
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining("elsewhere")
                .extracting(e -> ((BurrowException) e).code())
                .isEqualTo(ErrorCode.TOPIC_MISSING);
        assertThatThrownBy(() -> send(message, new ProducerRecord<>("receipts", 2, "k", "v")))
                .isInstanceOf(TerminalException.class)
                .hasMessageContaining("partition 2 of the topic receipts, which has 2");
    }

    @Test
    void topic_isAskedForOnce() throws Exception {
        Message<String, String> message = harness.deliver(P0, 0).decode();
        send(message, receipt("a"));
        send(message, receipt("b"));

        assertThat(harness.producer.topicQuestions).isEqualTo(1);
    }

    private void send(Message<String, String> message, ProducerRecord<String, String> output) throws Exception {
        harness.transactions
                .<String, String>handler((handled, outputs) -> outputs.send(output))
                .handle(message);
    }

    private static Throwable refusal(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            return e;
        }
        throw new AssertionError("it was taken");
    }

    /** A message that forgets the headers of the one it stands for. */
    private static final class Foreign extends ForwardingMessage<String, String> {
        Foreign(Message<String, String> message) {
            super(message);
        }

        @Override
        public Headers headers() {
            return Headers.of(new Header("own", new byte[0]));
        }
    }
}
