package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.PartitionListener;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The broker takes commits from members for what they do not own, and from those that were put out: Burrow does not
 * send them.
 */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class OwnershipIT {
    private static final Duration SHORT = Duration.ofMillis(100);

    private final EmbeddedKafka kafka;

    OwnershipIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** What a source says that it has. */
    private static final class Owned implements PartitionListener {
        final Set<TopicPartition> partitions = new HashSet<>();

        @Override
        public void assigned(Collection<AssignedPartition> added) {
            added.forEach(each -> partitions.add(each.partition()));
        }

        @Override
        public void revoked(Collection<TopicPartition> removed) {
            partitions.removeAll(removed);
        }

        @Override
        public void lost(Collection<TopicPartition> removed) {
            partitions.removeAll(removed);
        }

        @Override
        public void reset(TopicPartition partition, long position) {}
    }

    @ParameterizedTest
    @EnumSource
    void commitForAnothersPartition_theBrokerTakesIt_soItIsNotSent(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1);
                KafkaConsumer<byte[], byte[]> other = new KafkaConsumer<>(
                        scene.consumerProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Owned owned = new Owned();
            KafkaSource<String, String> source = scene.source().build();
            source.open(owned);
            try {
                other.subscribe(Set.of(scene.topic()));
                Await.until("one partition with each", Scene.LIMIT, () -> {
                    source.poll(SHORT, (partition, records, end) -> {});
                    other.poll(SHORT);
                    return owned.partitions.size() == 1 && other.assignment().size() == 1;
                });
                TopicPartition mine = owned.partitions.iterator().next();
                var others = other.assignment().iterator().next();
                other.commitSync(Map.of(others, new OffsetAndMetadata(80)));

                var result = source.committer()
                        .commit(
                                Map.of(
                                        new TopicPartition(others.topic(), others.partition()),
                                        CommitPoint.of(10),
                                        mine,
                                        CommitPoint.of(7)),
                                Scene.LIMIT);

                assertThat(result.outcomes())
                        .containsEntry(mine, CommitOutcome.COMMITTED)
                        .containsEntry(new TopicPartition(others.topic(), others.partition()), CommitOutcome.NOT_OWNED);
                assertThat(scene.committed(others.partition())).isEqualTo(80);
                assertThat(scene.committed(mine.partition())).isEqualTo(7);

                // and this is why: nobody else would have refused it
                other.commitSync(Map.of(
                        new org.apache.kafka.common.TopicPartition(mine.topic(), mine.partition()),
                        new OffsetAndMetadata(3)));
                assertThat(scene.committed(mine.partition())).isEqualTo(3);
            } finally {
                source.close(Scene.LIMIT);
            }
        }
    }

    /** It was put out for not polling, its group is empty, and the broker would take an older offset from it. */
    @Test
    void commitAfterThePollIntervalOfAnEmptyGroup_isNotSentBeforeTheNextPoll() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            Owned owned = new Owned();
            KafkaSource<String, String> source = scene.source(
                            scene.consumerProperties(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 1_000))
                    .build();
            source.open(owned);
            try {
                Await.until("the assignment", Scene.LIMIT, () -> {
                    source.poll(SHORT, (partition, records, end) -> {});
                    return owned.partitions.size() == 2;
                });
                TopicPartition partition = new TopicPartition(scene.topic(), 0);
                source.committer().commit(Map.of(partition, CommitPoint.of(9)), Scene.LIMIT);
                assertThat(scene.committed(0)).isEqualTo(9);
                Await.until("the group to be empty", Scene.LIMIT, () -> scene.members() == 0);

                var result = source.committer().commit(Map.of(partition, CommitPoint.of(3)), Scene.LIMIT);

                assertThat(scene.committed(0)).isEqualTo(9);
                assertThat(result.outcomes()).containsEntry(partition, CommitOutcome.RETRY);
            } finally {
                source.close(Scene.LIMIT);
            }
        }
    }
}
