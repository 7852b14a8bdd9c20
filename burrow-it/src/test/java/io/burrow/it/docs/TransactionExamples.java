package io.burrow.it.docs;

import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaTransactions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The Java of docs/transactions.md, between marks. */
final class TransactionExamples {
    private TransactionExamples() {}

    static Burrow<String, String> prices(
            String bootstrapServers, String hostName, Function<String, CompletionStage<String>> lookUp) {
        // [prices]
        KafkaTransactions<String, String> transactions = KafkaTransactions.<String, String>builder()
                .properties(Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "prices-" + hostName))
                .keySerializer(new StringSerializer())
                .valueSerializer(new StringSerializer())
                .maxHeldBytes(256 * 1024 * 1024)
                .build();
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "group.id", "prices",
                        "auto.offset.reset", "earliest",
                        "isolation.level", "read_committed")) // if the input is written in transactions too
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .transactions(transactions)
                .build();
        return Burrow.<String, String>builder()
                .source(source)
                .config(c -> c.concurrency(1_000).commitInterval(Duration.ofMillis(200)))
                .asyncHandler(transactions.asyncHandler((message, outputs) -> lookUp.apply(message.value())
                        .thenAccept(price -> outputs.send(new ProducerRecord<>("prices", message.key(), price)))))
                .build();
        // [prices]
    }
}
