package io.burrow.it.docs;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.guice.BurrowModule;
import io.burrow.kafka.KafkaSource;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.guice.PrometheusModule;
import io.burrow.metrics.prometheus.kafka.MeteredConsumers;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The Java of docs/operations.md, between marks. {@link OperationsPageTest} holds the page to it word for word, and
 * runs it.
 */
final class OperationsExamples {
    private OperationsExamples() {}

    /** What the first example makes. */
    record Watched(PrometheusMeterRegistry registry, BurrowMetrics metrics, Burrow<String, String> burrow) {}

    static Watched watched(MessageSource<String, String> source, MessageHandler<String, String> mailer) {
        // [wiring]
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        BurrowMetrics metrics = BurrowMetrics.on(registry);
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source)
                .config(c -> c.name("mailer")) // the tag "burrow" of every meter
                .listener(metrics)
                .handler(mailer)
                .build();
        // [wiring]
        return new Watched(registry, metrics, burrow);
    }

    static Injector guice(PrometheusMeterRegistry registry, Module application) {
        // [guice]
        Injector injector = Guice.createInjector(
                new PrometheusModule().on(registry), // without on() it makes one, to be injected
                BurrowModule.of(String.class, String.class),
                application);
        // [guice]
        return injector;
    }

    static KafkaSource<String, String> client(Map<String, Object> properties, PrometheusMeterRegistry registry) {
        // [client]
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(properties)
                .consumerFactory(MeteredConsumers.in(registry, "mailer"))
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .build();
        // [client]
        return source;
    }
}
