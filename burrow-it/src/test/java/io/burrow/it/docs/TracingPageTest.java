package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.burrow.api.BatchMessageHandler;
import io.burrow.api.Outcome;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.it.broker.Await;
import io.burrow.it.wiring.Spans;
import io.burrow.tracing.otel.BurrowTracing;
import io.burrow.tracing.otel.MessagingAttributes;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds docs/tracing.md to its examples, which are run, and to the attributes that spans carry. */
class TracingPageTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Page page = new Page("docs/tracing.md", TracingExamples.class);
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
    private final MessageSource<String, String> source = broker.source("mailer", List.of("orders"));

    @Test
    void everyJavaBlock_isAnExample_andEveryLinkLeadsToAFile() throws IOException {
        page.assertShowsItsExamplesWordForWord();
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void everyAttribute_hasItsRow_andTheVersionIsSaid() throws IOException {
        String text = page.text();
        List<String> keys = Arrays.stream(MessagingAttributes.class.getFields())
                .filter(field -> field.getType() == AttributeKey.class)
                .map(field -> {
                    try {
                        return ((AttributeKey<?>) field.get(null)).getKey();
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
        assertThat(keys)
                .hasSizeGreaterThan(8)
                .allSatisfy(key -> assertThat(text).contains("\n| `" + key + "` |"));
        assertThat(text).contains("version " + MessagingAttributes.CONVENTIONS_VERSION);
    }

    @Test
    void attempts_haveSpans() throws Exception {
        try (Spans spans = new Spans()) {
            assertSpans(
                    spans, TracingExamples.attempts(spans.sdk(), source, new InMemoryDeadLetters<>(), message -> {}));
        }
    }

    @Test
    void batches_haveSpans() throws Exception {
        try (Spans spans = new Spans()) {
            assertSpans(
                    spans,
                    TracingExamples.batches(
                            BurrowTracing.of(spans.sdk()),
                            source,
                            new InMemoryDeadLetters<>(),
                            messages -> Outcome.allSucceeded(messages.size())));
        }
    }

    @Test
    void guice_batchesHaveSpans() throws Exception {
        try (Spans spans = new Spans()) {
            assertSpans(
                    spans,
                    TracingExamples.guice(binder -> {
                                binder.bind(OpenTelemetry.class).toInstance(spans.sdk());
                                binder.bind(new TypeLiteral<MessageSource<String, String>>() {})
                                        .toInstance(source);
                                binder.bind(new TypeLiteral<BatchMessageHandler<String, String>>() {})
                                        .toInstance(messages -> Outcome.allSucceeded(messages.size()));
                            })
                            .getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {})));
        }
    }

    private void assertSpans(Spans spans, Burrow<String, String> burrow) {
        broker.produce("orders", "key", "value");
        try (burrow) {
            burrow.start();
            Await.until("the record's span", LIMIT, () -> !spans.processed().isEmpty());
        }
        assertThat(spans.processed())
                .singleElement()
                .satisfies(span -> assertThat(span.getName()).isEqualTo("process orders"));
    }
}
