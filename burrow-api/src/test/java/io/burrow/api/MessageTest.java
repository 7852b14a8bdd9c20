package io.burrow.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTest {
    /** A message that says no more than it must. */
    private record Plain(String topic, int partition, long offset, String key, String value)
            implements Message<String, String> {
        @Override
        public String toString() {
            return "the user's own";
        }
    }

    private static final Headers HEADERS = Headers.of(new Header("h", new byte[] {1}));

    private final Message<String, String> plain = new Plain("orders", 3, 42, "canary-key", "canary-value");

    private final Message<String, String> rich = new Message<>() {
        @Override
        public String topic() {
            return "orders";
        }

        @Override
        public int partition() {
            return 3;
        }

        @Override
        public long offset() {
            return 42;
        }

        @Override
        public String key() {
            return "canary-key";
        }

        @Override
        public String value() {
            return "canary-value";
        }

        @Override
        public Headers headers() {
            return HEADERS;
        }

        @Override
        public long timestamp() {
            return 1_700_000_000_000L;
        }

        @Override
        public int attempt() {
            return 2;
        }
    };

    @Test
    void defaults_areNoHeadersNoTimestampFirstAttempt() {
        assertThat(plain.headers()).isSameAs(Headers.empty());
        assertThat(plain.timestamp()).isEqualTo(-1);
        assertThat(plain.attempt()).isEqualTo(1);
        assertThat(plain.topicPartition()).isEqualTo(new TopicPartition("orders", 3));
    }

    @Test
    void withAttempt_sameAttempt_returnsTheMessageItself() {
        assertThat(plain.withAttempt(1)).isSameAs(plain);
        assertThat(rich.withAttempt(2)).isSameAs(rich);
    }

    @Test
    void withAttempt_other_changesTheAttemptAlone() {
        Message<String, String> later = rich.withAttempt(7);

        assertThat(later.attempt()).isEqualTo(7);
        assertThat(later.topic()).isEqualTo("orders");
        assertThat(later.partition()).isEqualTo(3);
        assertThat(later.offset()).isEqualTo(42);
        assertThat(later.key()).isEqualTo("canary-key");
        assertThat(later.value()).isEqualTo("canary-value");
        assertThat(later.headers()).isSameAs(HEADERS);
        assertThat(later.timestamp()).isEqualTo(1_700_000_000_000L);
        assertThat(later.topicPartition()).isEqualTo(new TopicPartition("orders", 3));
        assertThat(rich.attempt()).as("the message itself").isEqualTo(2);
    }

    @Test
    void withAttempt_again_countsOnWithoutNesting() {
        Message<String, String> second = plain.withAttempt(2);
        Message<String, String> third = second.withAttempt(3);

        assertThat(third.attempt()).isEqualTo(3);
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(third.withAttempt(3)).isSameAs(third);
        assertThat(third)
                .extracting("message")
                .as("wraps the first message, not the second attempt's")
                .isSameAs(plain);
        assertThat(third.withAttempt(1).attempt()).isEqualTo(1);
    }

    @Test
    void toString_ofALaterAttempt_showsPositionAndAttemptOnly() {
        assertThat(plain.withAttempt(2)).hasToString("orders-3@42 attempt 2");
    }
}
