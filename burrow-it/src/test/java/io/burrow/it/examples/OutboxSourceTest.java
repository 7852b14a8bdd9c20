package io.burrow.it.examples;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.testing.MessageSourceContract;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Holds {@link OutboxSource} to what Burrow expects of a source: all of the test that a source of one's own needs. */
class OutboxSourceTest {
    private static final String URL = "jdbc:h2:mem:contract;MODE=PostgreSQL";

    @SuppressWarnings("NullAway") // set before the first test
    private static Connection database; // open, since the database ends with its last connection

    @BeforeAll
    static void createTables() throws SQLException {
        database = DriverManager.getConnection(URL);
        Outbox.createTables(database);
    }

    @AfterAll
    static void close() throws SQLException {
        database.close();
    }

    @TestFactory
    Stream<DynamicTest> outboxSource_keepsTheContract() {
        return MessageSourceContract.cases(new OutboxHarness()).stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    private static final class OutboxHarness implements MessageSourceContract.Harness {
        private int topics;

        @Override
        public String createTopic(int partitions) throws SQLException {
            String topic = "topic-" + ++topics;
            Outbox.createTopic(database, topic, partitions);
            return topic;
        }

        @Override
        public long produce(String topic, int partition, @Nullable String key, @Nullable String value)
                throws SQLException {
            return Outbox.add(database, topic, partition, key, value);
        }

        @Override
        public MessageSource<String, String> source(String group, String topic) {
            return new OutboxSource(() -> DriverManager.getConnection(URL), group, topic);
        }

        @Override
        public @Nullable CommitPoint committed(String group, TopicPartition partition) throws SQLException {
            return OutboxCommitter.read(database, group, partition);
        }

        @Override
        public Duration pollTimeout() {
            return Duration.ofMillis(30);
        }
    }
}
