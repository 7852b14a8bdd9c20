package io.burrow.tracing.otel;

import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.core.testing.TestMessage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.nio.charset.StandardCharsets;

/** Messages whose contents must never be seen in a span, and an SDK that makes the spans. */
final class Messages {
    static final String CANARY = "canary";
    static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    static final String SPAN_ID = "b7ad6b7169203331";

    private Messages() {}

    static TestMessage<String, String> with(Headers headers) {
        return TestMessage.builder(CANARY, CANARY)
                .at("orders", 3, 42)
                .headers(headers)
                .build();
    }

    static TestMessage<String, String> plain() {
        return with(Headers.of(header("secret", CANARY)));
    }

    /** Sent in a sampled span. */
    static TestMessage<String, String> traced(Header... more) {
        Header[] headers = new Header[more.length + 1];
        headers[0] = header("traceparent", "00-" + TRACE_ID + "-" + SPAN_ID + "-01");
        System.arraycopy(more, 0, headers, 1, more.length);
        return with(Headers.of(headers));
    }

    static Header header(String name, String value) {
        return new Header(name, value.getBytes(StandardCharsets.UTF_8));
    }

    static OpenTelemetrySdk sdk(SpanProcessor processor) {
        return OpenTelemetrySdk.builder()
                .setTracerProvider(
                        SdkTracerProvider.builder().addSpanProcessor(processor).build())
                .setPropagators(ContextPropagators.create(TextMapPropagator.composite(
                        W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
                .build();
    }
}
