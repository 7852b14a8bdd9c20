package io.burrow.tracing.otel;

import static io.burrow.tracing.otel.Messages.CANARY;
import static io.burrow.tracing.otel.Messages.SPAN_ID;
import static io.burrow.tracing.otel.Messages.TRACE_ID;
import static io.burrow.tracing.otel.Messages.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.TerminalException;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracingStageTest {
    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = Messages.sdk(SimpleSpanProcessor.create(exporter));

    @AfterEach
    void close() {
        sdk.close();
    }

    private AsyncMessageHandler<String, String> traced(AsyncMessageHandler<String, String> handler) {
        return TracingStage.<String, String>of(sdk).wrap(handler);
    }

    private AsyncMessageHandler<String, String> childOfSender(AsyncMessageHandler<String, String> handler) {
        return BurrowTracing.builder(sdk)
                .parentFromMessage(true)
                .build()
                .<String, String>stage()
                .wrap(handler);
    }

    private static AsyncMessageHandler<String, String> sync(Consumer<Message<String, String>> handler) {
        return AsyncMessageHandler.of(handler::accept);
    }

    private static final AsyncMessageHandler<String, String> NOTHING = sync(message -> {});

    private SpanData onlySpan() {
        List<SpanData> spans = exporter.getFinishedSpanItems();
        assertThat(spans).hasSize(1);
        return spans.get(0);
    }

    private static <T> T attribute(SpanData span, AttributeKey<T> key) {
        return span.getAttributes().get(key);
    }

    @Test
    void span_isNamedAndDescribedByTheConventions() throws Exception {
        AsyncMessageHandler<String, String> handler = BurrowTracing.builder(sdk)
                .consumerGroup("billing")
                .build()
                .<String, String>stage()
                .wrap(NOTHING);

        handler.handle(Messages.plain());

        SpanData span = onlySpan();
        assertThat(span.getName()).isEqualTo("process orders");
        assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(span.hasEnded()).isTrue();
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(span.getLinks()).isEmpty();
        assertThat(span.getParentSpanContext().isValid()).isFalse();
        assertThat(span.getInstrumentationScopeInfo().getSchemaUrl())
                .isEqualTo("https://opentelemetry.io/schemas/1.44.0");
        assertThat(span.getAttributes().asMap())
                .isEqualTo(Attributes.builder()
                        .put("messaging.system", "kafka")
                        .put("messaging.operation.type", "process")
                        .put("messaging.operation.name", "process")
                        .put("messaging.consumer.group.name", "billing")
                        .put("messaging.destination.name", "orders")
                        .put("messaging.destination.partition.id", "3")
                        .put("messaging.kafka.offset", 42)
                        .put("burrow.attempt", 1)
                        .build()
                        .asMap());
    }

    @Test
    void system_canBeAnother_groupIsLeftOutByDefault() throws Exception {
        BurrowTracing.builder(sdk)
                .system("in_memory")
                .build()
                .<String, String>stage()
                .wrap(NOTHING)
                .handle(Messages.plain());

        assertThat(attribute(onlySpan(), MessagingAttributes.SYSTEM)).isEqualTo("in_memory");
        assertThat(attribute(onlySpan(), MessagingAttributes.CONSUMER_GROUP_NAME))
                .isNull();
    }

    @Test
    void synchronousHandler_runsInTheSpan_andLeavesNothingCurrent() throws Exception {
        AtomicReference<SpanContext> seen = new AtomicReference<>();
        AsyncMessageHandler<String, String> handler =
                traced(sync(message -> seen.set(Span.current().getSpanContext())));

        CompletionStage<?> stage = handler.handle(Messages.plain());

        assertThat((Object) stage).as("no detour").isSameAs(AsyncMessageHandler.done());
        assertThat(seen.get().getSpanId()).isEqualTo(onlySpan().getSpanId());
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void spansOfTheHandler_areChildren() throws Exception {
        traced(sync(message ->
                        sdk.getTracer("user").spanBuilder("inner").startSpan().end()))
                .handle(Messages.traced());

        List<SpanData> spans = exporter.getFinishedSpanItems();
        assertThat(spans).extracting(SpanData::getName).containsExactly("inner", "process orders");
        assertThat(spans.get(0).getParentSpanId()).isEqualTo(spans.get(1).getSpanId());
        assertThat(spans.get(0).getTraceId()).isEqualTo(spans.get(1).getTraceId());
    }

    @Test
    void sendersContext_isLinked() throws Exception {
        traced(NOTHING).handle(Messages.traced());

        SpanData span = onlySpan();
        assertThat(span.getLinks()).hasSize(1);
        LinkData link = span.getLinks().get(0);
        assertThat(link.getSpanContext().getTraceId()).isEqualTo(TRACE_ID);
        assertThat(link.getSpanContext().getSpanId()).isEqualTo(SPAN_ID);
        assertThat(link.getSpanContext().isRemote()).isTrue();
        assertThat(span.getParentSpanContext().isValid()).isFalse();
        assertThat(span.getTraceId()).isNotEqualTo(TRACE_ID);
    }

    @Test
    void sendersContext_isTheParentBySwitch() throws Exception {
        childOfSender(NOTHING).handle(Messages.traced());

        SpanData span = onlySpan();
        assertThat(span.getTraceId()).isEqualTo(TRACE_ID);
        assertThat(span.getParentSpanId()).isEqualTo(SPAN_ID);
        assertThat(span.getLinks())
                .extracting(link -> link.getSpanContext().getSpanId())
                .containsExactly(SPAN_ID);
    }

    @Test
    @SuppressWarnings("try")
    void ambientSpan_isTheParent_orLinkedWhereTheSenderIs() throws Exception {
        Span ambient = sdk.getTracer("user").spanBuilder("ambient").startSpan();
        try (Scope ignored = ambient.makeCurrent()) {
            traced(NOTHING).handle(Messages.traced());
            traced(NOTHING).handle(Messages.plain());
            childOfSender(NOTHING).handle(Messages.traced());
            childOfSender(NOTHING).handle(Messages.plain());
        }
        String ambientId = ambient.getSpanContext().getSpanId();
        List<SpanData> spans = exporter.getFinishedSpanItems();

        assertThat(spans)
                .extracting(SpanData::getParentSpanId)
                .containsExactly(ambientId, ambientId, SPAN_ID, ambientId);
        assertThat(spans)
                .extracting(span -> span.getLinks().stream()
                        .map(link -> link.getSpanContext().getSpanId())
                        .toList())
                .containsExactly(List.of(SPAN_ID), List.of(), List.of(SPAN_ID, ambientId), List.of());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void baggage_isCurrentInTheHandler(boolean parent) throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        AsyncMessageHandler<String, String> handler =
                sync(message -> seen.set(Baggage.current().getEntryValue("tenant")));

        (parent ? childOfSender(handler) : traced(handler)).handle(Messages.traced(header("baggage", "tenant=a")));
        assertThat(seen).hasValue("a");

        (parent ? childOfSender(handler) : traced(handler))
                .handle(Messages.with(Headers.of(header("baggage", "tenant=b"))));
        assertThat(seen).as("without a trace").hasValue("b");
    }

    @Test
    void retry_hasItsOwnSpanWithItsNumber() throws Exception {
        AsyncMessageHandler<String, String> handler = traced(NOTHING);
        handler.handle(Messages.traced());
        handler.handle(Messages.traced().withAttempt(2));

        assertThat(exporter.getFinishedSpanItems())
                .extracting(span -> attribute(span, MessagingAttributes.ATTEMPT))
                .containsExactly(1L, 2L);
    }

    @Test
    void failure_isShownByItsClassAlone() {
        IOException failure = new IOException(CANARY);
        AsyncMessageHandler<String, String> handler = traced(message -> {
            throw failure;
        });

        assertThatThrownBy(() -> handler.handle(Messages.plain())).isSameAs(failure);

        SpanData span = onlySpan();
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(span, MessagingAttributes.ERROR_TYPE)).isEqualTo("java.io.IOException");
        assertThat(span.getEvents()).isEmpty();
        assertThat(span.toString()).doesNotContain(CANARY);
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void failure_ofTheVirtualMachine_isShownAndPassedOn() {
        Error failure = new StackOverflowError();
        AsyncMessageHandler<String, String> handler = traced(message -> {
            throw failure;
        });

        assertThatThrownBy(() -> handler.handle(Messages.plain())).isSameAs(failure);
        assertThat(attribute(onlySpan(), MessagingAttributes.ERROR_TYPE)).isEqualTo("java.lang.StackOverflowError");
    }

    @Test
    void failure_ofAClassWithoutCanonicalName_isShownByItsBinaryName() {
        RuntimeException failure = new RuntimeException() {};
        AsyncMessageHandler<String, String> handler = traced(message -> {
            throw failure;
        });

        assertThatThrownBy(() -> handler.handle(Messages.plain())).isSameAs(failure);
        assertThat(attribute(onlySpan(), MessagingAttributes.ERROR_TYPE))
                .startsWith(TracingStageTest.class.getName() + "$");
    }

    @Test
    void failure_isRecordedWhereThatIsAskedFor() {
        AsyncMessageHandler<String, String> handler = BurrowTracing.builder(sdk)
                .recordExceptions(true)
                .build()
                .<String, String>stage()
                .wrap(message -> {
                    throw new IOException("shown");
                });

        assertThatThrownBy(() -> handler.handle(Messages.plain())).isInstanceOf(IOException.class);
        assertThat(onlySpan().getEvents()).hasSize(1);
        assertThat(onlySpan().getEvents().toString()).contains("shown");
    }

    @Test
    void asynchronousHandler_endsTheSpanWhenItsStageCompletes() throws Exception {
        CompletableFuture<String> work = new CompletableFuture<>();
        AtomicReference<Context> handedOn = new AtomicReference<>();
        AsyncMessageHandler<String, String> handler = traced(message -> {
            handedOn.set(Context.current());
            return work;
        });

        CompletionStage<?> stage = handler.handle(Messages.plain());
        assertThat((Object) stage).isSameAs(work);
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
        assertThat(Span.current().getSpanContext().isValid()).isFalse();

        AtomicReference<String> elsewhere = new AtomicReference<>();
        Thread other = new Thread(handedOn.get().wrap(() -> {
            elsewhere.set(Span.current().getSpanContext().getSpanId());
            work.complete(CANARY);
        }));
        other.start();
        other.join();

        assertThat(elsewhere).hasValue(onlySpan().getSpanId());
        assertThat(onlySpan().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(onlySpan().toString()).doesNotContain(CANARY);
    }

    static Stream<Throwable> wrappers() {
        TerminalException cause = new TerminalException(CANARY);
        return Stream.of(cause, new CompletionException(cause), new ExecutionException(new CompletionException(cause)));
    }

    @ParameterizedTest
    @MethodSource("wrappers")
    void asynchronousFailure_isShownWithoutWrappers(Throwable failure) throws Exception {
        CompletableFuture<String> work = new CompletableFuture<>();
        traced(message -> work).handle(Messages.plain());
        Thread other = new Thread(() -> work.completeExceptionally(failure));
        other.start();
        other.join();

        SpanData span = onlySpan();
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attribute(span, MessagingAttributes.ERROR_TYPE)).isEqualTo("io.burrow.api.TerminalException");
        assertThat(span.toString()).doesNotContain(CANARY);
    }

    @Test
    void stage_thatIsCompletedAlready_endsTheSpanAtOnce() throws Exception {
        traced(message -> CompletableFuture.completedFuture("x")).handle(Messages.plain());
        assertThat(onlySpan().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void stage_thatIsNull_isPassedOnAsAFailure() throws Exception {
        assertThat((Object) traced(message -> null).handle(Messages.plain())).isNull();
        assertThat(onlySpan().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void lastTraceparent_counts() throws Exception {
        Header stale = header("traceparent", "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01");
        Header fresh = header("traceparent", "00-" + TRACE_ID + "-" + SPAN_ID + "-01");
        traced(NOTHING).handle(Messages.with(Headers.of(stale, fresh)));
        assertThat(onlySpan().getLinks())
                .extracting(link -> link.getSpanContext().getTraceId())
                .containsExactly(TRACE_ID);
    }

    @Test
    void missingArguments_areRefused() {
        assertThatThrownBy(() -> TracingStage.of(null)).hasMessage("openTelemetry");
        assertThatThrownBy(() -> BurrowTracing.builder(sdk).system(null)).hasMessage("system");
        assertThatThrownBy(() -> BurrowTracing.builder(sdk).consumerGroup(null)).hasMessage("consumerGroup");
        assertThatThrownBy(() -> traced(null)).hasMessage("next");
    }
}
