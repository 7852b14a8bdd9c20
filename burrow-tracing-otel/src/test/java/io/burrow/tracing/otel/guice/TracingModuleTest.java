package io.burrow.tracing.otel.guice;

import static io.burrow.tracing.otel.MessagingAttributes.BATCH_MESSAGE_COUNT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import io.burrow.api.BatchMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.ConfigException;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.MessageHandler;
import io.burrow.api.Outcome;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.Stage;
import io.burrow.core.Burrow;
import io.burrow.core.guice.BurrowModule;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.tracing.otel.BurrowTracing;
import io.burrow.tracing.otel.TracingStage;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TracingModuleTest {
    private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN_ID = "b7ad6b7169203331";
    private static final AbstractModule NO_TELEMETRY = new AbstractModule() {
        @Override
        protected void configure() {
            bind(OpenTelemetry.class).toInstance(OpenTelemetry.noop());
        }
    };

    @Test
    void module_addsItsStageToTheOthers() {
        Stage<String, byte[]> own = next -> next;
        Injector injector =
                Guice.createInjector(NO_TELEMETRY, TracingModule.of(String.class, byte[].class), new AbstractModule() {
                    @Override
                    protected void configure() {
                        Multibinder.newSetBinder(binder(), new TypeLiteral<Stage<String, byte[]>>() {})
                                .addBinding()
                                .toInstance(own);
                    }
                });

        Set<Stage<String, byte[]>> stages = injector.getInstance(Key.get(new TypeLiteral<>() {}));
        assertThat(stages).hasSize(2).contains(own).hasAtLeastOneElementOfType(TracingStage.class);
        assertThat(injector.getInstance(Key.get(new TypeLiteral<Set<Stage<String, byte[]>>>() {})))
                .as("made once")
                .isEqualTo(stages);
    }

    @Test
    void module_addsTheSpansOfCommits_andBindsTheTracing() {
        Injector injector = Guice.createInjector(NO_TELEMETRY, TracingModule.of(String.class, byte[].class));
        assertThat(injector.getInstance(Key.get(new TypeLiteral<Set<BurrowListener>>() {})))
                .hasSize(1);
        assertThat(injector.getInstance(BurrowTracing.class)).isSameAs(injector.getInstance(BurrowTracing.class));
    }

    @Test
    void forBatches_besideAHandlerOfSingleRecords_isRefused() {
        Injector injector = Guice.createInjector(
                NO_TELEMETRY,
                TracingModule.of(String.class, String.class).forBatches(),
                BurrowModule.of(String.class, String.class),
                binder -> {
                    binder.bind(new TypeLiteral<MessageSource<String, String>>() {})
                            .toInstance(new InMemoryBroker().source("billing", List.of("orders")));
                    binder.bind(new TypeLiteral<MessageHandler<String, String>>() {})
                            .toInstance(message -> {});
                });

        assertThatThrownBy(() -> injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {})))
                .hasRootCauseInstanceOf(ConfigException.class)
                .rootCause()
                .hasMessageContaining("batchHandler must be bound where a module wraps batch handlers: none");
    }

    @Test
    void forBatches_aSpanForEachBatch_andTheSinkInTheContextOfItsRecord() throws Exception {
        InMemorySpanExporter exporter = InMemorySpanExporter.create();
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
        CompletableFuture<String> sentIn = new CompletableFuture<>();
        DeadLetterSink<String, String> sink = letter -> {
            sentIn.complete(Span.current().getSpanContext().getTraceId());
            return CompletableFuture.completedFuture(null);
        };
        Header context = new Header("traceparent", ("00-" + TRACE_ID + "-" + SPAN_ID + "-01").getBytes(UTF_8));
        try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build()) {
            Injector injector = Guice.createInjector(
                    TracingModule.of(String.class, String.class).forBatches(),
                    BurrowModule.of(String.class, String.class),
                    binder -> {
                        binder.bind(OpenTelemetry.class).toInstance(sdk);
                        binder.bind(new TypeLiteral<MessageSource<String, String>>() {})
                                .toInstance(broker.source("billing", List.of("orders")));
                        binder.bind(new TypeLiteral<DeadLetterSink<String, String>>() {})
                                .toInstance(sink);
                        binder.bind(BurrowConfig.class)
                                .toInstance(BurrowConfig.builder()
                                        .retryPolicy(RetryPolicy.never())
                                        .onExhausted(ExhaustedAction.DEAD_LETTER)
                                        .build());
                        binder.bind(new TypeLiteral<BatchMessageHandler<String, String>>() {})
                                .toInstance(messages -> messages.stream()
                                        .map(message -> Outcome.failure(new IllegalStateException("no")))
                                        .toList());
                    });
            broker.produce("orders", 0, null, "order", Headers.of(context), -1);
            try (Burrow<String, String> burrow =
                    injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {}))) {
                burrow.start();
                assertThat(sentIn.get(60, TimeUnit.SECONDS)).isEqualTo(TRACE_ID);
            }
            assertThat(exporter.getFinishedSpanItems())
                    .extracting(SpanData::getName)
                    .contains("commit orders");
            assertThat(exporter.getFinishedSpanItems())
                    .filteredOn(span -> span.getName().equals("process orders"))
                    .singleElement()
                    .satisfies(span -> assertThat(span.getAttributes().get(BATCH_MESSAGE_COUNT))
                            .isEqualTo(1));
        }
    }

    @Test
    void types_mayBeGeneric() {
        Injector injector = Guice.createInjector(
                NO_TELEMETRY, TracingModule.of(TypeLiteral.get(String.class), new TypeLiteral<List<Integer>>() {}));
        Set<Stage<String, List<Integer>>> stages = injector.getInstance(Key.get(new TypeLiteral<>() {}));
        assertThat(stages).hasSize(1);
    }

    @Test
    void with_changesTheBuilder() {
        List<BurrowTracing.Builder> seen = new ArrayList<>();
        Injector injector = Guice.createInjector(
                NO_TELEMETRY, TracingModule.of(String.class, String.class).with(seen::add));
        injector.getInstance(Key.get(new TypeLiteral<Set<Stage<String, String>>>() {}));
        assertThat(seen).hasSize(1);
    }

    @Test
    void withoutOpenTelemetry_theInjectorSaysSo() {
        assertThatThrownBy(() -> Guice.createInjector(TracingModule.of(String.class, String.class)))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("OpenTelemetry");
    }
}
