package io.burrow.it.alacarte;

import io.burrow.core.Burrow;
import io.burrow.tracing.otel.TracingStage;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.propagation.ContextPropagators;

/** Needs api, core and tracing; the OpenTelemetry SDK is the application's. */
final class TracingMain {
    private TracingMain() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws InterruptedException {
        Orders orders = new Orders();
        OpenTelemetry withoutSdk = OpenTelemetry.propagating(ContextPropagators.noop());
        orders.run(Burrow.<String, String>builder()
                .source(orders.source())
                .stage(TracingStage.of(withoutSdk))
                .handler(message -> orders.handle())
                .build());
    }
}
