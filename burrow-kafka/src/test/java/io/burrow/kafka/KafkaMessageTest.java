package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.DecodingException;
import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

class KafkaMessageTest {
    private static final StringDeserializer STRINGS = new StringDeserializer();

    private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value, RecordHeader... headers) {
        return new ConsumerRecord<>(
                "orders",
                3,
                42,
                1234,
                TimestampType.CREATE_TIME,
                key == null ? -1 : key.length,
                value == null ? -1 : value.length,
                key,
                value,
                new RecordHeaders(headers),
                Optional.of(7));
    }

    private static KafkaMessage<String, String> message(byte[] key, byte[] value, RecordHeader... headers) {
        return new KafkaMessage<>(record(key, value, headers), new Deserialization<>(STRINGS, STRINGS));
    }

    private static KafkaMessage<String, String> failing(Deserializer<String> values) {
        return new KafkaMessage<>(record("k".getBytes(), "secret".getBytes()), new Deserialization<>(STRINGS, values));
    }

    @Test
    void accessors_areTheRecords() {
        KafkaMessage<String, String> message = message("k".getBytes(), "v".getBytes());

        assertThat(message.topic()).isEqualTo("orders");
        assertThat(message.partition()).isEqualTo(3);
        assertThat(message.offset()).isEqualTo(42);
        assertThat(message.timestamp()).isEqualTo(1234);
        assertThat(message.leaderEpoch()).isEqualTo(7);
        assertThat(message.attempt()).isEqualTo(1);
        assertThat(message.orderingKey()).isSameAs(message.record().key());
    }

    @Test
    void leaderEpoch_none_isMinusOne() {
        ConsumerRecord<byte[], byte[]> plain = new ConsumerRecord<>("orders", 0, 0, null, null);

        assertThat(new KafkaMessage<>(plain, new Deserialization<>(STRINGS, STRINGS)).leaderEpoch())
                .isEqualTo(-1);
    }

    @Test
    void decode_isLazyAndDoneOnce() {
        AtomicInteger calls = new AtomicInteger();
        KafkaMessage<String, String> message = failing((topic, bytes) -> "v" + calls.incrementAndGet());
        assertThat(calls).hasValue(0);

        Message<String, String> decoded = message.decode();
        message.decode();

        assertThat(decoded.key()).isEqualTo("k");
        assertThat(decoded.value()).isEqualTo("v1");
        assertThat(calls).hasValue(1);
    }

    @Test
    void decode_nulls_doNotReachTheDeserializer() {
        KafkaMessage<String, String> message = new KafkaMessage<>(
                record(null, null), new Deserialization<>((topic, bytes) -> "made", (topic, bytes) -> "made"));

        assertThat(message.decode().key()).isNull();
        assertThat(message.decode().value()).isNull();
        assertThat(message.orderingKey()).isNull();
    }

    @Test
    void decode_fails_isTerminalAndWithoutContents() {
        SerializationException cause = new SerializationException("secret");
        KafkaMessage<String, String> message = failing((topic, bytes) -> {
            throw cause;
        });

        DecodingException e = catchThrowableOfType(DecodingException.class, message::decode);

        assertThat(e)
                .hasMessageContaining("orders-3@42: the value (6 bytes) cannot be deserialised")
                .hasMessageNotContaining("secret")
                .hasCause(cause);
    }

    @Test
    void decode_failsForNow_canBeTriedAgain() {
        AtomicInteger calls = new AtomicInteger();
        KafkaMessage<String, String> message = failing((topic, bytes) -> {
            if (calls.getAndIncrement() == 0) {
                throw new TimeoutException("registry away");
            }
            return "v";
        });

        assertThatThrownBy(message::decode).isInstanceOf(TimeoutException.class);
        assertThatThrownBy(message::value).isInstanceOf(IllegalStateException.class);
        assertThat(message.decode().value()).isEqualTo("v");
    }

    @Test
    void key_notDecoded_isRefused() {
        assertThatThrownBy(() -> message("k".getBytes(), null).key())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("orders-3@42");
    }

    @Test
    void withAttempt_isACopyOfTheSameKind() {
        KafkaMessage<String, String> message = message("k".getBytes(), "v".getBytes());
        message.decode();

        KafkaMessage<String, String> third = message.withAttempt(3);

        assertThat(third.attempt()).isEqualTo(3);
        assertThat(third.value()).isSameAs(message.value());
        assertThat(third.record()).isSameAs(message.record());
        assertThat(third.withAttempt(3)).isSameAs(third);
        assertThat(third.withAttempt(4).attempt()).isEqualTo(4);
        assertThat(message.withAttempt(1)).isSameAs(message);
        assertThat(message.attempt()).isEqualTo(1);
    }

    @Test
    void sizeBytes_countsKeyValueAndHeadersAndStays() {
        KafkaMessage<String, String> message =
                message(new byte[3], new byte[5], new RecordHeader("ab", new byte[7]), new RecordHeader("c", null));
        assertThat(message.sizeBytes()).isEqualTo(3 + 5 + 2 + 7 + 1);

        message.record().headers().add("more", new byte[100]);
        assertThat(message.sizeBytes()).isEqualTo(18);
        assertThat(message(null, null).sizeBytes()).isZero();
    }

    @Test
    void sizeBytes_ofARecordThatWasMadeWithoutSizes_isThatOfItsArrays() {
        ConsumerRecord<byte[], byte[]> made = new ConsumerRecord<>("orders", 3, 42, new byte[3], new byte[5]);
        assertThat(made.serializedValueSize()).isNegative();
        assertThat(new KafkaMessage<>(made, new Deserialization<>(STRINGS, STRINGS)).sizeBytes())
                .isEqualTo(8);
    }

    @Test
    void headers_areAViewInOrder() {
        Headers headers = message(
                        null,
                        null,
                        new RecordHeader("a", new byte[] {1}),
                        new RecordHeader("b", null),
                        new RecordHeader("a", new byte[] {2}))
                .headers();

        assertThat(headers).extracting(Header::name).containsExactly("a", "b", "a");
        assertThat(headers.last("a").value()).containsExactly(2);
        assertThat(headers.last("b").value()).isNull();
        assertThat(headers.last("c")).isNull();
        assertThat(message(null, null).headers()).isSameAs(Headers.empty());
    }

    @Test
    void toString_showsThePositionOnly() {
        KafkaMessage<String, String> message =
                message("secret".getBytes(), "secret".getBytes(), new RecordHeader("h", "secret".getBytes()));
        message.decode();

        assertThat(message).hasToString("orders-3@42");
        assertThat(message.withAttempt(2)).hasToString("orders-3@42 attempt 2");
        assertThat(message.headers().toString()).doesNotContain("secret");
    }
}
