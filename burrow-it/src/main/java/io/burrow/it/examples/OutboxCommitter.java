package io.burrow.it.examples;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the commit points of a reader in a table, all points of a commit in one transaction. A failure is a result and
 * no exception: Burrow tries again.
 */
final class OutboxCommitter implements OffsetCommitter {
    static final int METADATA_LIMIT = 8_000;

    private final Connection connection;
    private final String reader;
    private final Set<TopicPartition> assigned;

    /** Makes a committer. The set is a view of what may be committed now. */
    OutboxCommitter(Connection connection, String reader, Set<TopicPartition> assigned) {
        this.connection = connection;
        this.reader = reader;
        this.assigned = assigned;
    }

    /** What a reader has committed, or null. */
    static @Nullable CommitPoint read(Connection connection, String reader, TopicPartition partition)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT pos, epoch, metadata FROM outbox_commits WHERE reader = ? AND topic = ? AND part = ?")) {
            select.setString(1, reader);
            select.setString(2, partition.topic());
            select.setInt(3, partition.partition());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? new CommitPoint(row.getLong(1), row.getInt(2), row.getString(3)) : null;
            }
        }
    }

    @Override
    public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
        Map<TopicPartition, CommitOutcome> outcomes = new HashMap<>();
        try {
            connection.setAutoCommit(false);
            try {
                for (Map.Entry<TopicPartition, CommitPoint> each : points.entrySet()) {
                    outcomes.put(each.getKey(), store(each.getKey(), each.getValue()));
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
            return new CommitResult(outcomes, null);
        } catch (SQLException e) {
            return CommitResult.all(points.keySet(), CommitOutcome.RETRY, e);
        }
    }

    private CommitOutcome store(TopicPartition partition, CommitPoint point) throws SQLException {
        if (!assigned.contains(partition)) {
            return CommitOutcome.NOT_OWNED;
        }
        if (point.metadata().length() > METADATA_LIMIT) {
            return CommitOutcome.REJECTED;
        }
        if (!write(
                "UPDATE outbox_commits SET pos = ?, epoch = ?, metadata = ? WHERE reader = ? AND topic = ? AND part = ?",
                partition,
                point)) {
            write(
                    "INSERT INTO outbox_commits (pos, epoch, metadata, reader, topic, part) VALUES (?, ?, ?, ?, ?, ?)",
                    partition,
                    point);
        }
        return CommitOutcome.COMMITTED;
    }

    private boolean write(String sql, TopicPartition partition, CommitPoint point) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, point.offset());
            statement.setInt(2, point.leaderEpoch());
            statement.setString(3, point.metadata());
            statement.setString(4, reader);
            statement.setString(5, partition.topic());
            statement.setInt(6, partition.partition());
            return statement.executeUpdate() > 0;
        }
    }

    @Override
    public int metadataLimit() {
        return METADATA_LIMIT;
    }
}
