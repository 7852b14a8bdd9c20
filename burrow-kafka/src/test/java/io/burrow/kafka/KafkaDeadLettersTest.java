package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The sink over a scripted producer: what is sent, and its life. */
class KafkaDeadLettersTest extends DeadLettersRig {
    @Test
    void send_completesWhenTheBrokerHasAcknowledged() {
        CompletableFuture<?> stage = opened().send(letter(1, 5)).toCompletableFuture();
        assertThat(stage).isNotDone();

        producer.completeNext();

        assertThat(stage).isCompleted();
    }

    @Test
    void send_keepsBytesAndHeadersAndSaysWhy() {
        ConsumerRecord<byte[], byte[]> record = ScriptedConsumer.record("orders", 1, 5);
        record.headers().add("trace", "t1".getBytes());
        record.headers().add("trace", "t2".getBytes());

        opened(builder().group("billing")).send(letter(message(record), 1));

        ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
        assertThat(sent.topic()).isEqualTo("orders-dlt");
        assertThat(sent.partition()).isEqualTo(1);
        assertThat(sent.timestamp()).isNull();
        assertThat(sent.key()).isSameAs(record.key());
        assertThat(sent.value()).isSameAs(record.value());
        assertThat(headers(sent))
                .containsExactly(
                        "trace=t1",
                        "trace=t2",
                        "__dlq.errors.topic=orders",
                        "__dlq.errors.partition=1",
                        "__dlq.errors.offset=5",
                        "__dlq.errors.group=billing",
                        "__dlq.errors.delivery.count=4",
                        "burrow.dlq.exception.class=java.lang.IllegalStateException",
                        "burrow.dlq.timestamp=-1",
                        "burrow.dlq.attempts=4",
                        "burrow.dlq.failed.at=2024-05-06T07:08:09Z");
        assertThat(record.headers().toArray()).as("the record itself").hasSize(2);
    }

    @Test
    void send_messageAskedFor_isCapped() {
        opened(builder().withMessage(6)).send(letter(0, 5));

        assertThat(headers(producer.history().get(0))).contains("__dlq.errors.message=s3cret");
    }

    @Test
    void send_recordThatWasADeadLetterBefore_doesNotGrow() {
        ConsumerRecord<byte[], byte[]> record = ScriptedConsumer.record("orders", 0, 5);
        record.headers().add("__dlq.errors.topic", "older".getBytes());
        record.headers().add("burrow.dlq.exception.class", "Older".getBytes());

        opened().send(letter(message(record), 0));

        assertThat(headers(producer.history().get(0)))
                .contains("__dlq.errors.topic=orders")
                .noneMatch(header -> header.toLowerCase().contains("older"));
    }

    @Test
    void send_targetHasFewerPartitions_goesByKey() {
        opened().send(letter(7, 5));

        assertThat(producer.history().get(0).partition()).isNull();
    }

    @Test
    void send_mappedRecord_isWrittenFromItsBytes() {
        ConsumerRecord<byte[], byte[]> record = ScriptedConsumer.record("orders", 0, 5);

        opened().send(letter(new MappedRecord<>(record, from -> null), 0));

        assertThat(producer.history().get(0).value()).isSameAs(record.value());
    }

    @Test
    void send_withRetryTopics_goesToTheNextTier_withItsDueTimeAndItsOrigin() {
        RetryTopics retries = RetryTopics.after(Duration.ofSeconds(10), Duration.ofMinutes(1));
        KafkaDeadLetters<String, String> sink = opened(builder().retryTopics(retries));
        List<ProducerRecord<byte[], byte[]>> history = new ArrayList<>();
        ConsumerRecord<byte[], byte[]> read = ScriptedConsumer.record("orders", 1, 5);
        for (int sends = 1; sends <= 3; sends++) {
            KafkaMessage<String, String> message = message(read);
            Failure failure = new Failure(
                    new TopicPartition(read.topic(), read.partition()),
                    read.offset(),
                    2,
                    new IllegalStateException("no"),
                    Duration.ZERO,
                    Duration.ZERO);
            assertThat(sink.isRetried(failure)).isEqualTo(sends < 3);
            sink.send(new DeadLetter<>(message, failure, Instant.ofEpochMilli(1_000_000)));
            ProducerRecord<byte[], byte[]> sent = producer.history().get(sends - 1);
            history.add(sent);
            read = new ConsumerRecord<>(sent.topic(), 0, 70 + sends, sent.key(), sent.value());
            sent.headers().forEach(read.headers()::add);
        }
        assertThat(history)
                .extracting(ProducerRecord::topic)
                .containsExactly("orders-retry-10000", "orders-retry-60000", "orders-dlt");
        assertThat(RetryHeaders.due(history.get(0).headers())).isEqualTo(1_010_000L);
        assertThat(RetryHeaders.due(history.get(1).headers())).isEqualTo(1_060_000L);
        assertThat(RetryHeaders.attemptsBefore(history.get(1).headers())).isEqualTo(4);
        assertThat(RetryHeaders.due(history.get(2).headers())).isNull();
        assertThat(headers(history.get(2)))
                .contains(
                        "__dlq.errors.topic=orders",
                        "__dlq.errors.partition=1",
                        "__dlq.errors.offset=5",
                        "burrow.dlq.attempts=6");
        assertThat(sink.losesOrder()).isTrue();
    }

