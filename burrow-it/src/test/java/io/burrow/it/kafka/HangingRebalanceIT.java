package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A rebalance that does not end, because one member does not poll. With the cooperative assignor the others keep their
 * partitions meanwhile and go on, but the client commits nothing until it is over.
 */
@ExtendWith(SharedKafka.class)
@Timeout(180)
class HangingRebalanceIT {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int PARTITIONS = 3;

    private final EmbeddedKafka kafka;

    HangingRebalanceIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** What the member has, and how its commits fared while the group was amid a rebalance. */
    private static final class Told implements BurrowListener {
        final Set<TopicPartition> owned = ConcurrentHashMap.newKeySet();
        final Map<Integer, Long> refused = new ConcurrentHashMap<>();
        final Queue<CommitOutcome> outcomes = new ConcurrentLinkedQueue<>();

        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            owned.addAll(partitions);
        }

        @Override
        public void revoked(Collection<TopicPartition> partitions) {
            owned.removeAll(partitions);
        }

        @Override
        public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
            if (result.cause() instanceof RebalanceInProgressException) {
                points.forEach((partition, point) -> {
                    outcomes.add(result.outcome(partition));
                    refused.merge(partition.partition(), point.offset(), Math::max);
                });
            }
        }
    }

    @Test
    void rebalanceDoesNotEnd_workGoesOn_andItsCommitsAreMadeAgainUntilItDoes() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CLASSIC_COOPERATIVE, PARTITIONS - 1)) {
            Told told = new Told();
            Burrow<String, String> burrow =
                    scene.start(scene.burrow().listener(told).handler(message -> {}));
            scene.awaitAllCommitted(); // before anybody joins who commits nothing, and may be first at a partition
            try (KafkaConsumer<byte[], byte[]> silent = member(scene);
                    KafkaConsumer<byte[], byte[]> joining = member(scene)) {
                Await.until("a partition with the one that will not poll", Scene.LIMIT, () -> {
                    silent.poll(SHORT);
                    return silent.assignment().size() == 1 && told.owned.size() == PARTITIONS - 1;
                });
                scene.awaitAllCommitted(); // nothing is under way

                Await.until("a commit that is refused", Scene.LIMIT, () -> {
                    joining.poll(SHORT);
                    produceToEach(scene);
                    return !told.refused.isEmpty();
                });
                produceToEach(scene);
                Await.until(
                        "refused commits of all that there is",
                        Scene.LIMIT,
                        () -> told.owned.stream()
                                .allMatch(each -> told.refused.getOrDefault(each.partition(), -1L)
                                        == scene.end(each.partition())));
                assertThat(burrow.state()).isEqualTo(BurrowState.RUNNING);
                assertThat(told.outcomes).as("what they came to").containsOnly(CommitOutcome.RETRY);

                Await.until("a partition with each", Scene.LIMIT, () -> {
                    silent.poll(SHORT);
                    joining.poll(SHORT);
                    return told.owned.size() == 1
                            && silent.assignment().size() == 1
                            && joining.assignment().size() == 1;
                });
            }
            scene.awaitAllCommitted();
            assertThat(burrow.state()).isEqualTo(BurrowState.RUNNING);
            assertThat(burrow.stats().inFlight()).isZero();
        }
    }

    private static void produceToEach(Scene scene) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            scene.produce(partition, "v");
        }
    }

    /** One that handles and commits nothing. */
    private static KafkaConsumer<byte[], byte[]> member(Scene scene) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                scene.consumerProperties(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(Set.of(scene.topic()));
        return consumer;
    }
}
