package io.burrow.it.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A fact about Kafka: a commit that got no answer in time may be obeyed after a later, higher one, by the connection
 * that the client has given up. The committed offset goes down although the client sent both in order.
 */
@Timeout(180)
class LateCommitIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** The member stays one while nothing of it comes through, however slow the machine is. */
    private static final Map<String, String> SETTINGS = Map.of("group.consumer.session.timeout.ms", "45000");

    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void commitWithoutAnAnswer_isObeyedAfterALaterOne(String protocol, @TempDir Path directory) {
        try (BrokerCluster cluster = BrokerCluster.start(1, directory, SETTINGS)) {
            cluster.client().createTopic("orders", 1);
            try (Consumer<byte[], byte[]> consumer = member(cluster, protocol)) {
                consumer.subscribe(List.of("orders"));
                Await.until("an assignment", LIMIT, () -> {
                    consumer.poll(Duration.ofMillis(100));
                    return !consumer.assignment().isEmpty();
                });
                commit(consumer, 1, LIMIT);

                cluster.proxy(1).holdPresent();
                assertThatThrownBy(() -> commit(consumer, 5, Duration.ofSeconds(1)))
                        .isInstanceOf(TimeoutException.class);
                // By another connection, once the client has given up the first.
                Await.until(
                        "an answer by another connection",
                        LIMIT,
                        () -> consumer.committed(Set.of(PARTITION), LIMIT).get(PARTITION) != null);
                commit(consumer, 9, LIMIT);
                assertThat(committed(cluster)).isEqualTo(9);

                cluster.proxy(1).deliverLate();

                Await.until("the lower offset", LIMIT, () -> committed(cluster) == 5);
            }
        }
    }

    private static Consumer<byte[], byte[]> member(BrokerCluster cluster, String protocol) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, "shop");
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static void commit(Consumer<byte[], byte[]> consumer, long offset, Duration timeout) {
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(offset)), timeout);
    }

    private static long committed(BrokerCluster cluster) {
        return cluster.client().committed("shop").get(PARTITION).offset();
    }
}
