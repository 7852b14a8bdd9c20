package io.burrow.metrics.prometheus.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.burrow.api.spi.BurrowListener;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrometheusModuleTest {
    private static final Key<Set<BurrowListener>> LISTENERS = Key.get(new TypeLiteral<>() {});

    @Test
    void module_addsItsListenerToTheOthers() {
        BurrowListener own = new BurrowListener() {};
        Injector injector = Guice.createInjector(new PrometheusModule(), new AbstractModule() {
            @Override
            protected void configure() {
                Multibinder.newSetBinder(binder(), BurrowListener.class)
                        .addBinding()
                        .toInstance(own);
            }
        });

        BurrowMetrics metrics = injector.getInstance(BurrowMetrics.class);
        assertThat(injector.getInstance(LISTENERS)).containsExactlyInAnyOrder(own, metrics);
        assertThat(injector.getInstance(BurrowMetrics.class)).isSameAs(metrics);
        assertThat(injector.getExistingBinding(Key.get(MetricsServer.class)))
                .as("off unless asked for")
                .isNull();
    }

    @Test
    void metrics_areBoundToTheRegistryOfTheInjector() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Injector given = Guice.createInjector(new PrometheusModule().on(registry));
        Injector chosen = Guice.createInjector(new PrometheusModule(), new AbstractModule() {
            @Override
            protected void configure() {
                OptionalBinder.newOptionalBinder(binder(), PrometheusMeterRegistry.class)
                        .setBinding()
                        .toInstance(registry);
            }
        });

        for (Injector injector : new Injector[] {given, chosen}) {
            assertThat(injector.getInstance(PrometheusMeterRegistry.class)).isSameAs(registry);
            assertBoundTo(registry, injector.getInstance(BurrowMetrics.class));
        }
    }

    private static void assertBoundTo(PrometheusMeterRegistry registry, BurrowMetrics metrics) {
        metrics.bindTo(registry);
        assertThatThrownBy(() -> metrics.bindTo(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void module_servesSeveralInjectors() {
        PrometheusModule module = new PrometheusModule();
        BurrowMetrics first = Guice.createInjector(module).getInstance(BurrowMetrics.class);
        BurrowMetrics second = Guice.createInjector(module).getInstance(BurrowMetrics.class);
        assertThat(first).isNotSameAs(second);
    }

    @Test
    void with_takesTheUsersMetrics() {
        BurrowMetrics mine = BurrowMetrics.builder().recordTimer(false).build();
        Injector injector = Guice.createInjector(new PrometheusModule().with(() -> mine));
        assertThat(injector.getInstance(LISTENERS)).containsExactly(mine);
    }

    @Test
    void withServer_startsItWithTheInjector() {
        Injector injector = Guice.createInjector(new PrometheusModule().withServer(0));
        try (MetricsServer server = injector.getInstance(MetricsServer.class)) {
            assertThat(server.port()).isPositive();
            assertThat(injector.getInstance(MetricsServer.class)).isSameAs(server);
            assertThatThrownBy(() -> Guice.createInjector(new PrometheusModule().withServer(server.port())))
                    .isInstanceOf(CreationException.class)
                    .hasMessageContaining("cannot listen on port " + server.port());
        }
    }

    @Test
    void withServer_makesTheServerAListener_soThatItShowsTheBurrow() {
        Injector injector = Guice.createInjector(new PrometheusModule().withServer(0));
        try (MetricsServer server = injector.getInstance(MetricsServer.class)) {
            assertThat(injector.getInstance(LISTENERS))
                    .containsExactlyInAnyOrder(injector.getInstance(BurrowMetrics.class), server);
        }
    }
}
