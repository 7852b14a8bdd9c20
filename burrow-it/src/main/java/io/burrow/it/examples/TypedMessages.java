package io.burrow.it.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.Message;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A message type of one's own: the handler sees an order with its tenant and its amount, not bytes, text and headers.
 * It is made by a mapper from the consumer's record, on the worker that runs the handler.
 *
 * <p>A record that the mapper refuses is exhausted at once and goes to the dead letters as it was, byte for byte; no
 * handler sees it. Order by key follows the raw key whatever the type makes of it.
 *
 * <p>Safe under redelivery as far as what takes the orders is: it gets the same order with the same number again, and
 * has to replace or ignore it.
 */
public final class TypedMessages {
    private TypedMessages() {}

    /**
     * An order, and where it stands.
     *
     * @param topic the topic
     * @param partition the partition
     * @param offset the offset
     * @param attempt which attempt at it this is
     * @param key the number of the order
     * @param value its amount in cents
     * @param tenant whose order it is, from a header
     */
    public record Order(String topic, int partition, long offset, int attempt, String key, Long value, String tenant)
            implements Message<String, Long> {
        static Order of(ConsumerRecord<byte[], byte[]> record) {
            Header tenant = record.headers().lastHeader("tenant");
            if (record.key() == null || record.value() == null || tenant == null) {
                throw new IllegalArgumentException("not an order");
            }
            return new Order(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    1,
                    new String(record.key(), UTF_8),
                    Long.valueOf(new String(record.value(), UTF_8)),
                    new String(tenant.value(), UTF_8));
        }

        /** Without this, the handler's cast would fail at the second attempt. */
        @Override
        public Order withAttempt(int another) {
            return new Order(topic, partition, offset, another, key, value, tenant);
        }

        /** Where it stands, never what it says: this may reach a log. */
        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset;
        }
    }

    /**
     * Runs until the process is asked to end, then prints what each tenant ordered.
     *
     * @param args bootstrap servers, the topic, the topic of dead letters
     */
    public static void main(String[] args) {
        Map<String, Order> byNumber = new ConcurrentHashMap<>();
        Burrow<String, Long> burrow = orders(args[0], args[1], args[2], order -> byNumber.put(order.key(), order));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            burrow.close(Duration.ofSeconds(30));
            Map<String, Long> cents = new ConcurrentHashMap<>();
            byNumber.values().forEach(order -> cents.merge(order.tenant(), order.value(), Long::sum));
            System.out.println(cents);
        }));
        burrow.start();
    }

    /**
     * Describes it all.
     *
     * @param bootstrapServers where the brokers are
     * @param topic what to read
     * @param deadLetters the topic for what is no order
     * @param book takes each order; several threads, and the same order may come again
     * @return a Burrow to start
     */
    public static Burrow<String, Long> orders(
            String bootstrapServers, String topic, String deadLetters, Consumer<Order> book) {
        return Burrow.<String, Long>builder()
                .source(KafkaSource.<String, Long>builder()
                        .properties(Map.of(
                                "bootstrap.servers", bootstrapServers,
                                "group.id", "orders",
                                "auto.offset.reset", "earliest"))
                        .topics(topic)
                        .mapper(Order::of)
                        .build())
                .deadLetters(KafkaDeadLetters.<String, Long>builder()
                        .properties(Map.of("bootstrap.servers", bootstrapServers))
                        .topic(deadLetters)
                        .build())
                .handler(message -> book.accept((Order) message)) // the source makes nothing else
                .build();
    }
}
