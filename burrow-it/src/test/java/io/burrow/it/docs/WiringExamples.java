package io.burrow.it.docs;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import io.burrow.api.BurrowConfig;
import io.burrow.api.CloseResult;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.guice.BurrowModule;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.guice.KafkaModule;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The Java of docs/wiring.md, between marks. */
final class WiringExamples {
    private WiringExamples() {}

    static void close(Burrow<String, String> burrow, Consumer<String> log) {
        // [close]
        CloseResult result = burrow.close(Duration.ofSeconds(30));
        if (!result.clean()) {
            log.accept(result.unfinishedRecords() + " records come again; still in user code: "
                    + result.threadsInUserCode());
        }
        // [close]
    }

    static Injector guice(
            KafkaSource<String, String> source, MessageHandler<String, String> mailer, BurrowListener listener) {
        // [guice]
        Injector injector = Guice.createInjector(
                KafkaModule.of(String.class, String.class, source),
                BurrowModule.of(String.class, String.class),
                binder -> {
                    binder.bind(BurrowConfig.class)
                            .toInstance(BurrowConfig.builder()
                                    .name("mailer")
                                    .concurrency(500)
                                    .build());
                    binder.bind(new TypeLiteral<MessageHandler<String, String>>() {})
                            .toInstance(mailer);
                    Multibinder.newSetBinder(binder, BurrowListener.class)
                            .addBinding()
                            .toInstance(listener);
                });
        // [guice]
        return injector;
    }

    // [spring]
    @Configuration
    static class MailerConfiguration {
        @Bean
        KafkaSource<String, String> orders(@Value("${kafka.bootstrap-servers}") String bootstrapServers) {
            return KafkaSource.<String, String>builder()
                    .properties(Map.of(
                            "bootstrap.servers",
                            bootstrapServers,
                            "group.id",
                            "mailer",
                            "auto.offset.reset",
                            "earliest"))
                    .topics("orders")
                    .keyDeserializer(new StringDeserializer())
                    .valueDeserializer(new StringDeserializer())
                    .build();
        }

        @Bean(initMethod = "start", destroyMethod = "close")
        Burrow<String, String> mailer(
                KafkaSource<String, String> orders,
                MessageHandler<String, String> handler,
                List<BurrowListener> listeners) {
            BurrowBuilder<String, String> builder = Burrow.<String, String>builder()
                    .source(orders)
                    .config(c -> c.name("mailer").concurrency(500))
                    .handler(handler);
            listeners.forEach(builder::listener);
            return builder.build();
        }
    }
    // [spring]

    // [spring-ready]
    @Component
    static class MailerStart {
        private final Burrow<String, String> mailer;

        MailerStart(Burrow<String, String> mailer) {
            this.mailer = mailer;
        }

        @EventListener(ApplicationReadyEvent.class)
        void start() {
            mailer.start();
        }
    }
    // [spring-ready]

    // [spring-actuator]
    @Configuration
    static class MailerMonitoring {
        @Bean
        BurrowMetrics mailerMetrics(MeterRegistry registry) {
            return BurrowMetrics.on(registry);
        }

        @Bean
        HealthIndicator mailerHealthIndicator(Burrow<String, String> mailer) {
            return () -> {
                io.burrow.api.Health health = mailer.health();
                Health.Builder answer = health.live() ? Health.up() : Health.down();
                if (health.cause() != null) {
                    answer.withException(health.cause());
                }
                return answer.withDetail("status", health.status())
                        .withDetail("problems", health.problems())
                        .build();
            };
        }
    }
    // [spring-actuator]

    // [cdi]
    @Singleton
    static class MailerLifecycle {
        private final Burrow<String, String> burrow;

        @Inject
        MailerLifecycle(MessageSource<String, String> orders, MessageHandler<String, String> handler) {
            burrow = Burrow.<String, String>builder()
                    .source(orders)
                    .config(c -> c.name("mailer").concurrency(500))
                    .handler(handler)
                    .build();
        }

        void onStart(@Observes Startup event) {
            burrow.start();
        }

        void onStop(@Observes Shutdown event) {
            burrow.close();
        }
    }
    // [cdi]
}
