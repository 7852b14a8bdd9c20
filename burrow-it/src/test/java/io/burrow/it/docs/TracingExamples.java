package io.burrow.it.docs;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import io.burrow.api.BatchMessageHandler;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.guice.BurrowModule;
import io.burrow.core.stage.Stages;
import io.burrow.tracing.otel.BurrowTracing;
import io.burrow.tracing.otel.guice.TracingModule;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;

/** The Java of docs/tracing.md, between marks. {@link TracingPageTest} holds the page to it word for word. */
final class TracingExamples {
    private TracingExamples() {}

    static Burrow<String, String> attempts(
            OpenTelemetry openTelemetry,
            MessageSource<String, String> source,
            DeadLetterSink<String, String> sink,
            MessageHandler<String, String> mailer) {
        // [attempts]
        BurrowTracing tracing =
                BurrowTracing.builder(openTelemetry).consumerGroup("mailer").build();
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source)
                .stage(Stages.timeLimit(Duration.ofSeconds(20)))
                .stage(tracing.stage()) // last, next to the handler
                .deadLetters(tracing.deadLetters(sink))
                .listener(tracing.commits())
                .handler(mailer)
                .build();
        // [attempts]
        return burrow;
    }

    static Burrow<String, String> batches(
            BurrowTracing tracing,
            MessageSource<String, String> source,
            DeadLetterSink<String, String> sink,
            BatchMessageHandler<String, String> mailer) {
        // [batches]
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source)
                .deadLetters(tracing.deadLetters(sink))
                .listener(tracing.commits())
                .batchHandler(tracing.batch(mailer))
                .build();
        // [batches]
        return burrow;
    }

    static Injector guice(Module application) {
        // [guice]
        Injector injector = Guice.createInjector(
                TracingModule.of(String.class, String.class).forBatches(),
                BurrowModule.of(String.class, String.class),
                application);
        // [guice]
        return injector;
    }
}
