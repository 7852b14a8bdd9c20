package io.burrow.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.TopicPartition;
import org.junit.jupiter.api.Test;

final class InMemoryMessageTest {
    @Test
    void of_hasDefaults() {
        TestMessage<String, Integer> message = TestMessage.of("k", 1);
        assertThat(message.key()).isEqualTo("k");
        assertThat(message.value()).isOne();
        assertThat(message.topicPartition()).isEqualTo(new TopicPartition("test", 0));
        assertThat(message.timestamp()).isEqualTo(-1);
        assertThat(message.attempt()).isOne();
        assertThat(message.headers()).isEmpty();
    }

    @Test
    void builder_setsEverything() {
        Headers headers = Headers.of(new Header("h", null));
        TestMessage<String, String> message = TestMessage.<String, String>builder(null, null)
                .at("t", 3, 5)
                .headers(headers)
                .timestamp(7)
                .attempt(2)
                .build();
        assertThat(message).isEqualTo(new TestMessage<>("t", 3, 5, null, null, headers, 7, 2));
    }

    @Test
    void withAttempt_changesTheAttemptOnly() {
        TestMessage<String, String> message = TestMessage.of("k", "v");
        assertThat(message.withAttempt(1)).isSameAs(message);
        assertThat(message.withAttempt(3))
                .isEqualTo(TestMessage.builder("k", "v").attempt(3).build());
    }

    @Test
    void numbersOutOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestMessage.builder("k", "v").at("t", -1, 0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestMessage.builder("k", "v").at("t", 0, -1).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestMessage.builder("k", "v").timestamp(-2).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestMessage.builder("k", "v").attempt(0).build());
    }
}
