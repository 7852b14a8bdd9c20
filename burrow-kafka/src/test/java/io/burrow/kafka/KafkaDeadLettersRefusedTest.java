package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Letters that cannot be sent: each way to be refused has its case here. */
class KafkaDeadLettersRefusedTest extends DeadLettersRig {
    @Test
    void send_brokerRefuses_failsTheStage() {
        CompletableFuture<?> stage = opened().send(letter(1, 5)).toCompletableFuture();

        producer.errorNext(new NotLeaderOrFollowerException("moved"));

        BurrowException e = failure(stage);
        assertThat(e.code()).isEqualTo(ErrorCode.DEAD_LETTER_FAILED);
        assertThat(e)
                .hasMessageContaining("orders-1@5")
                .hasMessageContaining("NotLeaderOrFollowerException")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void send_recordOfAnotherSource_failsClearly() {
        SourceRecord<String, String> foreign = new SourceRecord<>() {
            @Override
            public long offset() {
                return 3;
            }

            @Override
            public Object orderingKey() {
                return "k";
            }

            @Override
            public int sizeBytes() {
                return 1;
            }

            @Override
            public io.burrow.api.Message<String, String> decode() {
                throw new AssertionError();
            }
        };

        BurrowException e = failure(opened().send(letter(foreign, 0)).toCompletableFuture());

        assertThat(e.code()).isEqualTo(ErrorCode.DEAD_LETTER_FAILED);
        assertThat(e).hasMessageContaining("not one of a KafkaSource");
    }

    @Test
    void send_targetIsTheSourceOrNothing_fails() {
        for (String target : new String[] {"orders", " ", null}) {
            KafkaDeadLetters<String, String> sink = KafkaDeadLetters.<String, String>builder()
                    .producer(DeadLettersRig::producer)
                    .topicOf(from -> target)
                    .build();
            sink.open();

            assertThat(failure(sink.send(letter(0, 5)).toCompletableFuture()))
                    .hasMessageContaining("it would go to the topic " + target);
        }
    }

    @Test
    void send_producerThrows_failsTheStage() {
        producer.sendException = new RecordTooLargeException("big");

        assertThat(failure(opened().send(letter(0, 5)).toCompletableFuture()))
                .hasMessageContaining("RecordTooLargeException");
    }

    /** Refuses what is larger than the limit as Kafka's own producer does: by the callback. */
    private static KafkaDeadLetters<String, String> limited(
            int mostBytes, RefusedAction action, List<ProducerRecord<byte[], byte[]>> sent) {
        Producer<byte[], byte[]> limited =
                new MockProducer<>(cluster(), true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            ProducerRecord<byte[], byte[]> record, Callback callback) {
                        byte[] key = record.key();
                        byte[] value = record.value();
                        if ((key == null ? 0 : key.length) + (value == null ? 0 : value.length) > mostBytes) {
                            RecordTooLargeException thrown = new RecordTooLargeException("big");
                            callback.onCompletion(null, thrown);
                            return CompletableFuture.failedFuture(thrown);
                        }
                        sent.add(record);
                        return super.send(record, callback);
                    }
                };
        return opened(KafkaDeadLetters.<String, String>builder()
                .producer(() -> limited)
                .onRefused(action)
                .group("billing"));
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("orders", 1, 5, key, value);
        record.headers().add("trace", "t1".getBytes(StandardCharsets.UTF_8));
        return record;
    }

    @Test
    void send_tooLargeAndStrip_storesItWithoutItsValue() throws Exception {
        List<ProducerRecord<byte[], byte[]>> sent = new CopyOnWriteArrayList<>();
        ConsumerRecord<byte[], byte[]> record = record(new byte[] {7}, new byte[1_000]);

        limited(100, RefusedAction.STRIP, sent)
                .send(letter(message(record), 1))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);

