package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyMap;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.PartitionListener;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.ArgumentCaptor;
import org.mockito.InOrder;

/** The calls themselves that a real consumer gets: what is committed, and in which order it ends. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class ConsumerCallsIT {
    private final EmbeddedKafka kafka;

    ConsumerCallsIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void close_commitsWhatIsFinishedWithItsEpoch_thenClosesTheConsumer(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            TopicPartition partition = new TopicPartition(scene.topic(), 0);
            AtomicInteger handled = new AtomicInteger();
            AtomicReference<Consumer<byte[], byte[]>> watched = new AtomicReference<>();
            Burrow<String, String> burrow =
                    scene.start(Scene.burrow(scene.source().consumerFactory(properties -> watch(properties, watched)))
                            // nothing but the first commit and the last one
                            .config(config -> config.commitInterval(Duration.ofMinutes(5)))
                            .handler(message -> handled.incrementAndGet()));
            scene.awaitCommitted(0, 0); // before there is a record: or the first commit may be of all of them
            scene.produceNumbered(0, 7);
            Await.until("all handled", Scene.LIMIT, () -> handled.get() == 7);

            assertThat(burrow.close(Scene.LIMIT).clean()).isTrue();

            Consumer<byte[], byte[]> consumer = watched.get();
            InOrder order = inOrder(consumer);
            order.verify(consumer).subscribe(argThat((List<String> topics) -> topics.contains(scene.topic())), any());
            order.verify(consumer, atLeastOnce()).poll(any());
            order.verify(consumer)
                    .commitSync(
                            argThat((Map<TopicPartition, OffsetAndMetadata> offsets) ->
                                    new OffsetAndMetadata(7, Optional.of(0), "").equals(offsets.get(partition))),
                            any());
            order.verify(consumer).close(any(CloseOptions.class));
            order.verifyNoMoreInteractions();
            verify(consumer, never()).commitAsync(anyMap(), any());
            assertThat(scene.committed(0)).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void close_membershipKept_tellsTheConsumerSo(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            AtomicReference<Consumer<byte[], byte[]>> watched = new AtomicReference<>();
            Burrow<String, String> burrow = scene.start(Scene.burrow(scene.source()
                            .groupMembershipOnClose(GroupMembershipOperation.REMAIN_IN_GROUP)
                            .consumerFactory(properties -> watch(properties, watched)))
                    .handler(message -> {}));
            scene.awaitCommitted(0, 0);

            burrow.close();

            ArgumentCaptor<CloseOptions> options = ArgumentCaptor.captor();
            verify(watched.get()).close(options.capture());
            assertThat(options.getValue().groupMembershipOperation())
                    .isEqualTo(GroupMembershipOperation.REMAIN_IN_GROUP);
        }
    }

    /** Whatever the client makes of an interrupt: it is none of its business. */
    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void close_interrupted_leavesTheGroupAllTheSame_andKeepsTheInterrupt(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 0)) {
            AtomicInteger assigned = new AtomicInteger();
            KafkaSource<String, String> source = scene.source().build();
            source.open(new Counting(assigned));
            Await.until("the assignment", Scene.LIMIT, () -> {
                source.poll(Duration.ofMillis(100), (partition, records, end) -> {});
                return assigned.get() == 1;
            });
            assertThat(scene.members()).isEqualTo(1);

            Thread.currentThread().interrupt();
            source.close(Scene.LIMIT);

            assertThat(Thread.interrupted()).isTrue();
            Await.until("no member", Scene.LIMIT, () -> scene.members() == 0);
        }
    }

    /** Counts what is assigned. */
    private record Counting(AtomicInteger assigned) implements PartitionListener {
        @Override
        public void assigned(Collection<AssignedPartition> partitions) {
            assigned.addAndGet(partitions.size());
        }

        @Override
        public void revoked(Collection<io.burrow.api.TopicPartition> partitions) {}

        @Override
        public void lost(Collection<io.burrow.api.TopicPartition> partitions) {}

        @Override
        public void reset(io.burrow.api.TopicPartition partition, long position) {}
    }

    /** A real consumer that remembers what was called. */
    @SuppressWarnings("unchecked")
    private static Consumer<byte[], byte[]> watch(
            Map<String, Object> properties, AtomicReference<Consumer<byte[], byte[]>> into) {
        Consumer<byte[], byte[]> real =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Consumer<byte[], byte[]> watched = mock(Consumer.class, delegatesTo(real));
        into.set(watched);
        return watched;
    }
}
