package io.burrow.it.alacarte;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.guice.BurrowModule;
import io.burrow.tracing.otel.guice.TracingModule;
import io.opentelemetry.api.OpenTelemetry;

/** Needs api, core, tracing and Guice; the OpenTelemetry SDK is the application's. */
final class TracingGuiceMain {
    private TracingGuiceMain() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws InterruptedException {
        Orders orders = new Orders();
        Injector injector = Guice.createInjector(
                BurrowModule.of(String.class, String.class), TracingModule.of(String.class, String.class), binder -> {
                    binder.bind(OpenTelemetry.class).toInstance(OpenTelemetry.noop());
                    binder.bind(new TypeLiteral<MessageSource<String, String>>() {})
                            .toInstance(orders.source());
                    binder.bind(new TypeLiteral<MessageHandler<String, String>>() {})
                            .toInstance(message -> orders.handle());
                });
        orders.run(injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {})));
    }
}
