package io.burrow.it.examples;

import io.burrow.api.TerminalException;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaTransactions;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Reads orders and writes a line for each of their items, all lines of an order or none, exactly once. The value of an
 * order is its items, separated by commas.
 *
 * <p>Safe under redelivery: the lines and the order's offset are stored in one Kafka transaction. An attempt that fails
 * half way leaves nothing, and when an order comes again then because nothing of it was stored. This holds for readers
 * with {@code isolation.level=read_committed}, and for what is written through the outputs: the look-up of the price
 * can be called more than once for an item, and so must not change anything.
 */
public final class TransformExactlyOnce {
    /** Where prices come from. */
    @FunctionalInterface
    public interface Prices {
        /**
         * Looks one up. It may block.
         *
         * @param item the item
         * @return its price
         * @throws Exception if it cannot; the order is tried again
         */
        String of(String item) throws Exception;
    }

    private TransformExactlyOnce() {}

    /**
     * Runs until the process is asked to end.
     *
     * @param args bootstrap servers, the topic of orders, the topic of lines, and a name of this process that is the
     *     same again when it is restarted (a host name)
     */
    public static void main(String[] args) {
        Burrow<String, String> burrow = lines(args[0], args[3], args[1], args[2], item -> item.length() + ".00");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> burrow.close(Duration.ofSeconds(30))));
        burrow.start();
    }

    /**
     * Describes it all.
     *
     * @param bootstrapServers where the brokers are
     * @param instance names this process among those of the group, and is the same again when it is restarted
     * @param orders what to read
     * @param lines where to write
     * @param prices where prices come from
     * @return a Burrow to start
     */
    public static Burrow<String, String> lines(
            String bootstrapServers, String instance, String orders, String lines, Prices prices) {
        KafkaTransactions<String, String> transactions = KafkaTransactions.<String, String>builder()
                .properties(Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "lines-" + instance))
                .keySerializer(new StringSerializer())
                .valueSerializer(new StringSerializer())
                .build();
        return Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(Map.of(
                                "bootstrap.servers", bootstrapServers,
                                "group.id", "lines",
                                "auto.offset.reset", "earliest",
                                "isolation.level", "read_committed")) // orders may be written in transactions too
                        .topics(orders)
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .transactions(transactions)
                        .build())
                .config(c -> c.concurrency(200)
                        .commitInterval(Duration.ofMillis(200))) // readers see lines when they are committed
                .handler(transactions.handler((message, outputs) -> {
                    String order = message.value();
                    if (order == null) {
                        throw new TerminalException("an order without items");
                    }
                    for (String item : order.split(",")) {
                        outputs.send(new ProducerRecord<>(lines, message.key(), item + " " + prices.of(item)));
                    }
                }))
                .build();
    }
}