    @Test
    void open_fixedTopicThere_isUsedForAll() {
        opened(builder().topic("dead")).send(letter(0, 5));

        assertThat(producer.history().get(0).topic()).isEqualTo("dead");
    }

    @Test
    void open_fixedTopicMissing_saysSo() {
        KafkaDeadLetters<String, String> sink = builder().topic("nowhere").build();

        BurrowException e = catchThrowableOfType(BurrowException.class, sink::open);

        assertThat(e.code()).isEqualTo(ErrorCode.TOPIC_MISSING);
        assertThat(e).hasMessageContaining("nowhere");
    }

    @Test
    void open_clientFails_isReportedInBurrowsWords() {
        Map<RuntimeException, ErrorCode> expected = Map.of(
                new TimeoutException("late", new UnknownTopicOrPartitionException("x")), ErrorCode.TOPIC_MISSING,
                new TimeoutException("late"), ErrorCode.BROKER_UNREACHABLE,
                new TopicAuthorizationException(Set.of("dead")), ErrorCode.NOT_AUTHORIZED);
        expected.forEach((thrown, code) -> {
            producer.partitionsForException = thrown;
            KafkaDeadLetters<String, String> sink = builder().topic("dead").build();

            assertThat(catchThrowableOfType(BurrowException.class, sink::open).code())
                    .isEqualTo(code);
        });
    }

    @Test
    void open_twice_isRefused() {
        assertThat(catchThrowableOfType(BurrowException.class, opened()::open).code())
                .isEqualTo(ErrorCode.ALREADY_STARTED);
    }

    @Test
    void close_closesTheProducerOnce() {
        KafkaDeadLetters<String, String> sink = opened();
        sink.close(Duration.ofSeconds(1));
        sink.close(Duration.ofSeconds(1));

        assertThat(producer.closed()).isTrue();
    }

    @Test
    void close_producerThrowsOrInterrupted_isContained() {
        producer.closeException = new TimeoutException("late");
        KafkaDeadLetters<String, String> sink = opened();

        Thread.currentThread().interrupt();
        assertThatCode(() -> sink.close(Duration.ZERO)).doesNotThrowAnyException();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void build_everythingWrong_namesAllAtOnce() {
        ConfigException e = catchThrowableOfType(
                ConfigException.class,
                () -> KafkaDeadLetters.<String, String>builder()
                        .properties(Map.of(
                                "acks", "1",
                                "enable.idempotence", false,
                                "transactional.id", "s3cret",
                                "key.serializer", "s3cret",
                                "value.serializer", String.class))
                        .producer(() -> producer)
                        .topic(" ")
                        .topicOf(from -> from)
                        .withMessage(0)
                        .withStackTrace(1 << 20)
                        .build());

        assertThat(e.problems())
                .extracting(ConfigProblem::setting)
                .containsExactly(
                        "properties, producer",
                        "topic, topicOf",
                        "topic",
                        "withMessage",
                        "withStackTrace",
                        "bootstrap.servers",
                        "acks",
                        "enable.idempotence",
                        "transactional.id",
                        "key.serializer",
                        "value.serializer");
        assertThat(e).hasMessageNotContaining("s3cret");
    }

    @Test
    void properties_areCompleted() {
        Map<String, Object> completed =
                ProducerProperties.of(Map.of("bootstrap.servers", "b:1", "acks", "-1"), new Problems());

        assertThat(completed)
                .containsEntry("acks", "-1")
                .containsEntry("enable.idempotence", "true")
                .containsEntry("max.block.ms", "10000")
                .containsEntry("delivery.timeout.ms", "50000")
                .containsEntry("key.serializer", ByteArraySerializer.class);
        assertThat(ProducerProperties.of(
                        Map.of("bootstrap.servers", "b:1", "request.timeout.ms", "60000"), new Problems()))
                .doesNotContainKey("delivery.timeout.ms");
    }

    @Test
    void open_withProperties_makesARealProducer() {
        KafkaDeadLetters<String, String> sink = KafkaDeadLetters.<String, String>builder()
                .properties(Map.of("bootstrap.servers", "localhost:1"))
                .build();

        sink.open();
        sink.close(Duration.ZERO);
    }
}
