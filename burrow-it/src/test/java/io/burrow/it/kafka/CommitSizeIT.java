package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.PartitionListener;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A broker refuses a commit that is larger than a batch of its offsets topic may be: as a whole. */
@ExtendWith(SharedKafka.class)
@Timeout(180)
class CommitSizeIT {
    private static final int PARTITIONS = 300;
    private static final int TEXT_CHARS = 4096;
    private static final Duration SHORT = Duration.ofMillis(100);

    private final EmbeddedKafka kafka;

    CommitSizeIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** A real consumer that notes how large the requests are that it commits, and what is said of them. */
    private static final class Requests extends KafkaConsumer<byte[], byte[]> {
        final List<Integer> sizes = new ArrayList<>();
        final List<Exception> refused = new ArrayList<>();

        Requests(Map<String, Object> properties) {
            super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public void commitSync(
                Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            sizes.add(offsets.size());
            try {
                super.commitSync(offsets, timeout);
            } catch (RuntimeException e) {
                refused.add(e);
                throw e;
            }
        }

        @Override
        public void commitAsync(
                Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback done) {
            sizes.add(offsets.size());
            super.commitAsync(offsets, (sent, thrown) -> {
                if (thrown != null) {
                    refused.add(thrown);
                }
                done.onComplete(sent, thrown);
            });
        }
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
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void fullTextsOfManyPartitions_goInSeveralRequests_ofWhichNoneIsRefused(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, PARTITIONS - 1)) {
            Owned owned = new Owned();
            AtomicReference<Requests> made = new AtomicReference<>();
            KafkaSource<String, String> source = scene.source()
                    .consumerFactory(properties -> {
                        made.set(new Requests(properties));
                        return made.get();
                    })
                    .build();
            source.open(owned);
            try {
                Await.until("all partitions", Scene.LIMIT, () -> {
                    source.poll(SHORT, (partition, records, end) -> {});
                    return owned.partitions.size() == PARTITIONS;
                });
                Requests requests = made.get();

                CommitResult waited = source.committer().commit(points(scene, 7), Scene.LIMIT);

                assertAllStored(scene, waited, 7);
                assertThat(requests.sizes).hasSizeGreaterThan(1);
                assertThat(requests.refused).isEmpty(); // a refused one is cut as well: too late
                assertThat(requests.sizes.stream().mapToInt(size -> size).sum()).isEqualTo(PARTITIONS);

                requests.sizes.clear();
                AtomicReference<CommitResult> told = new AtomicReference<>();
                source.committer().commitAsync(points(scene, 8), Scene.LIMIT, told::set);
                Await.until("the answer", Scene.LIMIT, () -> {
                    source.poll(SHORT, (partition, records, end) -> {});
                    return told.get() != null;
                });

                assertAllStored(scene, told.get(), 8);
                assertThat(requests.sizes).hasSizeGreaterThan(1);
                assertThat(requests.refused).isEmpty();
            } finally {
                source.close(Scene.LIMIT);
            }
        }
    }

    private static Map<TopicPartition, CommitPoint> points(Scene scene, long offset) {
        Map<TopicPartition, CommitPoint> points = new HashMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            points.put(new TopicPartition(scene.topic(), i), new CommitPoint(offset, -1, text(i, offset)));
        }
        return points;
    }

    /** Another one for each commit, so that one cannot be taken for the other. */
    private static String text(int partition, long offset) {
        String end = partition + "@" + offset;
        return "x".repeat(TEXT_CHARS - end.length()) + end;
    }

    private void assertAllStored(Scene scene, CommitResult result, long offset) {
        assertThat(result.outcomes()).hasSize(PARTITIONS).containsValue(CommitOutcome.COMMITTED);
        assertThat(result.isComplete()).isTrue();
        var committed = kafka.committed(scene.group());
        assertThat(committed).hasSize(PARTITIONS);
        committed.forEach((partition, stored) -> {
            assertThat(stored.offset()).isEqualTo(offset);
            assertThat(stored.metadata()).isEqualTo(text(partition.partition(), offset));
        });
    }
}
