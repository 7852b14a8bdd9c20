package io.burrow.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.Failure;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterHeadersTest {
    private static final RuntimeException FAILURE =
            new UncheckedIOException("grüße", new java.io.IOException("the cause"));

    private static ConsumerRecord<byte[], byte[]> record(Header... headers) {
        return new ConsumerRecord<>(
                "orders",
                0x01020304,
                0x0102030405060708L,
                1_700_000_000_000L,
                TimestampType.CREATE_TIME,
                1,
                1,
                new byte[] {1},
                new byte[] {2},
                new RecordHeaders(headers),
                Optional.empty());
    }

    private static DeadLetter<String, String> letter(ConsumerRecord<byte[], byte[]> record, Throwable thrown) {
        return new DeadLetter<>(
                new KafkaMessage<>(record, new Deserialization<>(new StringDeserializer(), new StringDeserializer())),
                new Failure(
                        new TopicPartition(record.topic(), record.partition()),
                        record.offset(),
                        4,
                        thrown,
                        Duration.ofSeconds(9),
                        Duration.ZERO),
                Instant.parse("2024-05-06T07:08:09Z"));
    }

    private static List<Header> of(DeadLetterHeaders headers, ConsumerRecord<byte[], byte[]> record, Throwable thrown) {
        DeadLetter<String, String> letter = letter(record, thrown);
        return headers.of(FailedRecord.of(record, letter.failure(), null), letter);
    }

    private static List<String> written(DeadLetterHeaders headers, ConsumerRecord<byte[], byte[]> record) {
        return of(headers, record, FAILURE).stream()
                .map(header -> header.key() + "=" + shown(header))
                .toList();
    }

    private static String shown(Header header) {
        byte @Nullable [] value = header.value();
        if (value == null) {
            return "null";
        }
        boolean binary = header.key().matches("kafka_dlt-original-(partition|offset|timestamp)");
        return binary ? HexFormat.of().formatHex(value) : new String(value, UTF_8);
    }

    private static DeadLetterHeaders headers(DeadLetterHeaderStyle style, int messageBytes) {
        return new DeadLetterHeaders(style, "billing", messageBytes, 0);
    }

    @Test
    void kip1191_isAllText() {
        assertThat(written(headers(DeadLetterHeaderStyle.KIP_1191, 100), record()))
                .containsExactly(
                        "__dlq.errors.topic=orders",
                        "__dlq.errors.partition=16909060",
                        "__dlq.errors.offset=72623859790382856",
                        "__dlq.errors.group=billing",
                        "__dlq.errors.delivery.count=4",
                        "__dlq.errors.message=grüße",
                        "burrow.dlq.exception.class=java.io.UncheckedIOException",
                        "burrow.dlq.timestamp=1700000000000",
                        "burrow.dlq.attempts=4",
                        "burrow.dlq.failed.at=2024-05-06T07:08:09Z");
    }

    @Test
    void spring_numbersAreBinary() {
        assertThat(written(headers(DeadLetterHeaderStyle.SPRING, 100), record()))
                .containsExactly(
                        "kafka_dlt-original-topic=orders",
                        "kafka_dlt-original-partition=01020304",
                        "kafka_dlt-original-offset=0102030405060708",
                        "kafka_dlt-original-timestamp=0000018bcfe56800",
                        "kafka_dlt-original-timestamp-type=CreateTime",
                        "kafka_dlt-original-consumer-group=billing",
                        "kafka_dlt-exception-fqcn=java.io.UncheckedIOException",
                        "kafka_dlt-exception-cause-fqcn=java.io.IOException",
                        "kafka_dlt-exception-message=grüße",
                        "burrow.dlq.attempts=4",
                        "burrow.dlq.failed.at=2024-05-06T07:08:09Z");
    }

    @Test
    void connect_isAllTextWithoutWhatBurrowHasNot() {
        assertThat(written(headers(DeadLetterHeaderStyle.CONNECT, 100), record()))
                .containsExactly(
                        "__connect.errors.topic=orders",
                        "__connect.errors.partition=16909060",
                        "__connect.errors.offset=72623859790382856",
                        "__connect.errors.exception.class.name=java.io.UncheckedIOException",
                        "__connect.errors.exception.message=grüße",
                        "burrow.dlq.group=billing",
                        "burrow.dlq.timestamp=1700000000000",
                        "burrow.dlq.attempts=4",
                        "burrow.dlq.failed.at=2024-05-06T07:08:09Z");
    }

    @ParameterizedTest
    @EnumSource
    void of_earlierLetterOfAnyStyle_isReplacedAndTheRestKept(DeadLetterHeaderStyle earlier) {
        ConsumerRecord<byte[], byte[]> original = record();
        RecordHeaders before = new RecordHeaders();
        before.add("trace", new byte[] {'1'});
        of(new DeadLetterHeaders(earlier, "older", 100, 1_000), original, FAILURE)
                .forEach(before::add);
        before.add("__dlq.errors.else", null).add("trace", new byte[] {'2'});
        ConsumerRecord<byte[], byte[]> again = record(before.toArray());

        for (DeadLetterHeaderStyle style : DeadLetterHeaderStyle.values()) {
            List<String> written = written(headers(style, 0), again);

            assertThat(written).startsWith("trace=1", "__dlq.errors.else=null", "trace=2");
            assertThat(written.subList(3, written.size())).isEqualTo(written(headers(style, 0), record()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void of_nothingAskedFor_hasNeitherMessageNorTrace(DeadLetterHeaderStyle style) {
        assertThat(written(headers(style, 0), record()))
                .noneMatch(header -> header.contains("grüße") || header.contains("stacktrace"));
    }

    @ParameterizedTest
    @EnumSource
    void of_traceAskedFor_isItsBeginning(DeadLetterHeaderStyle style) {
        List<Header> all = of(new DeadLetterHeaders(style, null, 0, 1_000_000), record(), FAILURE);
        List<Header> cut = of(new DeadLetterHeaders(style, null, 0, 60), record(), FAILURE);

        String trace = trace(all);
        assertThat(trace)
                .startsWith("java.io.UncheckedIOException: grüße")
                .contains("\tat " + getClass().getName())
                .contains("Caused by: java.io.IOException: the cause");
        assertThat(trace).startsWith(trace(cut));
        assertThat(trace(cut).getBytes(UTF_8)).hasSize(60);
    }

    private static String trace(List<Header> headers) {
        return headers.stream()
                .filter(header -> header.key().endsWith("stacktrace"))
                .map(header -> new String(header.value(), UTF_8))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void of_throwableThatThrows_isWrittenWithoutIt() {
        RuntimeException awkward = new RuntimeException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("no");
            }
        };

        List<Header> headers =
                of(new DeadLetterHeaders(DeadLetterHeaderStyle.SPRING, null, 100, 1_000), record(), awkward);

        assertThat(headers).extracting(Header::key).doesNotContain("kafka_dlt-exception-message");
        assertThat(trace(headers)).contains("(it threw java.lang.IllegalStateException)");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void utf8_anyTextAndSize_isTheLongestBeginningThatFits(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            String text = random.ints(random.nextInt(12), 0, 4)
                    .mapToObj(kind -> List.of("a", "ü", "€", "😀").get(kind))
                    .reduce("", String::concat);
            int most = 1 + random.nextInt(20);

            String kept = new String(ErrorText.utf8(text, most), UTF_8);

            assertThat(text).as("seed %d", seed).startsWith(kept);
            assertThat(kept.getBytes(UTF_8).length).as("seed %d", seed).isLessThanOrEqualTo(most);
            if (!kept.equals(text)) {
                String next = text.substring(0, text.offsetByCodePoints(kept.length(), 1));
                assertThat(next.getBytes(UTF_8).length).as("seed %d", seed).isGreaterThan(most);
            }
        }
    }

    @Test
    void header_names_areItsOwnOnlyIfWritten() {
        assertThat(DeadLetterHeaders.isOwn(new RecordHeader("trace", new byte[0]).key()))
                .isFalse();
        assertThat(DeadLetterHeaders.isOwn("__connect.errors.task.id")).isTrue();
    }
}
