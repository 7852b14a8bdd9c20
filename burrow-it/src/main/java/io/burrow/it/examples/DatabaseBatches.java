package io.burrow.it.examples;

import io.burrow.api.Message;
import io.burrow.api.Outcome;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to a table, some hundreds in one transaction. The value of a record is {@code payment id;cents}, its
 * key the account.
 *
 * <p>Safe under redelivery: the payment's id is the primary key, and what is there already is left alone. So a batch
 * whose commit was carried out although its answer was lost, a record that comes again after a crash, and one that its
 * producer sent twice, all leave one row. Where records have no identity of their own, take topic, partition and offset
 * as the key: that covers the first two.
 *
 * <p>A value that is no payment fails by itself, for good, and goes to the dead letters; the rest of its batch is
 * written. If the transaction fails, each of its records is tried again in a batch of one, so a row that the database
 * refuses holds up no other.
 */
public final class DatabaseBatches {
    /** The table; the statements are PostgreSQL's. */
    public static final String TABLE =
            "CREATE TABLE payments (id VARCHAR(100) PRIMARY KEY, account VARCHAR(100) NOT NULL, cents BIGINT NOT NULL)";

    private static final String INSERT =
            "INSERT INTO payments (id, account, cents) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";

    private final Connections connections;

    /** Opens connections: a pool's {@code getConnection}, in a real program. */
    @FunctionalInterface
    public interface Connections {
        /**
         * Opens one, which the caller closes.
         *
         * @return the connection
         * @throws SQLException if there is none
         */
        Connection open() throws SQLException;
    }

    private DatabaseBatches(Connections connections) {
        this.connections = connections;
    }

    /**
     * Runs until the process is asked to end.
     *
     * @param args bootstrap servers, the topic, the topic of dead letters, a JDBC address with user and password
     */
    public static void main(String[] args) {
        Burrow<String, String> burrow =
                writes(args[0], "payments", args[1], args[2], () -> DriverManager.getConnection(args[3]));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> burrow.close(Duration.ofSeconds(30))));
        burrow.start();
    }

    /**
     * Describes it all.
     *
     * @param bootstrapServers where the brokers are
     * @param group the consumer group
     * @param topic what to read
     * @param deadLetters the topic for what is no payment
     * @param connections the database
     * @return a Burrow to start
     */
    public static Burrow<String, String> writes(
            String bootstrapServers, String group, String topic, String deadLetters, Connections connections) {
        return Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(Map.of(
                                "bootstrap.servers", bootstrapServers,
                                "group.id", group,
                                "auto.offset.reset", "earliest"))
                        .topics(topic)
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .build())
                .deadLetters(KafkaDeadLetters.<String, String>builder()
                        .properties(Map.of("bootstrap.servers", bootstrapServers))
                        .topic(deadLetters)
                        .build())
                .config(c -> c.concurrency(4) // batches at once, and so connections
                        .maxBatchRecords(500)
                        .batchLinger(Duration.ofMillis(20))
                        .retryPolicy(RetryPolicy.within(Duration.ofMinutes(10)))
                        .backoff(BackoffStrategy.fullJitter(Duration.ofMillis(200), Duration.ofSeconds(20))))
                .batchHandler(new DatabaseBatches(connections)::write)
                .build();
    }

    private List<Outcome> write(List<? extends Message<String, String>> messages) throws SQLException {
        List<Outcome> outcomes = new ArrayList<>(messages.size());
        try (Connection connection = connections.open();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            connection.setAutoCommit(false);
            try {
                for (Message<String, String> message : messages) {
                    outcomes.add(add(message.key(), message.value(), insert));
                }
                insert.executeBatch();
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        }
        return outcomes;
    }

    private static Outcome add(@Nullable String account, @Nullable String value, PreparedStatement insert)
            throws SQLException {
        String[] parts = value == null ? new String[0] : value.split(";", -1);
        if (account == null || parts.length != 2 || !parts[1].matches("-?\\d{1,18}")) {
            return Outcome.failure(new TerminalException("not a payment"));
        }
        insert.setString(1, parts[0]);
        insert.setString(2, account);
        insert.setLong(3, Long.parseLong(parts[1]));
        insert.addBatch();
        return Outcome.success();
    }
}
