package io.burrow.it.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Message;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Two Burrows over a real broker, for a dashboard: they flow, then three of four partitions of the first are held by
 * one record each, and the second halts.
 */
final class DashboardScene implements AutoCloseable {
    private static final String ORDERS = "dashboard-orders";
    private static final String BILLS = "dashboard-bills";
    private static final String DEAD = "dashboard-dead";
    private static final int EVERY_MILLIS = 50;
    private static final int RECORDS_EACH_TIME = 2;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MetricsServer server = MetricsServer.start(registry, 0);
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final CompletableFuture<@Nullable Void> stuck = new CompletableFuture<>();
    private final List<Burrow<String, String>> burrows = new ArrayList<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final String servers;
    private final int troubleAt;

    /** Takes the time after which the trouble begins; once as much has gone by again the spans are full. */
    DashboardScene(EmbeddedKafka kafka, Duration untilTrouble) {
        this.servers = kafka.bootstrapServers();
        this.troubleAt = (int) (untilTrouble.toMillis() / EVERY_MILLIS * RECORDS_EACH_TIME);
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer());
        kafka.createTopic(ORDERS, 4);
        kafka.createTopic(BILLS, 2);
        kafka.createTopic(DEAD, 1);
        start(
                "orders",
                ORDERS,
                config -> config.retryPolicy(
                                RetryPolicy.retries(1_000).on(IllegalArgumentException.class, RetryDecision.PARK))
                        .maxSpanRecords(troubleAt)
                        .stuckAfter(Duration.ofSeconds(3)),
                this::order);
        start(
                "bills",
                BILLS,
                config -> config.retryPolicy(RetryPolicy.never()).onExhausted(ExhaustedAction.HALT),
                this::bill);
        timer.scheduleAtFixedRate(this::produce, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    URI page() {
        return server.pageUri();
    }

    private void start(
            String name,
            String topic,
            UnaryOperator<BurrowConfig.Builder> settings,
            AsyncMessageHandler<String, String> handler) {
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(Map.of(
                                "bootstrap.servers", servers, "group.id", topic, "auto.offset.reset", "earliest"))
                        .topics(topic)
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .build())
                .deadLetters(KafkaDeadLetters.<String, String>builder()
                        .properties(Map.of("bootstrap.servers", servers))
                        .topic(DEAD)
                        .build())
                .config(config -> settings.apply(config.name(name)
                        .concurrency(200)
                        .commitInterval(Duration.ofSeconds(1))
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(2)))))
                .listener(BurrowMetrics.on(registry))
                .asyncHandler(handler)
                .build();
        burrows.add(burrow);
        burrow.start();
    }

    private CompletionStage<?> order(Message<String, String> message) throws IOException {
        if (message.offset() == troubleAt) {
            switch (message.partition()) {
                case 1 -> throw new IllegalArgumentException("a record that is parked");
                case 2 -> throw new ConnectException("a record that is tried again");
                case 3 -> {
                    return stuck;
                }
                default -> {}
            }
        }
        if (message.offset() % 150 == 149) {
            throw new TerminalException("a record for the dead letters");
        }
        if (message.offset() % 60 == 59 && message.attempt() == 1) {
            throw new IOException("a record that fails once");
        }
        return after(20 + message.offset() * 31 % 100);
    }

    private CompletionStage<?> bill(Message<String, String> message) {
        if (message.partition() == 1 && message.offset() == troubleAt) {
            throw new IllegalStateException("a record that halts");
        }
        return after(10);
    }

    private CompletionStage<?> after(long millis) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        timer.schedule(() -> done.complete(null), millis, TimeUnit.MILLISECONDS);
        return done;
    }

    private void produce() {
        for (int i = 0; i < RECORDS_EACH_TIME; i++) {
            for (int partition = 0; partition < 4; partition++) {
                producer.send(new ProducerRecord<>(ORDERS, partition, null, "order".getBytes(UTF_8)));
            }
            for (int partition = 0; partition < 2; partition++) {
                producer.send(new ProducerRecord<>(BILLS, partition, null, "bill".getBytes(UTF_8)));
            }
        }
    }

    @Override
    public void close() {
        stuck.complete(null);
        timer.shutdownNow();
        producer.close(Duration.ofSeconds(5));
        burrows.forEach(burrow -> burrow.close(Duration.ofMillis(100)));
        server.close();
    }
}
