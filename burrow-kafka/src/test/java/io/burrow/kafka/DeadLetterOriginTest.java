package io.burrow.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterOriginTest {
    private static final Instant FAILED_AT = Instant.parse("2024-05-06T07:08:09Z");

    private static Headers written(DeadLetterHeaderStyle style) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("orders", 3, 1L << 40, null, new byte[0]);
        RecordHeaders headers = new RecordHeaders();
        Failure failure = new Failure(
                new TopicPartition("orders", 3),
                1L << 40,
                4,
                new IllegalStateException("no"),
                Duration.ZERO,
                Duration.ZERO);
        KafkaMessage<String, String> message =
                new KafkaMessage<>(record, new Deserialization<>(new StringDeserializer(), new StringDeserializer()));
        new DeadLetterHeaders(style, "billing", 0, 0)
                .of(FailedRecord.of(record, failure, null), new DeadLetter<>(message, failure, FAILED_AT))
                .forEach(headers::add);
        return headers;
    }

    @ParameterizedTest
    @EnumSource
    void of_whatBurrowWrote_isReadBack(DeadLetterHeaderStyle style) {
        assertThat(DeadLetterOrigin.of(written(style)))
                .contains(new DeadLetterOrigin(
                        style, "orders", 3, 1L << 40, 4, IllegalStateException.class.getName(), FAILED_AT));
        assertThat(written(style).toArray()).allMatch(header -> DeadLetterOrigin.isHeader(header.key()));
    }

    @Test
    void of_lettersOfOthers_tellLess() {
        Headers headers = new RecordHeaders()
                .add("__dlq.errors.topic", "orders".getBytes(UTF_8))
                .add("__dlq.errors.partition", "3".getBytes(UTF_8))
                .add("__dlq.errors.offset", "7".getBytes(UTF_8));

        assertThat(DeadLetterOrigin.of(headers))
                .contains(new DeadLetterOrigin(DeadLetterHeaderStyle.KIP_1191, "orders", 3, 7, null, null, null));
    }

    @Test
    void of_severalStyles_theLastCounts() {
        Headers headers = written(DeadLetterHeaderStyle.CONNECT);
        written(DeadLetterHeaderStyle.SPRING).forEach(headers::add);

        assertThat(DeadLetterOrigin.of(headers).orElseThrow().style()).isEqualTo(DeadLetterHeaderStyle.SPRING);
    }

    @Test
    void of_noDeadLetter_isEmpty() {
        assertThat(DeadLetterOrigin.of(new RecordHeaders().add("trace", null))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void of_aPartOfThePositionIsMissing_isEmpty(DeadLetterHeaderStyle style) {
        for (String part : new String[] {"topic", "partition", "offset"}) {
            Headers headers = new RecordHeaders();
            for (var header : written(style)) {
                if (!header.key().endsWith(part)) {
                    headers.add(header);
                }
            }

            assertThat(DeadLetterOrigin.of(headers)).as(part).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void of_damagedValues_neverThrows(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Headers headers = new RecordHeaders();
            for (DeadLetterHeaderStyle style : DeadLetterHeaderStyle.values()) {
                for (var header : written(style)) {
                    byte[] value = header.value().clone();
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextBytes(value);
                        case 1 -> value = new byte[random.nextInt(10)];
                        case 2 -> value = null;
                        default -> {}
                    }
                    headers.add(header.key(), value);
                }
            }
            DeadLetterOrigin.of(headers)
                    .ifPresent(origin ->
                            assertThat(origin.offset()).as("seed %d", seed).isNotNegative());
        }
    }

    @Test
    void isStripped_isToldByItsHeader() {
        Headers headers = new RecordHeaders();
        DeadLetterHeaders.stripped(written(DeadLetterHeaderStyle.SPRING), 9).forEach(headers::add);

        assertThat(DeadLetterOrigin.isStripped(headers)).isTrue();
        assertThat(DeadLetterOrigin.isHeader("burrow.dlq.value.stripped.bytes")).isTrue();
        assertThat(DeadLetterOrigin.isStripped(written(DeadLetterHeaderStyle.SPRING)))
                .isFalse();
    }
}
