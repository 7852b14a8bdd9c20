package io.burrow.it.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends what a service wrote into its {@link Outbox} to Kafka, in the order of its keys. The source is one of our own;
 * Burrow does the rest as it does for Kafka: many sends under way at once, retries, commits up to the first gap.
 *
 * <p>At least once: a row whose acknowledgement was lost, or that was sent just before a crash, is sent again. Each
 * record bears the row's position in the header {@code outbox-position}, by which readers can tell.
 */
public final class OutboxRelay implements AutoCloseable {
    private final Producer<String, String> producer;
    private final Burrow<String, String> burrow;
    private final String to;

    /**
     * Describes it all.
     *
     * @param connections the database of the outbox
     * @param from the outbox's topic
     * @param bootstrapServers where the brokers are
     * @param to the topic to send to
     */
    public OutboxRelay(DatabaseBatches.Connections connections, String from, String bootstrapServers, String to) {
        this.to = to;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new StringSerializer());
        this.burrow = Burrow.<String, String>builder()
                .source(new OutboxSource(connections, "relay", from))
                .config(c -> c.ordering(Ordering.KEY).concurrency(1_000).retryPolicy(RetryPolicy.forever()))
                .asyncHandler(this::send)
                .build();
    }

    /**
     * Runs until the process is asked to end.
     *
     * @param args a JDBC address with user and password, the outbox's topic, bootstrap servers, the topic to send to
     */
    public static void main(String[] args) {
        OutboxRelay relay = new OutboxRelay(() -> DriverManager.getConnection(args[0]), args[1], args[2], args[3]);
        Runtime.getRuntime().addShutdownHook(new Thread(relay::close));
        relay.start();
    }

    /** Begins. */
    public void start() {
        burrow.start();
    }

    private CompletionStage<?> send(Message<String, String> message) {
        ProducerRecord<String, String> record = new ProducerRecord<>(to, message.key(), message.value());
        String position = message.topicPartition() + "@" + message.offset();
        record.headers().add("outbox-position", position.getBytes(UTF_8));
        CompletableFuture<Object> acknowledged = new CompletableFuture<>();
        producer.send(record, (metadata, failure) -> {
            if (failure == null) {
                acknowledged.complete(metadata);
            } else {
                acknowledged.completeExceptionally(failure);
            }
        });
        return acknowledged;
    }

    @Override
    public void close() {
        burrow.close(Duration.ofSeconds(30));
        producer.close(Duration.ofSeconds(10));
    }
}
