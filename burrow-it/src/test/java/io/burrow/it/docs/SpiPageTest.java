package io.burrow.it.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.MessageSourceContract;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/spi.md to its examples, and runs those. */
class SpiPageTest {
    private final Page page = new Page("docs/spi.md", SpiExamples.class);
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryLinkLeadsToAFile() throws IOException {
        page.assertShowsItsExamplesWordForWord();
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void backoff_isSoonerForTheNetwork() {
        assertThat(SpiExamples.backoff().delay(failure(new IOException(), Duration.ZERO), new Random(1)))
                .isBetween(Duration.ofMillis(100), Duration.ofMillis(199));
        assertThat(SpiExamples.backoff().delay(failure(new IllegalStateException(), Duration.ZERO), new Random(1)))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void policy_givesUpAfterAnHour() {
        RetryPolicy policy = SpiExamples.policy();
        assertThat(policy.decide(failure(new IllegalArgumentException(), Duration.ZERO)))
                .isEqualTo(RetryDecision.DEAD_LETTER);
        assertThat(policy.decide(failure(new IOException(), Duration.ofMinutes(59))))
                .isEqualTo(RetryDecision.RETRY);
        assertThat(policy.decide(failure(new IOException(), Duration.ofMinutes(60))))
                .isEqualTo(RetryDecision.GIVE_UP);
    }

    @Test
    void message_isOfItsOwnType_alsoAtAnotherAttempt() {
        SpiExamples.Order order =
                SpiExamples.Order.of(new ConsumerRecord<>("orders", 1, 7, "c".getBytes(UTF_8), "v".getBytes(UTF_8)));
        Message<String, String> again = order.withAttempt(2);
        assertThat(again).isInstanceOf(SpiExamples.Order.class).hasToString("orders-1@7");
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(SpiExamples.source(Map.of("bootstrap.servers", "localhost:1", "group.id", "mailer")))
                .hasToString("KafkaSource of [orders]");
    }

    @Test
    void sink_keepsWhatIsExhausted(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("dead");
        SteppedBurrow<String, String> burrow = start(failing()
                .deadLetters(new SpiExamples.DeadLetterFile<>(file))
                .config(c -> c.retryPolicy(RetryPolicy.never())));
        burrow.settle();
        assertThat(Files.readString(file)).startsWith("orders-0@0 attempt 1 java.lang.IllegalStateException");
        assertThat(burrow.burrow().stats().deadLettered()).isEqualTo(1);
    }

    @Test
    void listener_isToldWhyItHalts() {
        List<String> pages = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(failing()
                .listener(SpiExamples.pager(pages::add))
                .config(c -> c.retryPolicy(failure -> RetryDecision.HALT)));
        burrow.settle();
        assertThat(pages).isNotEmpty().allMatch(text -> text.contains("RECORD_HALTED"));
    }

    @Test
    void limit_halvesAfterAFailure() {
        ConcurrencyLimit limit = SpiExamples.limit();
        assertThat(limit.next(window(1))).isEqualTo(50);
        assertThat(limit.next(window(0))).isEqualTo(101);
    }

    @Test
    void contract_hasCases() {
        List<MessageSourceContract.Case> cases = SpiExamples.contract(new MessageSourceContract.Harness() {
            private int topics;

            @Override
            public String createTopic(int partitions) {
                String topic = "topic-" + topics++;
                broker.createTopic(topic, partitions);
                return topic;
            }

            @Override
            public long produce(String topic, int partition, @Nullable String key, @Nullable String value) {
                return broker.produce(topic, partition, key, value);
            }

            @Override
            public MessageSource<String, String> source(String group, String topic) {
                return broker.source(group, List.of(topic));
            }

            @Override
            public @Nullable CommitPoint committed(String group, TopicPartition partition) {
                return broker.committed(group, partition);
            }
        });
        assertThat(cases).hasSizeGreaterThan(10).allSatisfy(MessageSourceContract.Case::run);
    }

    private static ConcurrencyLimit.Window window(long failed) {
        return new ConcurrencyLimit.Window(100, 1, 1_000, 10, failed, 1_000, 100, Duration.ofSeconds(1));
    }

    private static Failure failure(Throwable cause, Duration elapsed) {
        return new Failure(new TopicPartition("orders", 0), 7, 1, cause, elapsed, Duration.ZERO);
    }

    private BurrowBuilder<String, String> failing() {
        broker.produce("orders", 0, "key", "value");
        return Burrow.<String, String>builder()
                .source(broker.source("mailer", List.of("orders")))
                .handler(message -> {
                    throw new IllegalStateException("no");
                });
    }

    private static SteppedBurrow<String, String> start(BurrowBuilder<String, String> builder) {
        return SteppedBurrow.start(builder, new TestClock(), 1);
    }
}
