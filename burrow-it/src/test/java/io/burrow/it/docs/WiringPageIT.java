package io.burrow.it.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.MessageHandler;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.RetryDecision;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Holds docs/wiring.md to its examples, and runs those. */
class WiringPageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway") // set before the first test
    private static EmbeddedKafka kafka;

    private final Page page = new Page("docs/wiring.md", WiringExamples.class);
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final MessageHandler<String, String> mailer = message -> sent.add(message.value());

    private final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();
    private final BurrowListener listener = new BurrowListener() {
        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            assigned.addAll(partitions);
        }
    };

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
        kafka.createTopic("orders", 2);
        produce("guice", 100);
    }

    /** Returns the values, which are those of nobody else. */
    private static List<String> produce(String whose, int count) {
        List<String> orders =
                IntStream.range(0, count).mapToObj(i -> whose + " " + i).toList();
        kafka.produce(
                "orders",
                orders.stream()
                        .map(order -> new ProducerRecord<>("orders", order.getBytes(UTF_8), order.getBytes(UTF_8)))
                        .toList());
        return orders;
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryLinkLeadsToAFile() throws IOException {
        page.assertShowsItsExamplesWordForWord();
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void springBoot_startsIt_asksItsHealth_hasItsMeters_andClosesItWithAllCommitted() {
        Burrow<?, ?> burrow;
        List<String> orders = produce("boot", 100);
        try (ConfigurableApplicationContext application = boot(WiringExamples.MailerConfiguration.class)) {
            burrow = application.getBean(Burrow.class);
            Await.until("all sent", LIMIT, () -> sent.containsAll(orders));

            HealthEndpoint endpoint = application.getBean(HealthEndpoint.class);
            assertThat(endpoint.healthForPath("mailer"))
                    .isInstanceOfSatisfying(IndicatedHealthDescriptor.class, health -> {
                        assertThat(health.getStatus()).isEqualTo(Status.UP);
                        assertThat(health.getDetails()).containsOnlyKeys("status", "problems");
                    });
            assertThat(endpoint.healthForPath("liveness", "mailer")).isNotNull();
            PrometheusMeterRegistry registry = application.getBean(PrometheusMeterRegistry.class);
            Await.until("all counted", LIMIT, () -> processed(registry) >= orders.size());
        }
        assertThat(burrow.state()).isEqualTo(BurrowState.CLOSED);
        assertThat(assigned).hasSize(2);
        assertThat(uncommitted()).isZero();
    }

    @Test
    void springBoot_startsItWhenTheApplicationIsReady() {
        Burrow<?, ?> burrow;
        List<String> orders = produce("ready", 10);
        try (ConfigurableApplicationContext application =
                boot(WithoutInitMethod.class, NotYetStarted.class, WiringExamples.MailerStart.class)) {
            burrow = application.getBean(Burrow.class);
            assertThat(burrow.state()).isNotEqualTo(BurrowState.NEW);
            Await.until("all sent", LIMIT, () -> sent.containsAll(orders));
        }
        assertThat(burrow.state()).isEqualTo(BurrowState.CLOSED);
        assertThat(uncommitted()).isZero();
    }

    @Test
    void springBoot_endsTheApplication_whenItCannotBeStarted() {
        assertThatThrownBy(() -> boot(WithoutInitMethod.class, Closed.class, WiringExamples.MailerStart.class))
                .isInstanceOfSatisfying(
                        BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    }

    @Test
    void springBoot_itsHealthIsDown_andSaysWhy_whenItHasFailed() {
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
        broker.produce("orders", "customer-7", "order 1");
        MessageHandler<String, String> failing = message -> {
            throw new IllegalStateException("no mail server");
        };
        try (Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(broker.<String, String>source("mailer", List.of("orders")))
                .config(c -> c.retryPolicy(failure -> RetryDecision.HALT))
                .handler(failing)
                .build()
                .start()) {
            HealthIndicator indicator = new WiringExamples.MailerMonitoring().mailerHealthIndicator(burrow);
            Await.until("failed", LIMIT, () -> burrow.state() == BurrowState.FAILED);

            Health health = Objects.requireNonNull(indicator.health());
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails()).containsKeys("error", "status", "problems");
        }
    }

    /** Runs an application, with all but a web server. */
    private ConfigurableApplicationContext boot(Class<?>... configurations) {
        return new SpringApplicationBuilder(Application.class, WiringExamples.MailerMonitoring.class)
                .sources(configurations)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .initializers(application -> {
                    application.getBeanFactory().registerSingleton("handler", mailer);
                    application.getBeanFactory().registerSingleton("listener", listener);
                })
                .run(
                        "--kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "--management.endpoint.health.group.liveness.include=livenessState,mailer");
    }

    private static double processed(MeterRegistry registry) {
        return registry.get("burrow.records")
                .tags("burrow", "mailer", "outcome", "processed")
                .functionCounter()
                .count();
    }

    /** How much the applications' group has not committed of the topic. */
    private static long uncommitted() {
        long committed = kafka.committed("mailer").values().stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
        return kafka.endOffsets("orders").values().stream()
                        .mapToLong(end -> end)
                        .sum()
                - committed;
    }

    /** What an application has anyway. It scans for no classes: those of other tests are in its package. */
    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}

    @Configuration
    static class WithoutInitMethod extends WiringExamples.MailerConfiguration {
        @Override
        @Bean
        Burrow<String, String> mailer(
                KafkaSource<String, String> orders,
                MessageHandler<String, String> handler,
                List<BurrowListener> listeners) {
            return super.mailer(orders, handler, listeners);
        }
    }

    /** Runners are run before an application is ready. */
    @Configuration
    static class NotYetStarted {
        @Bean
        ApplicationRunner runner(Burrow<String, String> mailer) {
            return arguments -> assertThat(mailer.state()).isEqualTo(BurrowState.NEW);
        }
    }

    @Configuration
    static class Closed {
        @Bean
        ApplicationRunner runner(Burrow<String, String> mailer) {
            return arguments -> mailer.close();
        }
    }

    @Test
    void guice_wiresConfigHandlerAndListener() {
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        "guice",
                        "auto.offset.reset",
                        "earliest"))
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .build();
        Injector injector = WiringExamples.guice(source, mailer, listener);
        Burrow<String, String> burrow = injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {}));
        burrow.start();
        Await.until("all sent", LIMIT, () -> sent.size() >= 100);
        List<String> said = new ArrayList<>();
        WiringExamples.close(burrow, said::add);
        assertThat(said).isEmpty();
        assertThat(burrow.name()).isEqualTo("mailer");
        assertThat(assigned).hasSize(2);
    }

    @Test
    void cdi_theContainerStartsAndClosesIt() {
        InMemoryBroker broker;
        try (SeContainer container = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addBeanClasses(WiringExamples.MailerLifecycle.class, Producers.class)
                .initialize()) {
            broker = container.select(InMemoryBroker.class).get();
            Set<String> mails = container.select(new MailsType()).get();
            Await.until("sent", LIMIT, () -> mails.contains("order 1"));
            assertThat(broker.members("mailer")).hasSize(1);
        }
        assertThat(broker.members("mailer")).isEmpty();
        assertThat(broker.lag("mailer")).isZero();
    }

    /** What a container's application has of its own. */
    static class Producers {
        @Produces
        @Singleton
        InMemoryBroker broker() {
            InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
            broker.produce("orders", "customer-7", "order 1");
            return broker;
        }

        @Produces
        @Singleton
        Set<String> mails() {
            return ConcurrentHashMap.newKeySet();
        }

        @Produces
        MessageSource<String, String> orders(InMemoryBroker broker) {
            return broker.source("mailer", List.of("orders"));
        }

        @Produces
        MessageHandler<String, String> mailer(Set<String> mails) {
            return message -> mails.add(message.value());
        }
    }

    private static final class MailsType extends jakarta.enterprise.util.TypeLiteral<Set<String>> {
        private static final long serialVersionUID = 1;
    }
}