        ProducerRecord<byte[], byte[]> stripped = sent.get(0);
        assertThat(sent).hasSize(1);
        assertThat(stripped.topic()).isEqualTo("orders-dlt");
        assertThat(stripped.partition()).isEqualTo(1);
        assertThat(stripped.key()).isEqualTo(record.key());
        assertThat(stripped.value()).isEmpty();
        assertThat(headers(stripped))
                .contains("trace=t1", "__dlq.errors.offset=5", "burrow.dlq.value.stripped.bytes=1000");
    }

    @Test
    void send_fitsAndStrip_keepsTheValue() {
        List<ProducerRecord<byte[], byte[]>> sent = new CopyOnWriteArrayList<>();
        ConsumerRecord<byte[], byte[]> record = record(new byte[] {7}, new byte[99]);

        limited(100, RefusedAction.STRIP, sent).send(letter(message(record), 1));

        assertThat(sent.get(0).value()).isSameAs(record.value());
        assertThat(headers(sent.get(0))).noneMatch(header -> header.contains("stripped"));
    }

    @Test
    void send_tooLargeWithoutItsValue_fails() {
        for (byte[] value : new byte[][] {new byte[50], new byte[0], null}) {
            List<ProducerRecord<byte[], byte[]>> sent = new CopyOnWriteArrayList<>();
            CompletableFuture<?> stage = limited(100, RefusedAction.STRIP, sent)
                    .send(letter(message(record(new byte[200], value)), 1))
                    .toCompletableFuture();

            assertThat(failure(stage.orTimeout(30, TimeUnit.SECONDS))).hasMessageContaining("it is too large");
            assertThat(sent).isEmpty();
        }
    }

    @Test
    void send_tooLargeAndRetry_failsAndSaysWhatToRaise() {
        List<ProducerRecord<byte[], byte[]>> sent = new CopyOnWriteArrayList<>();
        CompletableFuture<?> stage = limited(100, RefusedAction.RETRY, sent)
                .send(letter(message(record(new byte[] {7}, new byte[1_000])), 1))
                .toCompletableFuture();

        assertThat(failure(stage))
                .hasMessageContaining("RecordTooLargeException")
                .hasMessageContaining("max.message.bytes");
        assertThat(sent).isEmpty();
    }

    @Test
    void send_refusedAndParkOrHalt_tellsTheEngineSo_onlyWhereSendingAgainCannotHelp() {
        MockProducer<byte[], byte[]> parks = producer();
        parks.sendException = new TopicAuthorizationException(Set.of("orders-dlt"));
        KafkaDeadLetters<String, String> park = opened(
                KafkaDeadLetters.<String, String>builder().producer(() -> parks).onRefused(RefusedAction.PARK));
        assertThat(park.send(letter(0, 5)).toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(TerminalException.class)
                .withMessageContaining("orders-0@5")
                .withMessageContaining("lacks the right to write to it");
        parks.sendException = new TimeoutException("later");
        assertThat(failure(park.send(letter(0, 5)).toCompletableFuture()).code())
                .isEqualTo(ErrorCode.DEAD_LETTER_FAILED);

        List<ProducerRecord<byte[], byte[]>> sent = new CopyOnWriteArrayList<>();
        CompletableFuture<?> halted = limited(100, RefusedAction.HALT, sent)
                .send(letter(message(record(new byte[] {7}, new byte[1_000])), 1))
                .toCompletableFuture();
        assertThat(failure(halted))
                .hasMessageContaining("max.message.bytes")
                .extracting(BurrowException::code)
                .isEqualTo(ErrorCode.DEAD_LETTER_REFUSED);
        assertThat(sent).isEmpty();
    }

    @Test
    void send_neverPossible_saysWhatHasToChange() {
        Map<RuntimeException, String> expected = Map.of(
                new TopicAuthorizationException(Set.of("orders-dlt")), "lacks the right to write to it",
                new InvalidTopicException("no"), "not a valid name");
        KafkaDeadLetters<String, String> sink = opened(builder().onRefused(RefusedAction.STRIP));
        expected.forEach((thrown, words) -> {
            producer.sendException = thrown;
            assertThat(failure(sink.send(letter(0, 5)).toCompletableFuture()))
                    .hasMessageContaining(thrown.getClass().getName() + " for the topic orders-dlt")
                    .hasMessageContaining(words);
        });
    }

    @Test
    void send_strippedLetterThatFailsAgain_keepsTheMark() {
        ConsumerRecord<byte[], byte[]> record = record(new byte[] {7}, new byte[0]);
        record.headers().add("burrow.dlq.value.stripped.bytes", "1000".getBytes(StandardCharsets.UTF_8));

        opened().send(letter(message(record), 1));

        assertThat(headers(producer.history().get(0))).contains("burrow.dlq.value.stripped.bytes=1000");
    }

    @Test
    void send_noMetadata_failsTheStage() {
        KafkaDeadLetters<String, String> sink = opened();
        producer.partitionsForException = new TimeoutException("late");

        assertThat(failure(sink.send(letter(0, 5)).toCompletableFuture())).hasMessageContaining("no answer in time");
    }

    @Test
    void send_notOpenOrClosed_fails() {
        KafkaDeadLetters<String, String> sink = builder().build();
        assertThat(failure(sink.send(letter(0, 5)).toCompletableFuture())).hasMessageContaining("not open");

        sink.open();
        sink.close(Duration.ZERO);
        assertThat(failure(sink.send(letter(0, 5)).toCompletableFuture())).hasMessageContaining("not open");
    }
}
