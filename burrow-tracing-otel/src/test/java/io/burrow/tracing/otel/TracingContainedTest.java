package io.burrow.tracing.otel;

import static io.burrow.tracing.otel.Messages.SPAN_ID;
import static io.burrow.tracing.otel.Messages.TRACE_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.Outcome;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever the headers hold and whatever tracing does, the record is handled. */
class TracingContainedTest {
    private static final AsyncMessageHandler<String, String> NOTHING = sync(message -> {});

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = Messages.sdk(SimpleSpanProcessor.create(exporter));

    @AfterEach
    void close() {
        sdk.close();
    }

    private static AsyncMessageHandler<String, String> sync(Consumer<Message<String, String>> handler) {
        return AsyncMessageHandler.of(handler::accept);
    }

    static Stream<byte[]> hostileContexts() {
        Stream<String> texts = Stream.of(
                "",
                "00",
                "-",
                "00-" + TRACE_ID + "-" + SPAN_ID,
                "00-00000000000000000000000000000000-" + SPAN_ID + "-01",
                "00-" + TRACE_ID + "-0000000000000000-01",
                "ff-" + TRACE_ID + "-" + SPAN_ID + "-01",
                "00-" + TRACE_ID + "-" + SPAN_ID + "-zz",
                "00-" + TRACE_ID.replace('a', '\u0660') + "-" + SPAN_ID + "-01",
                "00-" + TRACE_ID + "-" + SPAN_ID + "-01-more\r\nInjected: yes",
                "0".repeat(55),
                "%".repeat(8_192),
                "x".repeat(10_000_000));
        Stream<byte[]> bytes =
                Stream.of(new byte[55], new byte[] {(byte) 0xC3}, new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 0}, null);
        Stream<byte[]> random = LongStream.rangeClosed(1, 50).mapToObj(seed -> {
            byte[] noise = new byte[(int) seed * 3];
            new Random(seed).nextBytes(noise);
            return noise;
        });
        return Stream.of(texts.map(text -> text.getBytes(StandardCharsets.UTF_8)), bytes, random)
                .flatMap(s -> s);
    }

    @Test
    void hostileHeaders_areContained() throws Exception {
        List<byte[]> hostile = hostileContexts().toList();
        AtomicReference<Integer> handled = new AtomicReference<>(0);
        AsyncMessageHandler<String, String> handler = sync(message -> handled.updateAndGet(n -> n + 1));
        for (byte[] bytes : hostile) {
            for (String name : List.of("traceparent", "tracestate", "baggage")) {
                Message<String, String> message = Messages.with(Headers.of(new Header(name, bytes)));
                Message<String, String> besides = Messages.traced(new Header(name, bytes));
                TracingStage.<String, String>of(sdk).wrap(handler).handle(message);
                BurrowTracing.builder(sdk)
                        .parentFromMessage(true)
                        .build()
                        .<String, String>stage()
                        .wrap(handler)
                        .handle(besides);
            }
        }

        assertThat(handled).hasValue(hostile.size() * 3 * 2);
        assertThat(exporter.getFinishedSpanItems())
                .hasSize(handled.get())
                .allSatisfy(span -> assertThat(span.getAttributes().size()).isEqualTo(7));
        assertThat(exporter.getFinishedSpanItems().stream()
                        .filter(span -> span.getParentSpanContext().isValid()))
                .allMatch(span -> span.getTraceId().equals(TRACE_ID));
    }

    @Test
    void headers_thatThrow_areAsIfThereWereNone() throws Exception {
        Headers broken = new Headers() {
            @Override
            public Iterator<Header> iterator() {
                throw new IllegalStateException("test: broken headers");
            }
        };
        TracingStage.<String, String>of(sdk).wrap(NOTHING).handle(Messages.with(broken));
        assertThat(exporter.getFinishedSpanItems().get(0).getLinks()).isEmpty();
    }

    @Test
    void tracing_thatThrows_doesNotFailTheRecord() throws Exception {
        AtomicReference<Integer> handled = new AtomicReference<>(0);
        AsyncMessageHandler<String, String> counting = sync(message -> handled.updateAndGet(n -> n + 1));
        for (boolean atStart : new boolean[] {true, false}) {
            try (OpenTelemetrySdk broken = Messages.sdk(new BrokenProcessor(atStart))) {
                AsyncMessageHandler<String, String> handler =
                        TracingStage.<String, String>of(broken).wrap(counting);
                handler.handle(Messages.traced());
                assertThat(Span.current().getSpanContext().isValid()).isFalse();

                IOException failure = new IOException();
                assertThatThrownBy(() -> TracingStage.<String, String>of(broken)
                                .wrap(message -> {
                                    throw failure;
                                })
                                .handle(Messages.plain()))
                        .isSameAs(failure);
            }
        }
        assertThat(handled).hasValue(2);
    }

    /** As where the API and an SDK of other versions meet: not exceptions but errors, at every call. */
    @Test
    void sdk_thatThrowsErrors_stopsNothing() throws Exception {
        Tracer tracer = new Tracer() {
            @Override
            public boolean isEnabled() {
                throw new NoSuchMethodError("test");
            }

            @Override
            public SpanBuilder spanBuilder(String name) {
                throw new NoSuchMethodError("test");
            }
        };
        TextMapPropagator propagator = new TextMapPropagator() {
            @Override
            public Collection<String> fields() {
                throw new NoSuchMethodError("test");
            }

            @Override
            public <C> void inject(Context context, C carrier, TextMapSetter<C> setter) {
                throw new NoSuchMethodError("test");
            }

            @Override
            public <C> Context extract(Context context, C carrier, TextMapGetter<C> getter) {
                throw new NoSuchMethodError("test");
            }
        };
        SenderContexts senders = new SenderContexts(propagator);
        SpanStarter spans = new SpanStarter(tracer, senders, Attributes.empty(), false, false);
        AtomicReference<Integer> handled = new AtomicReference<>(0);

        new TracedHandler<>(spans, sync(message -> handled.updateAndGet(n -> n + 1))).handle(Messages.traced());
        new TracedBatchHandler<String, String>(spans, messages -> {
                    handled.updateAndGet(n -> n + messages.size());
                    return Outcome.allSucceeded(messages.size());
                })
                .handle(List.of(Messages.traced(), Messages.plain()));

        assertThat(handled).hasValue(3);
        assertThat(senders.on(Context.root(), Messages.traced())).isSameAs(Context.root());
    }

    @Test
    void contextStorage_thatThrows_stopsNothing() {
        Scopes.leave(() -> {
            throw new AssertionError("test: closed on another thread");
        });
        assertThat(Scopes.enter(new Context() {
                    @Override
                    public <V> V get(ContextKey<V> key) {
                        return null;
                    }

                    @Override
                    public <V> Context with(ContextKey<V> key, V value) {
                        return this;
                    }

                    @Override
                    public Scope makeCurrent() {
                        throw new IllegalStateException("test: broken storage");
                    }
                }))
                .isSameAs(Scope.noop());
    }

    private record BrokenProcessor(boolean atStart) implements SpanProcessor {
        @Override
        public void onStart(Context parentContext, ReadWriteSpan span) {
            if (atStart) {
                throw new IllegalStateException("test: broken at the start");
            }
        }

        @Override
        public boolean isStartRequired() {
            return true;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            throw new IllegalStateException("test: broken at the end");
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    @Test
    void unsampledSpan_harmsNothing() throws Exception {
        try (OpenTelemetrySdk off = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setSampler(Sampler.alwaysOff())
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .build()) {
            TracingStage.<String, String>of(off).wrap(NOTHING).handle(Messages.traced());
        }
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void noop_addsNothingAtAll() {
        assertThat(TracingStage.<String, String>of(OpenTelemetry.noop()).wrap(NOTHING))
                .isSameAs(NOTHING);
    }

    @Test
    void tracer_thatIsOff_changesNothing() throws Exception {
        OpenTelemetry off =
                OpenTelemetry.propagating(ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
        AtomicReference<Context> seen = new AtomicReference<>();
        CompletionStage<?> stage = TracingStage.<String, String>of(off)
                .wrap(sync(message -> seen.set(Context.current())))
                .handle(Messages.traced());
        assertThat((Object) stage).isSameAs(AsyncMessageHandler.done());
        assertThat(seen.get()).isSameAs(Context.root());
    }
}
