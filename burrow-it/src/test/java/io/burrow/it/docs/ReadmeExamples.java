package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.burrow.api.BurrowConfig;
import io.burrow.api.MessageHandler;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.guice.BurrowModule;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaSourceBuilder;
import io.burrow.kafka.KafkaTransactions;
import io.burrow.kafka.RetryTopics;
import io.burrow.kafka.guice.KafkaModule;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.burrow.tracing.otel.TracingStage;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The Java of the README, between marks. {@link ReadmeTest} holds the README to it word for word, and {@link ReadmeIT}
 * runs it.
 */
final class ReadmeExamples {
    private ReadmeExamples() {}

    static Burrow<String, String> start(String bootstrapServers, Consumer<String> send) {
        // [quickstart]
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(Map.of(
                        "bootstrap.servers", bootstrapServers, "group.id", "mailer", "auto.offset.reset", "earliest"))
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .build();

        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source)
                .config(c -> c.ordering(Ordering.KEY).concurrency(500))
                .handler(message -> send.accept(message.value()))
                .build();
        burrow.start();
        // ... and when the service ends:
        // CloseResult result = burrow.close(Duration.ofSeconds(30));
        // [quickstart]
        return burrow;
    }

    static void testWithoutABroker() {
        // [test]
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
        TestClock clock = new TestClock();
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("mailer", List.of("orders")))
                        .config(c -> c.backoff(BackoffStrategy.fixed(Duration.ofSeconds(30))))
                        .handler(message -> {
                            if (message.attempt() == 1) {
                                throw new IllegalStateException("mail server is down");
                            }
                        }),
                clock,
                42);

        broker.produce("orders", 0, "customer-7", "order 1");
        burrow.settle(); // the first attempt fails
        burrow.advance(Duration.ofSeconds(30)); // the retry is due
        burrow.advance(Duration.ofSeconds(5)); // a commit is due

        assertThat(broker.committed("mailer", new TopicPartition("orders", 0)).offset())
                .isEqualTo(1);
        // [test]
    }

    static BurrowConfig backoff() {
        // [backoff]
        BackoffStrategy quickThenSlow = (failure, random) ->
                failure.attempt() <= 3 ? Duration.ofMillis(100) : Duration.ofSeconds(20 + random.nextInt(20));
        BurrowConfig config = BurrowConfig.builder()
                .retryPolicy(RetryPolicy.retries(20))
                .backoff(quickThenSlow)
                .build();
        // [backoff]
        return config;
    }

    static KafkaDeadLetters<String, String> deadLetters(String bootstrapServers) {
        // [dead-letters]
        KafkaDeadLetters<String, String> deadLetters = KafkaDeadLetters.<String, String>builder()
                .properties(Map.of("bootstrap.servers", bootstrapServers))
                .topic("orders-dead")
                .build();
        // Burrow.builder()....deadLetters(deadLetters)
        // [dead-letters]
        return deadLetters;
    }

    static Burrow<String, String> retryTopics(String bootstrapServers, MessageHandler<String, String> mailer) {
        // [retry-topics]
        RetryTopics retries = RetryTopics.after(Duration.ofSeconds(10), Duration.ofMinutes(5));
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(Map.of("bootstrap.servers", bootstrapServers, "group.id", "mailer"))
                        .topics("orders")
                        .retryTopics(retries)
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .build())
                .deadLetters(KafkaDeadLetters.<String, String>builder()
                        .properties(Map.of("bootstrap.servers", bootstrapServers))
                        .retryTopics(retries)
                        .build())
                .config(c -> c.ordering(Ordering.UNORDERED).retryPolicy(RetryPolicy.retries(1)))
                .handler(mailer)
                .build();
        // [retry-topics]
        return burrow;
    }

    static Burrow<String, String> transactions(
            KafkaSourceBuilder<String, String> source, String bootstrapServers, String hostName) {
        // [transactions]
        KafkaTransactions<String, String> transactions = KafkaTransactions.<String, String>builder()
                .properties(Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "mailer-" + hostName))
                .keySerializer(new StringSerializer())
                .valueSerializer(new StringSerializer())
                .build();
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source.transactions(transactions).build()) // a KafkaSourceBuilder
                .config(c -> c.concurrency(500).commitInterval(Duration.ofMillis(200)))
                .handler(transactions.handler((message, outputs) ->
                        outputs.send(new ProducerRecord<>("receipts", message.key(), "sent " + message.value()))))
                .build();
        // [transactions]
        return burrow;
    }

    static Burrow<String, String> watched(
            KafkaSource<String, String> source,
            MessageHandler<String, String> mailer,
            OpenTelemetry openTelemetry,
            Consumer<MetricsServer> running) {
        // [watch]
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source)
                .handler(mailer)
                .listener(BurrowMetrics.on(registry))
                .stage(TracingStage.of(openTelemetry))
                .build();
        MetricsServer metrics = MetricsServer.start(registry, 0); // http://localhost: and metrics.port()
        metrics.show(burrow); // on the page at /, in /stats and in /health/ready
        // [watch]
        running.accept(metrics);
        return burrow;
    }

    static Burrow<String, String> wire(KafkaSource<String, String> source, MessageHandler<String, String> mailer) {
        // [guice]
        Injector injector = Guice.createInjector(
                KafkaModule.of(String.class, String.class, source),
                BurrowModule.of(String.class, String.class),
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        bind(new TypeLiteral<MessageHandler<String, String>>() {})
                                .toInstance(mailer);
                    }
                });
        Burrow<String, String> burrow = injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {}));
        // [guice]
        return burrow;
    }
}
