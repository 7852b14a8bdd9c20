package io.burrow.tracing.otel;

import static io.burrow.tracing.otel.Messages.CANARY;
import static io.burrow.tracing.otel.Messages.SPAN_ID;
import static io.burrow.tracing.otel.Messages.TRACE_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BatchMessageHandler;
import io.burrow.api.DecodingException;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
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
import io.burrow.core.stage.Stages;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
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
import org.junit.jupiter.api.Test;

/** What the parts of the tracing make of a whole Burrow: attempts, threads, commits, dead letters. */
class BurrowTracingTest extends TracingRig {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

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
        BatchMessageHandler<String, String> batch = TracingRig::succeeded;
        assertThat(off.batch(batch)).isSameAs(batch);
    }

    @Test
    void missingArguments_areRefused() {
        assertThatThrownBy(() -> BurrowTracing.of(null)).hasMessage("openTelemetry");
        assertThatThrownBy(() -> tracing.batch(null)).hasMessage("handler");
        assertThatThrownBy(() -> tracing.deadLetters(null)).hasMessage("sink");
    }
}
