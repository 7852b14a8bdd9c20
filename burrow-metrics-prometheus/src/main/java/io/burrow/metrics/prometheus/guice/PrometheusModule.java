package io.burrow.metrics.prometheus.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.burrow.api.spi.BurrowListener;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows the injector's Burrow in a Prometheus registry. Binds {@link BurrowMetrics} and adds it to the set of
 * {@link BurrowListener}; on request also starts a {@link MetricsServer}.
 *
 * <p>The registry is one of the module's own unless one is given, by {@link #on} or by
 * {@code OptionalBinder.newOptionalBinder(binder(), PrometheusMeterRegistry.class).setBinding()}. It can be injected
 * either way.
 */
public final class PrometheusModule extends AbstractModule {
    private final @Nullable PrometheusMeterRegistry registry;
    private final Supplier<BurrowMetrics> metrics;
    private final @Nullable Integer port;

    /** A module with a registry of its own and no server. */
    public PrometheusModule() {
        this(null, BurrowMetrics::create, null);
    }

    private PrometheusModule(
            @Nullable PrometheusMeterRegistry registry, Supplier<BurrowMetrics> metrics, @Nullable Integer port) {
        this.registry = registry;
        this.metrics = metrics;
        this.port = port;
    }

    /**
     * The same module on a registry that exists already.
     *
     * @param registry where the meters go
     * @return a new module
     */
    public PrometheusModule on(PrometheusMeterRegistry registry) {
        return new PrometheusModule(Objects.requireNonNull(registry, "registry"), metrics, port);
    }

    /**
     * The same module with metrics that were built otherwise than by default.
     *
     * @param metrics makes the metrics, bound to no registry yet; asked once by each injector
     * @return a new module
     */
    public PrometheusModule with(Supplier<BurrowMetrics> metrics) {
        return new PrometheusModule(registry, Objects.requireNonNull(metrics, "metrics"), port);
    }

    /**
     * The same module with a {@link MetricsServer} that is started with the injector and shows its Burrow. Inject it to
     * learn its port or to close it; its threads are daemons.
     *
     * @param port the port, or 0 for any that is free; a wrong or taken one fails the making of the injector
     * @return a new module
     */
    public PrometheusModule withServer(int port) {
        return new PrometheusModule(registry, metrics, port);
    }

    @Override
    protected void configure() {
        OptionalBinder<PrometheusMeterRegistry> registries =
                OptionalBinder.newOptionalBinder(binder(), PrometheusMeterRegistry.class);
        if (registry != null) {
            registries.setBinding().toInstance(registry);
        } else {
            registries.setDefault().toInstance(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        }
        Provider<PrometheusMeterRegistry> chosen = getProvider(PrometheusMeterRegistry.class);
        Provider<BurrowMetrics> bound = () -> {
            BurrowMetrics made = metrics.get();
            made.bindTo(chosen.get());
            return made;
        };
        bind(BurrowMetrics.class).toProvider(bound).in(Singleton.class);
        Multibinder.newSetBinder(binder(), BurrowListener.class)
                .addBinding()
                .toProvider(getProvider(BurrowMetrics.class));
        if (port != null) {
            int wanted = port;
            Provider<MetricsServer> server = () -> MetricsServer.start(chosen.get(), wanted);
            bind(MetricsServer.class).toProvider(server).asEagerSingleton();
            Multibinder.newSetBinder(binder(), BurrowListener.class)
                    .addBinding()
                    .toProvider(getProvider(MetricsServer.class));
        }
    }
}
