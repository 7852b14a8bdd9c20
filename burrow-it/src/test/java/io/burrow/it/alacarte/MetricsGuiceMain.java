package io.burrow.it.alacarte;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.guice.BurrowModule;
import io.burrow.metrics.prometheus.MetricsServer;
import io.burrow.metrics.prometheus.guice.PrometheusModule;
import java.io.IOException;

/** Needs api, core, metrics and Guice. */
final class MetricsGuiceMain {
    private MetricsGuiceMain() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws InterruptedException, IOException {
        Orders orders = new Orders();
        Injector injector = Guice.createInjector(
                BurrowModule.of(String.class, String.class), new PrometheusModule().withServer(0), binder -> {
                    binder.bind(new TypeLiteral<MessageSource<String, String>>() {})
                            .toInstance(orders.source());
                    binder.bind(new TypeLiteral<MessageHandler<String, String>>() {})
                            .toInstance(message -> orders.handle());
                });
        try (MetricsServer server = injector.getInstance(MetricsServer.class)) {
            orders.run(injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {})));
            MetricsMain.print(server);
        }
    }
}
