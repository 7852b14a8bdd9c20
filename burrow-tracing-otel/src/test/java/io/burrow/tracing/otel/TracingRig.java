package io.burrow.tracing.otel;

import static io.burrow.tracing.otel.Messages.CANARY;

import io.burrow.api.Header;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A Burrow over an in-memory broker, and the spans that its tracing ended. */
abstract class TracingRig {
    final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    final OpenTelemetrySdk sdk = Messages.sdk(SimpleSpanProcessor.create(exporter));
    final BurrowTracing tracing =
            BurrowTracing.builder(sdk).consumerGroup("billing").build();
    final InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1).createTopic("bills", 1);
    private final TestClock clock = new TestClock();

    @AfterEach
    final void close() {
        sdk.close();
    }

    final BurrowBuilder<String, String> burrow(String... topics) {
        return Burrow.<String, String>builder()
                .source(broker.source("billing", List.of(topics)))
                .config(config -> config.ordering(Ordering.UNORDERED)
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))
                        .maxBatchRecords(10));
    }

    final void run(BurrowBuilder<String, String> builder) {
        try (SteppedBurrow<String, String> stepped = SteppedBurrow.start(builder, clock, 1)) {
            stepped.settle();
            for (int second = 0; second < 10; second++) {
                stepped.advance(Duration.ofSeconds(1));
            }
        }
    }

    final void produce(String topic, Header... more) {
        broker.produce(topic, 0, null, CANARY, Messages.traced(more).headers(), -1);
    }

    final List<SpanData> spans(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    static List<Outcome> succeeded(List<?> messages) {
        return Outcome.allSucceeded(messages.size());
    }
}
