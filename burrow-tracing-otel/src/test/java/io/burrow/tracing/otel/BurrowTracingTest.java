package io.burrow.tracing.otel;

import static io.burrow.tracing.otel.Messages.CANARY;
import static io.burrow.tracing.otel.Messages.SPAN_ID;
import static io.burrow.tracing.otel.Messages.TRACE_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BatchMessageHandler;
import io.burrow.api.DecodingException;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.stage.Stages;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.burrow.core.testing.TestMessage;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the parts of the tracing make of a whole Burrow: batches, retries, commits, dead letters. */
class BurrowTracingTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = Messages.sdk(SimpleSpanProcessor.create(exporter));
    private final BurrowTracing tracing =
            BurrowTracing.builder(sdk).consumerGroup("billing").build();
    private final InMemoryBroker broker =
            new InMemoryBroker().createTopic("orders", 1).createTopic("bills", 1);
    private final TestClock clock = new TestClock();

    @AfterEach
    void close() {
        sdk.close();
    }

    private BurrowBuilder<String, String> burrow(String... topics) {
        return Burrow.<String, String>builder()
                .source(broker.source("billing", List.of(topics)))
                .config(config -> config.ordering(Ordering.UNORDERED)
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))
                        .maxBatchRecords(10));
    }

    private void run(BurrowBuilder<String, String> builder) {
        try (SteppedBurrow<String, String> stepped = SteppedBurrow.start(builder, clock, 1)) {
            stepped.settle();
            for (int second = 0; second < 10; second++) {
                stepped.advance(Duration.ofSeconds(1));
            }
        }
    }

    private void produce(String topic, Header... more) {
        broker.produce(topic, 0, null, CANARY, Messages.traced(more).headers(), -1);
    }

    private List<SpanData> spans(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    private static List<Outcome> succeeded(List<?> messages) {
        return Outcome.allSucceeded(messages.size());
    }

    @Test
    void batch_hasOneSpanThatLinksToEachSender_withPositionAndAttempt() {
        produce("orders");
        broker.produce("orders", 0, null, CANARY);
        produce("orders", Messages.header("baggage", "tenant=a"));
        List<String> current = new ArrayList<>();
        List<String> tenants = new ArrayList<>();

        run(burrow("orders").batchHandler(tracing.batch(messages -> {
            current.add(Span.current().getSpanContext().getSpanId());
            messages.forEach(message ->
                    tenants.add(Baggage.fromContext(tracing.contextOf(message)).getEntryValue("tenant")));
            assertThat(Baggage.current().isEmpty()).as("of several nobody's").isTrue();
            return succeeded(messages);
        })));

        assertThat(spans("process orders")).singleElement().satisfies(span -> {
            assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(current).containsExactly(span.getSpanId());
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(span.getAttributes().asMap())
                    .isEqualTo(Attributes.builder()
                            .put("messaging.system", "kafka")
                            .put("messaging.operation.type", "process")
                            .put("messaging.operation.name", "process")
                            .put("messaging.consumer.group.name", "billing")
                            .put("messaging.destination.name", "orders")
                            .put("messaging.batch.message_count", 3)
                            .put("burrow.attempt", 1)
                            .build()
                            .asMap());
            assertThat(span.getLinks())
                    .extracting(link -> link.getSpanContext().getSpanId())
                    .containsExactly(SPAN_ID, SPAN_ID);
            assertThat(span.getLinks())
                    .extracting(link -> link.getAttributes().get(MessagingAttributes.KAFKA_OFFSET))
                    .containsExactly(0L, 2L);
            assertThat(span.toString()).doesNotContain(CANARY);
        });
        assertThat(tenants).containsExactly(null, null, "a");
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void batch_ofSeveralTopics_namesNone() {
        produce("orders");
        produce("bills");

        run(burrow("orders", "bills").batchHandler(tracing.batch(BurrowTracingTest::succeeded)));

        assertThat(spans("process")).singleElement().satisfies(span -> {
            assertThat(span.getAttributes().get(MessagingAttributes.DESTINATION_NAME))
                    .isNull();
            assertThat(span.getLinks())
                    .extracting(link -> link.getAttributes().get(MessagingAttributes.DESTINATION_NAME))
                    .containsExactlyInAnyOrder("orders", "bills");
        });
    }

    @Test
    void batch_ofOneRecord_isTreatedAsThatRecord() throws Exception {
        List<String> tenants = new ArrayList<>();
        BurrowTracing.builder(sdk)
                .parentFromMessage(true)
                .build()
                .<String, String>batch(messages -> {
                    tenants.add(Baggage.current().getEntryValue("tenant"));
                    return succeeded(messages);
                })
                .handle(List.of(Messages.traced(Messages.header("baggage", "tenant=a"))));

        assertThat(tenants).containsExactly("a");
        assertThat(spans("process orders")).singleElement().satisfies(span -> {
            assertThat(span.getParentSpanId()).isEqualTo(SPAN_ID);
            assertThat(span.getAttributes().get(MessagingAttributes.BATCH_MESSAGE_COUNT))
                    .isEqualTo(1);
            assertThat(span.getAttributes().get(MessagingAttributes.KAFKA_OFFSET))
                    .isEqualTo(42);
        });
    }

    @Test
    void batch_thatFailsInPart_showsTheFirstFailure_andTheRetryItsAttempt() {
        produce("orders");
        produce("orders");

        run(burrow("orders")
                .batchHandler(tracing.batch(messages -> messages.stream()
                        .map(message ->
                                message.attempt() == 1 ? Outcome.failure(new IOException(CANARY)) : Outcome.success())
                        .toList())));

        List<SpanData> spans = spans("process orders");
        assertThat(spans.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(spans.get(0).getAttributes().get(MessagingAttributes.ERROR_TYPE))
                .isEqualTo("java.io.IOException");
        assertThat(spans.get(0).getAttributes().get(MessagingAttributes.BATCH_FAILED_COUNT))
                .isEqualTo(2);
        assertThat(spans.subList(1, spans.size()))
                .isNotEmpty()
                .allMatch(span ->
                        span.getAttributes().get(MessagingAttributes.ATTEMPT).equals(2L))
                .allMatch(span -> span.getStatus().getStatusCode() == StatusCode.UNSET);
        assertThat(spans.toString()).doesNotContain(CANARY);
    }

    @Test
    void batch_thatThrowsOrReturnsNothing_isShown_andPassedOn() throws Exception {
        List<TestMessage<String, String>> messages = List.of(Messages.traced(), Messages.plain());
        IOException failure = new IOException(CANARY);
        assertThatThrownBy(() -> tracing.<String, String>batch(each -> {
                            throw failure;
                        })
                        .handle(messages))
                .isSameAs(failure);
        assertThat(tracing.<String, String>batch(each -> null).handle(messages)).isNull();

        assertThat(exporter.getFinishedSpanItems())
                .extracting(span -> span.getAttributes().get(MessagingAttributes.ERROR_TYPE))
                .containsExactly("java.io.IOException", "java.lang.NullPointerException");
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void span_beginsWithTheHandler_notWithItsWaitInAStageFurtherOut() {
        for (int i = 0; i < 3; i++) {
            produce("orders");
        }
        List<String> current = new ArrayList<>();

        run(burrow("orders")
                .stage(Stages.timeLimit(Duration.ofMinutes(1)))
                .stage(Stages.rateLimit(1, Duration.ofSeconds(1)))
                .stage(tracing.stage())
                .handler(message -> {
                    assertThat(exporter.getFinishedSpanItems().stream()
                                    .filter(span -> span.getName().startsWith("process")))
                            .as("begun before")
                            .hasSize(current.size());
                    current.add(Span.current().getSpanContext().getSpanId());
                }));

        assertThat(spans("process orders"))
                .extracting(SpanData::getSpanId)
                .hasSize(3)
                .containsExactlyElementsOf(current);
    }

    @Test
    void retries_areAttemptsOfTheirOwn_withTheirNumber() {
        produce("orders");

        run(burrow("orders").stage(tracing.stage()).handler(message -> {
            if (message.attempt() < 3) {
                throw new IllegalStateException(CANARY);
            }
        }));

        assertThat(spans("process orders"))
                .extracting(span -> span.getAttributes().get(MessagingAttributes.ATTEMPT))
                .containsExactly(1L, 2L, 3L);
        assertThat(spans("process orders"))
                .extracting(span -> span.getAttributes().get(MessagingAttributes.ERROR_TYPE))
                .containsExactly("java.lang.IllegalStateException", "java.lang.IllegalStateException", null);
    }

    @Test
    void workersAndTheirTasks_runInTheContext() throws Exception {
        produce("orders", Messages.header("baggage", "tenant=a"));
        ExecutorService elsewhere = Executors.newSingleThreadExecutor();
        CompletableFuture<List<Context>> seen = new CompletableFuture<>();
        try (Burrow<String, String> burrow = burrow("orders")
                .stage(tracing.stage())
                .asyncHandler(message -> {
                    Context here = Context.current();
                    return CompletableFuture.runAsync(
                            () -> seen.complete(List.of(here, Context.current())), Context.taskWrapping(elsewhere));
                })
                .build()) {
            burrow.start(); // on threads: virtual ones where this Java has them
            List<Context> contexts = seen.get(60, TimeUnit.SECONDS);
            assertThat(contexts.get(0)).isSameAs(contexts.get(1));
            assertThat(Baggage.fromContext(contexts.get(0)).getEntryValue("tenant"))
                    .isEqualTo("a");
            assertThat(Span.fromContext(contexts.get(0)).getSpanContext().isValid())
                    .isTrue();
        } finally {
            elsewhere.shutdown();
        }
        assertThat(spans("process orders")).hasSize(1);
    }

    private record Seen(boolean virtual, String tenant, SpanContext span) {}

    /** The code is compiled for Java 17, which does not know the method. */
    private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
        return Runtime.version().feature() >= 21
                && (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
    }

    @Test
    void synchronousHandler_runsInTheContext_onAVirtualThreadWhereThisJavaHasThem() throws Exception {
        produce("orders", Messages.header("baggage", "tenant=a"));
        CompletableFuture<Seen> seen = new CompletableFuture<>();
        try (Burrow<String, String> burrow = burrow("orders")
                .stage(tracing.stage())
                .handler(message -> seen.complete(new Seen(
                        isVirtual(Thread.currentThread()),
                        String.valueOf(Baggage.current().getEntryValue("tenant")),
                        Span.current().getSpanContext())))
                .build()) {
            burrow.start();
            Seen there = seen.get(60, TimeUnit.SECONDS);
            assertThat(there.virtual()).isEqualTo(Runtime.version().feature() >= 21);
            assertThat(there.tenant()).isEqualTo("a");
            assertThat(there.span().isValid()).isTrue();
            assertThat(burrow.close(Duration.ofSeconds(60)).clean()).isTrue();
            assertThat(spans("process orders"))
                    .extracting(span -> span.getSpanContext().getSpanId())
                    .containsExactly(there.span().getSpanId());
        }
    }

    @Test
    void commits_haveASpanForEachTopic() {
        produce("orders");
        produce("bills");

        run(burrow("orders", "bills")
                .stage(tracing.stage())
                .listener(tracing.commits())
                .handler(message -> {}));

        assertThat(spans("commit bills")).isNotEmpty();
        assertThat(spans("commit orders")).isNotEmpty().allSatisfy(span -> {
            assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(span.getParentSpanContext().isValid()).isFalse();
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(span.getAttributes().asMap())
                    .isEqualTo(Attributes.builder()
                            .put("messaging.system", "kafka")
                            .put("messaging.operation.type", "settle")
                            .put("messaging.operation.name", "commit")
                            .put("messaging.consumer.group.name", "billing")
                            .put("messaging.destination.name", "orders")
                            .put("messaging.destination.partition.id", "0")
                            .build()
                            .asMap());
        });
    }

    @Test
    void commit_thatFailed_showsItsCauseOrItsOutcome_andHowLongItTook() {
        BurrowListener commits = tracing.commits();
        TopicPartition other = new TopicPartition("orders", 1);
        Map<TopicPartition, CommitPoint> points = Map.of(ORDERS, CommitPoint.of(3), other, CommitPoint.of(5));
        commits.committed(
                points,
                new CommitResult(
                        Map.of(ORDERS, CommitOutcome.COMMITTED, other, CommitOutcome.RETRY), new IOException(CANARY)),
                1_500_000_000);
        commits.committed(points, CommitResult.all(points.keySet(), CommitOutcome.NOT_OWNED, null), 0);

        List<SpanData> spans = spans("commit orders");
        assertThat(spans).hasSize(2).allMatch(span -> span.getStatus().getStatusCode() == StatusCode.ERROR);
        assertThat(spans)
                .extracting(span -> span.getAttributes().get(MessagingAttributes.ERROR_TYPE))
                .containsExactly("java.io.IOException", "NOT_OWNED");
        assertThat(spans)
                .extracting(span -> span.getEndEpochNanos() - span.getStartEpochNanos())
                .containsExactly(1_500_000_000L, 0L);
        assertThat(spans)
                .as("of two partitions")
                .allMatch(span -> span.getAttributes().get(MessagingAttributes.DESTINATION_PARTITION_ID) == null);
        assertThat(spans.toString()).doesNotContain(CANARY);
    }

    /** A sink that remembers in which context it was called. */
    private static final class Sink implements DeadLetterSink<String, String> {
        final List<Context> contexts = new ArrayList<>();
        final List<String> calls = new ArrayList<>();

        @Override
        public CompletionStage<?> send(DeadLetter<String, String> letter) {
            contexts.add(Context.current());
            return CompletableFuture.completedStage(null);
        }

        @Override
        public boolean isRetried(Failure failure) {
            calls.add("isRetried");
            return false;
        }

        @Override
        public boolean losesOrder() {
            calls.add("losesOrder");
            return false;
        }

        @Override
        public void open() {
            calls.add("open");
        }

        @Override
        public void close(Duration timeout) {
            calls.add("close");
        }
    }

    @Test
    void deadLetters_areSentInTheContextOfTheirRecord() {
        produce("orders", Messages.header("baggage", "tenant=a"));
        broker.produce("orders", 0, null, CANARY);
        Sink sink = new Sink();

        run(burrow("orders")
                .config(config -> config.retryPolicy(RetryPolicy.never())
                        .errorThreshold(0)
                        .onExhausted(ExhaustedAction.DEAD_LETTER))
                .stage(tracing.stage())
                .deadLetters(tracing.deadLetters(sink))
                .handler(message -> {
                    throw new IOException();
                }));

        assertThat(sink.contexts)
                .extracting(
                        context -> Span.fromContext(context).getSpanContext().getTraceId())
                .containsExactlyInAnyOrder(TRACE_ID, "0".repeat(32));
        assertThat(sink.contexts)
                .extracting(context -> Baggage.fromContext(context).getEntryValue("tenant"))
                .containsExactlyInAnyOrder("a", null);
        assertThat(sink.calls).contains("isRetried", "open", "close");
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @Test
    void deadLetter_thatCannotBeDecoded_hasItsContextToo() throws Exception {
        Sink sink = new Sink();
        SourceRecord<String, String> record = new SourceRecord<>() {
            @Override
            public long offset() {
                return 1;
            }

            @Override
            public Object orderingKey() {
                return "";
            }

            @Override
            public int sizeBytes() {
                return 0;
            }

            @Override
            public Headers headers() {
                return Messages.traced().headers();
            }

            @Override
            public Message<String, String> decode() {
                throw new DecodingException("test", null);
            }
        };
        tracing.deadLetters(sink)
                .send(new DeadLetter<>(
                        record,
                        new Failure(ORDERS, 1, 1, new IOException(), Duration.ZERO, Duration.ZERO),
                        Instant.EPOCH));
        assertThat(Span.fromContext(sink.contexts.get(0)).getSpanContext().getSpanId())
                .isEqualTo(SPAN_ID);
    }

    @Test
    void noop_addsNothing() {
        BurrowTracing off = BurrowTracing.of(OpenTelemetry.noop());
        Sink sink = new Sink();
        assertThat(off.deadLetters(sink)).isSameAs(sink);
        off.commits().committed(Map.of(), CommitResult.committed(List.of()), 0);
        assertThat(off.contextOf(Messages.traced())).isSameAs(Context.root());
        BatchMessageHandler<String, String> batch = BurrowTracingTest::succeeded;
        assertThat(off.batch(batch)).isSameAs(batch);
    }

    @Test
    void missingArguments_areRefused() {
        assertThatThrownBy(() -> BurrowTracing.of(null)).hasMessage("openTelemetry");
        assertThatThrownBy(() -> tracing.batch(null)).hasMessage("handler");
        assertThatThrownBy(() -> tracing.deadLetters(null)).hasMessage("sink");
    }
}
