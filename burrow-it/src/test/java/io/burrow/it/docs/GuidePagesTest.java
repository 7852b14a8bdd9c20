package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.MessageHandler;
import io.burrow.api.RetryAfterException;
import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.burrow.core.testing.TestMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the pages that explain to their examples, and runs those. */
class GuidePagesTest {
    private static final Map<String, Class<?>> EXAMPLES = Map.of(
            "docs/concepts.md", ConceptExamples.class,
            "docs/failures.md", FailureExamples.class,
            "docs/security.md", SecurityExamples.class,
            "docs/testing.md", HandlerTestExamples.class,
            "docs/tuning.md", TuningExamples.class);

    private final List<String> sent = new ArrayList<>();
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);

    private final MessageHandler<String, String> mailer = message -> {
        if ("no such address".equals(message.value())) {
            throw new IllegalArgumentException("no such address");
        }
        sent.add(message.value());
    };

    @ParameterizedTest
    @ValueSource(
            strings = {"docs/concepts.md", "docs/failures.md", "docs/security.md", "docs/testing.md", "docs/tuning.md"})
    void everyJavaBlock_isAnExampleThatIsRun_andEveryLinkLeadsToAFile(String file) throws IOException {
        Page page = new Page(file, Objects.requireNonNull(EXAMPLES.get(file)));
        page.assertShowsItsExamplesWordForWord();
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void concepts_gapAndSnapshot() {
        ConceptExamples.crash(ConceptExamples.gap());
    }

    @Test
    void testing_theHandlerAlone() throws Exception {
        HandlerTestExamples.alone(mailer, sent);
    }

    @Test
    void testing_aWholeBurrow() {
        HandlerTestExamples.whole(mailer);
        assertThat(sent).isEmpty();
    }

    @Test
    void failures_policies() {
        BurrowConfig config = FailureExamples.policies();
        assertThat(config.retryPolicy().decide(failure(1, new IllegalArgumentException(), Duration.ZERO)))
                .isEqualTo(RetryDecision.DEAD_LETTER);
        assertThat(config.retryPolicy().decide(failure(10, new IOException(), Duration.ZERO)))
                .isEqualTo(RetryDecision.RETRY);
        assertThat(config.retryPolicy().decide(failure(11, new IOException(), Duration.ZERO)))
                .isEqualTo(RetryDecision.GIVE_UP);
        assertThat(config.retryPolicy().decide(failure(3, new IOException(), Duration.ofMinutes(30))))
                .isEqualTo(RetryDecision.GIVE_UP);
        assertThat(config.backoff().delay(failure(2, new IOException(), Duration.ZERO), new Random(1)))
                .isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void failures_theHandlerKnowsBetter() throws Exception {
        TestMessage<String, String> message = TestMessage.of("customer-7", "order 1");
        assertThatThrownBy(() -> FailureExamples.handler(text -> 429).handle(message))
                .isInstanceOf(RetryAfterException.class);
        assertThatThrownBy(() -> FailureExamples.handler(text -> 400).handle(message))
                .isInstanceOf(TerminalException.class);
        List<String> texts = new ArrayList<>();
        FailureExamples.handler(text -> texts.add(text) ? 200 : 0).handle(message);
        assertThat(texts).containsExactly("order 1");
    }

    @Test
    void failures_parkedRecordsAreTriedAgain() {
        AtomicBoolean broken = new AtomicBoolean(true);
        broker.produce("orders", 0, "customer-7", "order 1");
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("mailer", List.of("orders")))
                        .config(c -> c.retryPolicy(RetryPolicy.never()))
                        .handler(message -> {
                            if (broken.get()) {
                                throw new IllegalStateException("mail server is down");
                            }
                        }),
                new TestClock(),
                1);
        burrow.settle();
        assertThat(burrow.burrow().health().partitions())
                .singleElement()
                .satisfies(partition -> assertThat(partition.reason()).isEqualTo(BlockedReason.HELD_BY_PARKED));
        broken.set(false);
        FailureExamples.parked(burrow.burrow());
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(broker.lag("mailer")).isZero();
    }

    @Test
    void failures_theBreakerStartsNothingForAWhile() {
        AtomicBoolean broken = new AtomicBoolean(true);
        for (int i = 0; i < 1_000; i++) {
            broker.produce("orders", "customer-" + i, "order " + i);
        }
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("mailer", List.of("orders")))
                        .config(FailureExamples.breaker())
                        .handler(message -> {
                            if (broken.get()) {
                                throw new IllegalStateException("mail server is down");
                            }
                        }),
                new TestClock(),
                1);
        burrow.settle();
        assertThat(burrow.burrow().health().partitions())
                .singleElement()
                .satisfies(partition -> assertThat(partition.reason()).isEqualTo(BlockedReason.BREAKER_OPEN));
        broken.set(false);
        burrow.advance(Duration.ofMinutes(1));
        assertThat(broker.lag("mailer")).isZero();
    }

    @Test
    void tuning_aLimiterWithinItsBounds() {
        for (int i = 0; i < 100; i++) {
            broker.produce("orders", "customer-" + i, "order " + i);
        }
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("mailer", List.of("orders")))
                        .config(TuningExamples.limiter())
                        .handler(mailer),
                new TestClock(),
                1);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(sent).hasSize(100);
        assertThat(burrow.burrow().stats().concurrencyLimit()).isBetween(10L, 1_000L);
    }

    @Test
    void logging_aStageForTheHandlersOwnLines() {
        broker.produce("orders", 0, "customer-7", "order 1");
        SteppedBurrow.start(
                        LoggingExamples.mdc(
                                Burrow.<String, String>builder().source(broker.source("mailer", List.of("orders"))),
                                mailer),
                        new TestClock(),
                        1)
                .settle();
        assertThat(sent).containsExactly("order 1");
    }

    @Test
    void security_isWrittenDownWithoutBeingShown() {
        Burrow<String, String> burrow = SecurityExamples.secured(
                "localhost:1", "module required password=\"s3cret\";", "/truststore", "s3cret");
        assertThat(burrow.toString() + burrow.config()).doesNotContain("s3cret");
    }

    private static Failure failure(int attempt, Throwable cause, Duration elapsed) {
        return new Failure(new TopicPartition("orders", 0), 7, attempt, cause, elapsed, Duration.ZERO);
    }
}
