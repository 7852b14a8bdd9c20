package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.spi.CommitResult;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The client keeps a wakeup for its next call that blocks, and takes an interrupt for one too, whichever call it is.
 */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class WakeupsIT {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONGER_THAN_THE_TEST = Duration.ofMinutes(10);

    private final EmbeddedKafka kafka;

    WakeupsIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** A real consumer that counts, and that can be woken right before a commit or a close. */
    private static final class Woken extends KafkaConsumer<byte[], byte[]> {
        final AtomicInteger commits = new AtomicInteger();
        final AtomicInteger wakeups = new AtomicInteger();
        final AtomicInteger closes = new AtomicInteger();
        volatile boolean wakeBeforeCommit;
        volatile boolean wakeBeforeClose;

        Woken(Map<String, Object> properties) {
            super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            commits.incrementAndGet();
            if (wakeBeforeCommit) {
                wakeBeforeCommit = false;
                super.wakeup();
            }
            super.commitSync(offsets, timeout);
        }

        @Override
        public void close(CloseOptions options) {
            closes.incrementAndGet();
            if (wakeBeforeClose) {
                wakeBeforeClose = false;
                super.wakeup();
            }
            super.close(options);
        }

        @Override
        public void wakeup() {
            wakeups.incrementAndGet();
            super.wakeup();
        }
    }

    @ParameterizedTest
    @EnumSource
    void revoked_aWakeupStrikesTheCommit_whichIsMadeAllTheSame(GroupProtocol protocol) {
        AtomicReference<Woken> made = new AtomicReference<>();
        try (Scene scene = Scene.on(kafka, protocol, 1);
                PolledSource source = source(scene, made);
                KafkaConsumer<byte[], byte[]> other = member(scene)) {
            source.open();
            source.awaitOwned(2);
            Woken client = Objects.requireNonNull(made.get());
            Queue<CommitResult> commits = new ConcurrentLinkedQueue<>();
            source.onRevoked = partitions -> {
                client.wakeBeforeCommit = true;
                commits.add(source.commit(partitions, 4));
                source.onRevoked = later -> {};
            };
            other.subscribe(Set.of(scene.topic()));

            awaitAPartitionEach(source, other);

            assertThat(commits).singleElement().satisfies(result -> {
                assertThat(result.isComplete()).as("%s", result).isTrue();
                result.outcomes()
                        .keySet()
                        .forEach(each ->
                                assertThat(scene.committed(each.partition())).isEqualTo(4));
            });
            assertThat(client.commits)
                    .as("the one that was struck, and another")
                    .hasValue(2);
        }
    }

    /** It is meant for the poll around, which ends when the callback is over, and not before. */
    @ParameterizedTest
    @EnumSource
    void revoked_wokenWithin_theCommitIsNotDisturbed_andThePollEnds(GroupProtocol protocol) throws Exception {
        AtomicReference<Woken> made = new AtomicReference<>();
        ExecutorService polling = Executors.newSingleThreadExecutor();
        try (Scene scene = Scene.on(kafka, protocol, 1);
                PolledSource source = source(scene, made);
                KafkaConsumer<byte[], byte[]> other = member(scene)) {
            source.open();
            source.awaitOwned(2);
            Woken client = Objects.requireNonNull(made.get());
            AtomicInteger wokenWithin = new AtomicInteger(-1);
            Queue<CommitResult> commits = new ConcurrentLinkedQueue<>();
            source.onRevoked = partitions -> {
                int before = client.wakeups.get();
                CompletableFuture.runAsync(source.source()::wakeup).join();
                wokenWithin.set(client.wakeups.get() - before);
                commits.add(source.commit(partitions, 4));
                source.onRevoked = later -> {};
            };
            Future<?> poll = polling.submit(() -> source.poll(LONGER_THAN_THE_TEST));
            try {
                other.subscribe(Set.of(scene.topic()));
                Await.until("the end of the poll", Scene.LIMIT, () -> {
                    other.poll(SHORT);
                    return poll.isDone();
                });
                poll.get();
            } finally {
                source.source().wakeup();
                polling.shutdown();
                polling.awaitTermination(Scene.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            }

            awaitAPartitionEach(source, other);
            assertThat(wokenWithin)
                    .as("wakeups that the client was told of within the callback")
                    .hasValue(0);
            assertThat(commits)
                    .singleElement()
                    .satisfies(result -> assertThat(result.isComplete()).isTrue());
            assertThat(client.commits).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void commit_interrupted_isMadeAllTheSame_andTheInterruptIsKept(GroupProtocol protocol) {
        AtomicReference<Woken> made = new AtomicReference<>();
        try (Scene scene = Scene.on(kafka, protocol, 0);
                PolledSource source = source(scene, made)) {
            source.open();
            source.awaitOwned(1);

            Thread.currentThread().interrupt();
            CommitResult result = source.commit(source.owned, 4);

            assertThat(Thread.interrupted()).as("the interrupt").isTrue();
            assertThat(result.isComplete()).as("%s", result).isTrue();
            assertThat(scene.committed(0)).isEqualTo(4);
        }
    }

    /** The client hears of no wakeup while it closes. */
    @ParameterizedTest
    @EnumSource
    void close_woken_commitsAndLeavesTheGroupAllTheSame(GroupProtocol protocol) {
        AtomicReference<Woken> made = new AtomicReference<>();
        try (Scene scene = Scene.on(kafka, protocol, 0);
                PolledSource source = source(scene, made)) {
            source.open();
            source.awaitOwned(1);
            Queue<CommitResult> commits = new ConcurrentLinkedQueue<>();
            source.onRevoked = partitions -> commits.add(source.commit(partitions, 4));

            Woken client = Objects.requireNonNull(made.get());
            client.wakeBeforeClose = true;
            source.source().close(Scene.LIMIT);

            assertThat(commits)
                    .singleElement()
                    .satisfies(result -> assertThat(result.isComplete()).isTrue());
            assertThat(scene.committed(0)).isEqualTo(4);
            assertThat(scene.members()).isZero();
            assertThat(client.commits).hasValue(1);
            assertThat(client.closes).hasValue(1);
        }
    }

    private static void awaitAPartitionEach(PolledSource source, KafkaConsumer<byte[], byte[]> other) {
        Await.until("a partition with each", Scene.LIMIT, () -> {
            source.poll();
            other.poll(SHORT);
            return source.owned.size() == 1 && other.assignment().size() == 1;
        });
    }

    private static PolledSource source(Scene scene, AtomicReference<Woken> made) {
        return new PolledSource(scene.source().consumerFactory(properties -> {
            made.set(new Woken(properties));
            return Objects.requireNonNull(made.get());
        }));
    }

    private static KafkaConsumer<byte[], byte[]> member(Scene scene) {
        return new KafkaConsumer<>(
                scene.consumerProperties(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
