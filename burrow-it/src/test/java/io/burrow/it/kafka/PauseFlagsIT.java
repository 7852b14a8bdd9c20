package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The client forgets what is paused of what a rebalance takes away: with an eager assignor of everything, otherwise of
 * what moves.
 */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class PauseFlagsIT {
    private static final Duration SHORT = Duration.ofMillis(100);

    private final EmbeddedKafka kafka;

    PauseFlagsIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** One partition is not wanted, by the engine, which says so whenever it is given it. */
    @ParameterizedTest
    @EnumSource
    void rebalance_whatIsPaused_isPausedInTheClientAnew_andNotFetched(GroupProtocol protocol) {
        AtomicReference<Consumer<byte[], byte[]>> made = new AtomicReference<>();
        try (Scene scene = Scene.on(kafka, protocol, 1);
                PolledSource source = new PolledSource(scene.source().consumerFactory(properties -> {
                    made.set(new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
                    return Objects.requireNonNull(made.get());
                }))) {
            TopicPartition unwanted = new TopicPartition(scene.topic(), 0);
            source.onAssigned = partitions -> source.source().pause(List.of(unwanted));
            source.open();
            source.awaitOwned(2);
            Consumer<byte[], byte[]> client = Objects.requireNonNull(made.get());
            assertThat(client.paused()).as("at first").containsExactly(scene.partition(0));

            comeAndGo(scene, () -> {
                source.poll();
                return source.owned.size();
            });
            scene.produceNumbered(0, 1);
            scene.produceNumbered(1, 1);
            Await.until("the record that is wanted", Scene.LIMIT, () -> {
                source.poll();
                return source.records.contains("1@0");
            });

            assertThat(client.paused()).as("after the rebalances").containsExactly(scene.partition(0));
            assertThat(source.records).containsExactly("1@0");
            source.source().resume(List.of(unwanted));
            Await.until("the other record", Scene.LIMIT, () -> {
                source.poll();
                return source.records.contains("0@0");
            });
            assertThat(client.paused()).isEmpty();
        }
    }

    /** A real consumer that counts what it is asked for and what comes. */
    private static final class Counted extends KafkaConsumer<byte[], byte[]> {
        final AtomicInteger polls = new AtomicInteger();
        final AtomicInteger records = new AtomicInteger();

        Counted(Map<String, Object> properties) {
            super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> fetched = super.poll(timeout);
            records.addAndGet(fetched.count());
            polls.incrementAndGet();
            return fetched;
        }
    }

    /** The poll in which partitions come may bring records of them: so they are paused before it goes on. */
    @ParameterizedTest
    @EnumSource
    void rebalanceWhileTheUserPauses_nothingIsFetched(GroupProtocol protocol) {
        AtomicReference<Counted> made = new AtomicReference<>();
        AtomicInteger handled = new AtomicInteger();
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            Burrow<String, String> burrow =
                    scene.start(Scene.burrow(scene.source().consumerFactory(properties -> {
                                made.set(new Counted(properties));
                                return Objects.requireNonNull(made.get());
                            }))
                            // long enough for a fetch in the same poll
                            .config(config -> config.pollTimeout(Duration.ofSeconds(1)))
                            .handler(message -> handled.incrementAndGet()));
            scene.awaitCommitted(0, 0);
            scene.awaitCommitted(1, 0);
            Scene.stopFetching(burrow);
            scene.produceNumbered(0, 1);
            scene.produceNumbered(1, 1);

            Counted client = Objects.requireNonNull(made.get());
            comeAndGo(scene, () -> burrow.stats().partitions().size());
            int polls = client.polls.get();
            Await.until("the end of the poll, and another one", Scene.LIMIT, () -> client.polls.get() >= polls + 2);

            assertThat(client.records).as("records that were fetched").hasValue(0);
            assertThat(handled).hasValue(0);
            burrow.resume();
            scene.awaitAllCommitted();
            assertThat(handled).hasValue(2);
        }
    }

    /** Another member comes, has a partition, and goes: both are with the first one then. */
    private static void comeAndGo(Scene scene, IntSupplier owned) {
        try (KafkaConsumer<byte[], byte[]> other = new KafkaConsumer<>(
                scene.consumerProperties(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            other.subscribe(Set.of(scene.topic()));
            Await.until("a partition with each", Scene.LIMIT, () -> {
                other.poll(SHORT);
                return owned.getAsInt() == 1 && other.assignment().size() == 1;
            });
        }
        Await.until("both with the first", Scene.LIMIT, () -> owned.getAsInt() == 2);
    }
}
