package io.burrow.tracing.otel;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the stage costs around a handler that does nothing: without it, where no SDK is, and with spans. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TracingBenchmark {
    /**
     * No stage; the no-op API; the global one of a process without SDK; an API without SDK; an SDK without exporter.
     */
    @Param({"none", "noop", "global", "withoutSdk", "sdk"})
    String tracing;

    private final Message<String, String> message = Messages.traced();
    private AsyncMessageHandler<String, String> handler = each -> AsyncMessageHandler.done();

    /** Puts the stage around it. */
    @Setup
    public void wrap() {
        AsyncMessageHandler<String, String> bare = handler;
        handler = switch (tracing) {
            case "none" -> bare;
            case "noop" -> TracingStage.<String, String>of(OpenTelemetry.noop()).wrap(bare);
            case "global" ->
                TracingStage.<String, String>of(GlobalOpenTelemetry.get()).wrap(bare);
            case "withoutSdk" ->
                TracingStage.<String, String>of(OpenTelemetry.propagating(
                                ContextPropagators.create(W3CTraceContextPropagator.getInstance())))
                        .wrap(bare);
            default ->
                TracingStage.<String, String>of(Messages.sdk(new Dropping())).wrap(bare);
        };
    }

    /** One attempt. */
    @Benchmark
    public CompletionStage<?> handle() throws Exception {
        return handler.handle(message);
    }

    private static final class Dropping implements SpanProcessor {
        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return true;
        }

        @Override
        public void onEnd(ReadableSpan span) {}

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }
}
