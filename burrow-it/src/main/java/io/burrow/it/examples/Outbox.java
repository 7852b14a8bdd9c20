package io.burrow.it.examples;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables of an outbox: what a service wants to tell others is written in the same database transaction as what it
 * did, and sent from there later. Many services know such a table; here it is partitioned like a topic, so that
 * {@link OutboxSource} can read it.
 *
 * <p>A position is taken from the partition's counter within the caller's transaction. The row of the counter stays
 * locked until that ends, so positions become visible in their order. With a sequence they would not: the reader could
 * pass over a row that is committed late.
 */
public final class Outbox {
    private static final List<String> TABLES = List.of(
            "CREATE TABLE outbox_partitions (topic VARCHAR(200), part INT, next_pos BIGINT NOT NULL,"
                    + " PRIMARY KEY (topic, part))",
            "CREATE TABLE outbox (topic VARCHAR(200), part INT, pos BIGINT, k VARCHAR(1000), v VARCHAR(100000),"
                    + " PRIMARY KEY (topic, part, pos))",
            "CREATE TABLE outbox_commits (reader VARCHAR(200), topic VARCHAR(200), part INT, pos BIGINT NOT NULL,"
                    + " epoch INT NOT NULL, metadata VARCHAR(" + OutboxCommitter.METADATA_LIMIT + ") NOT NULL,"
                    + " PRIMARY KEY (reader, topic, part))");

    private Outbox() {}

    /**
     * Makes the tables.
     *
     * @param connection the database
     * @throws SQLException if it cannot
     */
    public static void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute(table);
            }
        }
    }

    /**
     * Makes a topic.
     *
     * @param connection the database
     * @param topic its name
     * @param partitions how many partitions it has
     * @throws SQLException if it cannot
     */
    public static void createTopic(Connection connection, String topic, int partitions) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO outbox_partitions (topic, part, next_pos) VALUES (?, ?, 0)")) {
            for (int partition = 0; partition < partitions; partition++) {
                insert.setString(1, topic);
                insert.setInt(2, partition);
                insert.executeUpdate();
            }
        }
    }

    /**
     * Adds a row, in the caller's transaction.
     *
     * @param transaction a connection without auto-commit
     * @param topic the topic
     * @param partition the partition
     * @param key the key, or null
     * @param value the value, or null
     * @return its position
     * @throws SQLException if it cannot; the caller rolls back
     */
    public static long add(
            Connection transaction, String topic, int partition, @Nullable String key, @Nullable String value)
            throws SQLException {
        long position;
        try (PreparedStatement take = transaction.prepareStatement(
                        "UPDATE outbox_partitions SET next_pos = next_pos + 1 WHERE topic = ? AND part = ?");
                PreparedStatement look = transaction.prepareStatement(
                        "SELECT next_pos - 1 FROM outbox_partitions WHERE topic = ? AND part = ?");
                PreparedStatement insert = transaction.prepareStatement(
                        "INSERT INTO outbox (topic, part, pos, k, v) VALUES (?, ?, ?, ?, ?)")) {
            take.setString(1, topic);
            take.setInt(2, partition);
            if (take.executeUpdate() != 1) {
                throw new SQLException("no partition " + topic + "-" + partition);
            }
            look.setString(1, topic);
            look.setInt(2, partition);
            try (ResultSet row = look.executeQuery()) {
                row.next();
                position = row.getLong(1);
            }
            insert.setString(1, topic);
            insert.setInt(2, partition);
            insert.setLong(3, position);
            insert.setString(4, key);
            insert.setString(5, value);
            insert.executeUpdate();
        }
        return position;
    }
}
