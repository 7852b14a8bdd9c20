package io.burrow.it.examples;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A source of one's own: reads the rows of an {@link Outbox} as records, and keeps commit points in its database. All
 * but {@link #wakeup} is called by Burrow's loop alone, so one connection serves for everything and there is one lock,
 * for the wait.
 *
 * <p>There is no group: one process reads a topic for one reader name. Where two could be started, let {@code open}
 * take a lock of the database (PostgreSQL: {@code pg_advisory_lock}). A database that fails stops Burrow with
 * {@link ErrorCode#SOURCE_FAILED}; a restart goes on at what was committed.
 *
 * <p>{@code MessageSourceContract} says what Burrow expects of a source; the test of this one runs it.
 */
public final class OutboxSource implements MessageSource<String, String> {
    private static final int MOST_ROWS = 500;
    private static final long LOOK_AGAIN_MILLIS = 20;

    private final DatabaseBatches.Connections connections;
    private final String reader;
    private final String topic;

    /** The next position to read of each assigned partition. */
    private final Map<TopicPartition, Long> positions = new TreeMap<>();

    private final Set<TopicPartition> paused = new HashSet<>();
    private @Nullable Opened opened;
    private boolean closed;

    private final Object bell = new Object();
    private boolean rung; // guarded by bell; stays until a poll has seen it

    private record Opened(Connection connection, PartitionListener listener, OutboxCommitter committer) {}

    /** A row, as the handler sees it. */
    private record Row(
            String topic,
            int partition,
            long offset,
            @Nullable String key,
            @Nullable String value) implements Message<String, String> {
        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset;
        }

        SourceRecord<String, String> asRecord() {
            return SourceRecord.of(this, 2 * (length(key) + length(value)));
        }

        private static int length(@Nullable String text) {
            return text == null ? 0 : text.length();
        }
    }

    /**
     * Makes a source.
     *
     * @param connections the database
     * @param reader whose commit points count, as a consumer group's do
     * @param topic the topic
     */
    public OutboxSource(DatabaseBatches.Connections connections, String reader, String topic) {
        this.connections = connections;
        this.reader = reader;
        this.topic = topic;
    }

    @Override
    public void open(PartitionListener listener) {
        if (opened != null) {
            throw new BurrowException(ErrorCode.ALREADY_STARTED, "this source was opened before");
        }
        try {
            Connection connection = connections.open();
            opened = new Opened(connection, listener, new OutboxCommitter(connection, reader, positions.keySet()));
            if (partitions(connection).isEmpty()) {
                throw new BurrowException(ErrorCode.TOPIC_MISSING, "the outbox has no topic " + topic);
            }
        } catch (SQLException e) {
            throw new BurrowException(ErrorCode.SOURCE_FAILED, "cannot open the outbox", e);
        }
    }

    @Override
    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
        Opened now = opened;
        if (now == null || closed) {
            throw new BurrowException(ErrorCode.NOT_STARTED, "this source is not open");
        }
        long end = System.nanoTime() + timeout.toNanos();
        try {
            boolean news = assign(now) || read(now.connection, receiver);
            while (!news && await(end)) {
                news = read(now.connection, receiver);
            }
        } catch (SQLException e) {
            throw new BurrowException(ErrorCode.SOURCE_FAILED, "cannot read the outbox", e);
        } finally {
            silence();
        }
    }

    /** Takes all partitions, in the first poll. Returns whether this was that. */
    private boolean assign(Opened now) throws SQLException {
        if (!positions.isEmpty()) {
            return false;
        }
        List<AssignedPartition> found = new ArrayList<>();
        for (TopicPartition partition : partitions(now.connection)) {
            CommitPoint committed = OutboxCommitter.read(now.connection, reader, partition);
            long position = committed == null ? 0 : committed.offset();
            positions.put(partition, position);
            found.add(new AssignedPartition(partition, position, committed));
        }
        now.listener.assigned(found);
        return true;
    }

    private List<TopicPartition> partitions(Connection connection) throws SQLException {
        List<TopicPartition> found = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT part FROM outbox_partitions WHERE topic = ? ORDER BY part")) {
            select.setString(1, topic);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new TopicPartition(topic, rows.getInt(1)));
                }
            }
        }
        return found;
    }

    /** Hands over what is there. Returns whether there was anything. */
    private boolean read(Connection connection, RecordReceiver<String, String> receiver) throws SQLException {
        boolean news = false;
        for (TopicPartition partition : List.copyOf(positions.keySet())) {
            if (!paused.contains(partition)) {
                List<SourceRecord<String, String>> records = rows(connection, partition);
                if (!records.isEmpty()) {
                    long next = records.get(records.size() - 1).offset() + 1;
                    positions.put(partition, next);
                    receiver.receive(partition, records.iterator(), next);
                    news = true;
                }
            }
        }
        return news;
    }

    private List<SourceRecord<String, String>> rows(Connection connection, TopicPartition partition)
            throws SQLException {
        List<SourceRecord<String, String>> records = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT pos, k, v FROM outbox WHERE topic = ? AND part = ? AND pos >= ? ORDER BY pos LIMIT ?")) {
            select.setString(1, topic);
            select.setInt(2, partition.partition());
            select.setLong(3, positions.get(partition));
            select.setInt(4, MOST_ROWS);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    records.add(
                            new Row(topic, partition.partition(), rows.getLong(1), rows.getString(2), rows.getString(3))
                                    .asRecord());
                }
            }
        }
        return records;
    }

    /** Waits until it is worth to look again. Returns false if the time is up or somebody rang. */
    private boolean await(long endNanos) {
        synchronized (bell) {
            long left = (endNanos - System.nanoTime()) / 1_000_000;
            if (rung || left <= 0) {
                return false;
            }
            try {
                bell.wait(Math.min(left, LOOK_AGAIN_MILLIS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            return !rung;
        }
    }

    private void silence() {
        synchronized (bell) {
            rung = false;
        }
    }

    @Override
    public void wakeup() {
        synchronized (bell) {
            rung = true;
            bell.notifyAll();
        }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        partitions.stream().filter(positions::containsKey).forEach(paused::add);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        partitions.forEach(paused::remove);
    }

    /** Nobody takes partitions away from who does not poll. */
    @Override
    public Duration maxPollInterval() {
        return Duration.ofDays(1);
    }

    @Override
    public OffsetCommitter committer() {
        Opened now = opened;
        if (now == null) {
            throw new BurrowException(ErrorCode.NOT_STARTED, "this source is not open");
        }
        return now.committer;
    }

    @Override
    public void close(Duration timeout) {
        Opened now = opened;
        if (closed || now == null) {
            return;
        }
        closed = true;
        if (!positions.isEmpty()) {
            now.listener.revoked(List.copyOf(positions.keySet())); // the last commit is made within
            positions.clear();
        }
        try {
            now.connection.close();
        } catch (SQLException e) {
            throw new BurrowException(ErrorCode.SOURCE_FAILED, "cannot close the outbox", e);
        }
    }
}
