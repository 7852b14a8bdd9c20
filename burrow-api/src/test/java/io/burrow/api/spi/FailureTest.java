package io.burrow.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What failed: it is checked when made, and its text names positions and classes, never contents. */
class FailureTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 3);
    private static final String CANARY = "canary";

    private record Plain(String topic, int partition, long offset, String key, String value)
            implements Message<String, String> {
        @Override
        public Headers headers() {
            return Headers.of(new Header("h", CANARY.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private final Message<String, String> message = new Plain("orders", 3, 42, CANARY, CANARY);

    private final Failure failure =
            new Failure(PARTITION, 42, 2, new IllegalStateException(CANARY), Duration.ofSeconds(1), Duration.ZERO);

    @Test
    void toString_showsPositionAttemptAndClass() {
        assertThat(failure).hasToString("orders-3@42 attempt 2 java.lang.IllegalStateException");
    }

    @Test
    void deadLetter_toString_showsThatOfItsFailure() {
        DeadLetter<String, String> letter = new DeadLetter<>(SourceRecord.of(message, 10), failure, Instant.EPOCH);
        assertThat(letter).hasToString("dead letter of orders-3@42 attempt 2 java.lang.IllegalStateException");
    }

    @Test
    void decodedRecord_toString_showsThePosition() {
        assertThat(SourceRecord.of(message, 10)).hasToString("orders-3@42");
    }

    @Test
    void laterAttempt_toString_showsPositionAndAttempt() {
        assertThat(message.withAttempt(2).toString()).doesNotContain(CANARY).isEqualTo("orders-3@42 attempt 2");
    }

    @Test
    void failure_impossible_isRefused() {
        Exception cause = new Exception();
        Duration zero = Duration.ZERO;
        assertThatThrownBy(() -> new Failure(PARTITION, 0, 0, cause, zero, zero))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attempt must be positive: 0");
        assertThatThrownBy(() -> new Failure(null, 0, 1, cause, zero, zero)).hasMessage("partition");
        assertThatThrownBy(() -> new Failure(PARTITION, 0, 1, null, zero, zero)).hasMessage("cause");
        assertThatThrownBy(() -> new Failure(PARTITION, 0, 1, cause, null, zero))
                .hasMessage("elapsed");
        assertThatThrownBy(() -> new Failure(PARTITION, 0, 1, cause, zero, null))
                .hasMessage("previousDelay");
    }

    @Test
    void deadLetter_incomplete_isRefused() {
        SourceRecord<String, String> record = SourceRecord.of(message, 10);
        assertThatThrownBy(() -> new DeadLetter<>(null, failure, Instant.EPOCH)).hasMessage("record");
        assertThatThrownBy(() -> new DeadLetter<>(record, null, Instant.EPOCH)).hasMessage("failure");
        assertThatThrownBy(() -> new DeadLetter<>(record, failure, null)).hasMessage("failedAt");
    }

    @Test
    void decodedRecord_isItsMessage() throws Exception {
        SourceRecord<String, String> record = SourceRecord.of(message, 10);

        assertThat(record.offset()).isEqualTo(42);
        assertThat(record.orderingKey()).isEqualTo(CANARY);
        assertThat(record.sizeBytes()).isEqualTo(10);
        assertThat(record.leaderEpoch()).isEqualTo(-1);
        assertThat(record.decode()).isSameAs(message);
        assertThatThrownBy(() -> SourceRecord.of(message, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sizeBytes must not be negative: -1");
        assertThatThrownBy(() -> SourceRecord.of(null, 0)).hasMessage("message");
    }
}
