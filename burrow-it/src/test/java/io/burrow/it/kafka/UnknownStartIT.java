package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.BrokerProcess;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The broker is silent just when a partition is handed over, and nobody knows where it starts. */
@Timeout(180)
class UnknownStartIT {
    /** A callback asks for a small part of it. */
    private static final int POLL_INTERVAL_MILLIS = 16_000;

    private static final int RECORDS = 10;
    private static final int COMMITTED = 3;

    /** A real consumer whose broker is frozen while it tells of its first partitions. */
    private static final class Frozen extends KafkaConsumer<byte[], byte[]> {
        private final BrokerProcess broker;
        private final AtomicReference<PolledSource> source;
        /** What was paused in the client when the callback was over, or null before. */
        final AtomicReference<Set<org.apache.kafka.common.TopicPartition>> paused = new AtomicReference<>();
        /** How much the engine had been told of by then. */
        volatile int told = -1;

        Frozen(Map<String, Object> properties, BrokerProcess broker, AtomicReference<PolledSource> source) {
            super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            this.broker = broker;
            this.source = source;
        }

        @Override
        public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
            super.subscribe(topics, new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsAssigned(Collection<org.apache.kafka.common.TopicPartition> partitions) {
                    if (partitions.isEmpty() || told >= 0) {
                        listener.onPartitionsAssigned(partitions);
                        return;
                    }
                    broker.pause();
                    try {
                        listener.onPartitionsAssigned(partitions);
                        paused.set(paused());
                        told = Objects.requireNonNull(source.get()).events.size();
                    } finally {
                        broker.resume();
                    }
                }

                @Override
                public void onPartitionsRevoked(Collection<org.apache.kafka.common.TopicPartition> partitions) {
                    listener.onPartitionsRevoked(partitions);
                }

                @Override
                public void onPartitionsLost(Collection<org.apache.kafka.common.TopicPartition> partitions) {
                    listener.onPartitionsLost(partitions);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void brokerSilentDuringTheCallback_nothingIsFetchedBeforeTheStartIsKnown_andNothingIsSkipped(GroupProtocol protocol)
            throws Exception {
        try (BrokerProcess broker = BrokerProcess.builder()
                        // the member stays one while the broker does not hear of it
                        .property("group.consumer.session.timeout.ms", "45000")
                        .start();
                Scene scene = Scene.on(broker, protocol, 0)) {
            scene.produceNumbered(0, RECORDS);
            broker.admin()
                    .alterConsumerGroupOffsets(
                            scene.group(),
                            Map.of(scene.partition(0), new OffsetAndMetadata(COMMITTED, "what is finished")))
                    .all()
                    .get();
            AtomicReference<Frozen> made = new AtomicReference<>();
            AtomicReference<PolledSource> told = new AtomicReference<>();
            try (PolledSource source = new PolledSource(scene.source(
                            scene.consumerProperties(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, POLL_INTERVAL_MILLIS))
                    .consumerFactory(properties -> {
                        made.set(new Frozen(properties, broker, told));
                        return Objects.requireNonNull(made.get());
                    }))) {
                told.set(source);
                source.open();

                Await.until("the records", Scene.LIMIT, () -> {
                    source.poll();
                    return source.records.size() >= RECORDS - COMMITTED;
                });

                Frozen client = Objects.requireNonNull(made.get());
                assertThat(client.paused.get())
                        .as("paused while nothing is known")
                        .containsExactly(scene.partition(0));
                assertThat(client.told).as("events by then").isZero();
                assertThat(source.events).containsExactly("assigned [0]");
                assertThat(source.starts)
                        .containsExactly(new AssignedPartition(
                                new TopicPartition(scene.topic(), 0),
                                COMMITTED,
                                new CommitPoint(COMMITTED, -1, "what is finished")));
                assertThat(source.records).containsExactlyElementsOf(offsets());
                assertThat(client.paused()).isEmpty();
            }
        }
    }

    private static List<String> offsets() {
        return IntStream.range(COMMITTED, RECORDS)
                .mapToObj(offset -> "0@" + offset)
                .toList();
    }
}
