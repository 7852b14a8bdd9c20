package io.burrow.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs {@link DatabaseBatches} on a database whose answers to the first commits are lost, and then once more. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class DatabaseBatchesIT {
    private static final String URL = "jdbc:h2:mem:payments;MODE=PostgreSQL;DB_CLOSE_DELAY=-1";
    private static final int PAYMENTS = 2_000;

    private final EmbeddedKafka kafka;
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger answersToLose = new AtomicInteger(3);

    DatabaseBatchesIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void paymentsThatComeAgain_areThereOnce() throws Exception {
        kafka.createTopic("payments", 3);
        kafka.createTopic("payments-dead", 1);
        produce();
        try (Connection connection = DriverManager.getConnection(URL);
                Statement statement = connection.createStatement()) {
            statement.execute(DatabaseBatches.TABLE);

            run("payments");
            assertThat(answersToLose).as("answers not lost yet").hasValueLessThanOrEqualTo(0);
            assertEachOnce(statement);

            commits.set(0);
            run("payments-once-more"); // another group, from the beginning
            assertThat(commits).as("some hundreds at once").hasValueLessThan(PAYMENTS / 10);
            assertEachOnce(statement);
        }
        assertThat(Topics.committedValues(kafka, "payments-dead"))
                .as("of both runs")
                .containsExactly("no payment", "no payment");
    }

    private void produce() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < PAYMENTS; i++) {
            records.add(Topics.record("payments", "account-" + i % 40, "payment-" + i + ";" + i));
        }
        records.add(Topics.record("payments", "account-1", "no payment"));
        records.add(Topics.record("payments", "account-7", "payment-7;7")); // its producer sent it twice
        kafka.produce("payments", records);
    }

    private void run(String group) {
        try (Burrow<String, String> burrow =
                DatabaseBatches.writes(kafka.bootstrapServers(), group, "payments", "payments-dead", this::open)) {
            burrow.start();
            Await.until("all written", Topics.LIMIT, () -> burrow.stats().processed() == PAYMENTS + 1);
            Await.until("the rest exhausted", Topics.LIMIT, () -> burrow.stats().deadLettered() == 1);
        }
    }

    private static void assertEachOnce(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT COUNT(*), COUNT(DISTINCT id), SUM(cents) FROM payments")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(PAYMENTS);
            assertThat(row.getInt(2)).isEqualTo(PAYMENTS);
            assertThat(row.getLong(3)).isEqualTo(PAYMENTS * (PAYMENTS - 1L) / 2);
        }
    }

    /** Opens connections that carry out each commit, but say of the first few that they failed. */
    private Connection open() throws SQLException {
        Connection connection = DriverManager.getConnection(URL);
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(connection, arguments);
                        if (method.getName().equals("commit")) {
                            commits.incrementAndGet();
                            if (answersToLose.getAndDecrement() > 0) {
                                throw new SQLException("the connection was closed before the answer came");
                            }
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
