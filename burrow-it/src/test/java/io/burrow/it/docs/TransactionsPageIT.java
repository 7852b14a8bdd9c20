package io.burrow.it.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** Holds docs/transactions.md to its example, and runs that. */
class TransactionsPageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Page page = new Page("docs/transactions.md", TransactionExamples.class);

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryLinkLeadsToAFile() throws IOException {
        page.assertShowsItsExamplesWordForWord();
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void prices_areWrittenForEachOrder() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("orders", 2);
            kafka.createTopic("prices", 2);
            kafka.produce(
                    "orders",
                    IntStream.range(0, 100)
                            .mapToObj(i -> new ProducerRecord<>("orders", bytes("c" + i % 7), bytes("" + i)))
                            .toList());
            Set<String> seen = new HashSet<>();
            try (Burrow<String, String> burrow = TransactionExamples.prices(
                            kafka.bootstrapServers(),
                            "host",
                            order -> CompletableFuture.supplyAsync(() -> order + " euros"));
                    KafkaConsumer<String, String> reader = new KafkaConsumer<>(
                            Map.of(
                                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    kafka.bootstrapServers(),
                                    ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                    "read_committed"),
                            new StringDeserializer(),
                            new StringDeserializer())) {
                burrow.start();
                reader.assign(kafka.endOffsets("prices").keySet());
                reader.seekToBeginning(reader.assignment());
                Await.until("all prices", LIMIT, () -> {
                    reader.poll(Duration.ofMillis(50)).forEach(record -> seen.add(record.value()));
                    return seen.size() >= 100;
                });
            }
            assertThat(seen).hasSize(100).contains("42 euros");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
