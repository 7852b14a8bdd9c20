package io.burrow.it.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Holds docs/migration.md to its example: a plain consumer, and Burrow after it in the same group. */
class MigrationPageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Page page = new Page("docs/migration.md", MigrationExamples.class);
    private final List<String> handled = new CopyOnWriteArrayList<>();

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryLinkLeadsToAFile() throws IOException {
        page.assertShowsItsExamplesWordForWord();
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void burrowGoesOnWhereThePlainConsumerEnded() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("orders", 1);
            produce(kafka, 0, 50);
            Map<String, Object> properties = Map.of(
                    "bootstrap.servers",
                    kafka.bootstrapServers(),
                    "group.id",
                    "mailer",
                    "auto.offset.reset",
                    "earliest");
            MigrationExamples.before(properties, () -> handled.size() < 50, handled::add);
            produce(kafka, 50, 100);
            try (Burrow<String, String> burrow = MigrationExamples.after(properties, handled::add)) {
                Await.until("all handled", LIMIT, () -> burrow.stats().processed() >= 50);
            }
            assertThat(handled).containsExactlyElementsOf(orders(0, 100));
            assertThat(kafka.committed("mailer").values())
                    .singleElement()
                    .satisfies(committed -> assertThat(committed.offset()).isEqualTo(100));
        }
    }

    private static void produce(EmbeddedKafka kafka, int from, int to) {
        kafka.produce(
                "orders",
                orders(from, to).stream()
                        .map(order -> new ProducerRecord<byte[], byte[]>("orders", order.getBytes(UTF_8)))
                        .toList());
    }

    private static List<String> orders(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "order " + i).toList();
    }
}
