package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** The sink over a scripted producer. Long because each way to be refused has its case here. */
class KafkaDeadLettersTest {
    private final MockProducer<byte[], byte[]> producer = producer();

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(cluster(), false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Cluster cluster() {
        Set<PartitionInfo> partitions = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            partitions.add(new PartitionInfo("orders-dlt", i, Node.noNode(), new Node[0], new Node[0]));
        }
        partitions.add(new PartitionInfo("orders-retry-10000", 0, Node.noNode(), new Node[0], new Node[0]));
        partitions.add(new PartitionInfo("orders-retry-60000", 0, Node.noNode(), new Node[0], new Node[0]));
        partitions.add(new PartitionInfo("dead", 0, Node.noNode(), new Node[0], new Node[0]));
        return new Cluster("c", List.of(Node.noNode()), partitions, Set.of(), Set.of());
    }

    private KafkaDeadLettersBuilder<String, String> builder() {
        return KafkaDeadLetters.<String, String>builder().producer(() -> producer);
    }

    private KafkaDeadLetters<String, String> opened() {
        return opened(builder());
    }

    private static KafkaDeadLetters<String, String> opened(KafkaDeadLettersBuilder<String, String> builder) {
        KafkaDeadLetters<String, String> sink = builder.build();
        sink.open();
        return sink;
    }

    private static DeadLetter<String, String> letter(SourceRecord<String, String> record, int partition) {
        Failure failure = new Failure(
                new TopicPartition("orders", partition),
                record.offset(),
                4,
                new IllegalStateException("s3cret contents"),
                Duration.ofSeconds(9),
                Duration.ZERO);
        return new DeadLetter<>(record, failure, Instant.parse("2024-05-06T07:08:09Z"));
    }

    private static DeadLetter<String, String> letter(int partition, long offset) {
        return letter(message(ScriptedConsumer.record("orders", partition, offset)), partition);
    }

    private static KafkaMessage<String, String> message(ConsumerRecord<byte[], byte[]> record) {
        return new KafkaMessage<>(record, new Deserialization<>(new StringDeserializer(), new StringDeserializer()));
    }

    private static List<String> headers(ProducerRecord<byte[], byte[]> sent) {
        List<String> headers = new ArrayList<>();
        for (Header header : sent.headers()) {
            headers.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8));
        }
        return headers;
    }

    private static BurrowException failure(CompletableFuture<?> stage) {
        CompletionException e = catchThrowableOfType(CompletionException.class, stage::join);
        return (BurrowException) e.getCause();
    }

    @Test
    void send_completesWhenTheBrokerHasAcknowledged() {
        CompletableFuture<?> stage = opened().send(letter(1, 5)).toCompletableFuture();
        assertThat(stage).isNotDone();

        producer.completeNext();

        assertThat(stage).isCompleted();
    }

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
                    .producer(KafkaDeadLettersTest::producer)
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
