package io.burrow.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs {@link OutboxRelay} from a database to a topic, twice. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class OutboxRelayIT {
    private static final String URL = "jdbc:h2:mem:outbox;MODE=PostgreSQL;DB_CLOSE_DELAY=-1";
    private static final int ROWS = 600;
    private static final int KEYS = 13;

    private final EmbeddedKafka kafka;

    OutboxRelayIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void rowsOfCommittedTransactions_areSentInTheOrderOfTheirKeys_andNotAgainAfterARestart() throws Exception {
        kafka.createTopic("events", 3);
        try (Connection database = DriverManager.getConnection(URL)) {
            Outbox.createTables(database);
            Outbox.createTopic(database, "service-events", 2);
            database.setAutoCommit(false);

            add(database, 0, ROWS / 2);
            relayUntil(ROWS / 2);
            add(database, ROWS / 2, ROWS);
            relayUntil(ROWS);
        }

        List<ConsumerRecord<String, String>> sent = Topics.committed(kafka, "events");
        assertThat(sent)
                .extracting(record -> Topics.header(record, "outbox-position"))
                .hasSize(ROWS)
                .doesNotHaveDuplicates()
                .allMatch(position -> position.startsWith("service-events-"));
        assertThat(byKey(sent))
                .hasSize(KEYS)
                .allSatisfy((key, values) -> assertThat(values).isSorted());
    }

    /** Adds rows, each in a transaction; every seventh is tried before in one that is rolled back. */
    private static void add(Connection database, int from, int to) throws SQLException {
        for (int i = from; i < to; i++) {
            if (i % 7 == 0) {
                Outbox.add(database, "service-events", i % KEYS % 2, "key-" + i % KEYS, "never");
                database.rollback();
            }
            Outbox.add(database, "service-events", i % KEYS % 2, "key-" + i % KEYS, "%05d".formatted(i));
            database.commit();
        }
    }

    private void relayUntil(int rows) {
        try (OutboxRelay relay = new OutboxRelay(
                () -> DriverManager.getConnection(URL), "service-events", kafka.bootstrapServers(), "events")) {
            relay.start();
            Await.until(
                    rows + " records",
                    Topics.LIMIT,
                    () -> kafka.endOffsets("events").values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum()
                            >= rows);
        }
    }

    private static Map<String, List<String>> byKey(List<ConsumerRecord<String, String>> records) {
        Map<String, List<String>> values = new TreeMap<>();
        records.forEach(record ->
                values.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(record.value()));
        return values;
    }
}
