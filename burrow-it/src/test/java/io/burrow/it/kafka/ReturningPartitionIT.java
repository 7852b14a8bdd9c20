package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.api.PartitionStats;
import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A partition goes to another member with work of it in every state, and comes back. Whichever it is, and whether the
 * other one goes and comes too, is the group's matter: each partition has the same records.
 */
@ExtendWith(SharedKafka.class)
@Timeout(180)
class ReturningPartitionIT {
    private static final Duration SHORT = Duration.ofMillis(100);

    private final EmbeddedKafka kafka;

    ReturningPartitionIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** What a member has. */
    private static final class Owned implements BurrowListener {
        final Set<TopicPartition> partitions = ConcurrentHashMap.newKeySet();

        @Override
        public void assigned(Collection<TopicPartition> added) {
            partitions.addAll(added);
        }

        @Override
        public void revoked(Collection<TopicPartition> removed) {
            partitions.removeAll(removed);
        }

        @Override
        public void lost(Collection<TopicPartition> removed) {
            partitions.removeAll(removed);
        }
    }

    /** Three keys: at first one waits for a retry, one is parked and one runs. The latter runs later on too. */
    private static final class Sitting {
        private static final List<String> KEYS = List.of("waits", "parked", "runs");

        private final Queue<String> starts = new ConcurrentLinkedQueue<>();
        private final List<Running> running = new ArrayList<>();
        private volatile boolean healthy;
        private boolean over;

        private record Running(int partition, CompletableFuture<String> stage) {}

        CompletionStage<?> handle(Message<String, String> message) {
            String key = String.valueOf(message.key());
            starts.add(message.partition() + " " + key);
            if (key.equals("runs")) {
                return run(message.partition());
            }
            if (!healthy && key.equals("waits")) {
                throw new IllegalStateException("to be tried again");
            }
            if (!healthy && key.equals("parked")) {
                throw new TerminalException("never");
            }
            return AsyncMessageHandler.done();
        }

        private synchronized CompletionStage<?> run(int partition) {
            Running begun = new Running(partition, new CompletableFuture<>());
            running.add(begun);
            return over ? AsyncMessageHandler.done() : begun.stage();
        }

        /** How often the handler was given the record of a key of a partition. */
        long starts(int partition, String key) {
            return starts.stream().filter((partition + " " + key)::equals).count();
        }

        /** Ends what runs of a partition. */
        void end(int partition) {
            stages(partition).forEach(stage -> stage.complete("done"));
        }

        private synchronized List<CompletableFuture<String>> stages(int partition) {
            return running.stream()
                    .filter(each -> each.partition() == partition)
                    .map(Running::stage)
                    .toList();
        }

        /** Nothing runs on any more. */
        void endAll() {
            List<Running> all;
            synchronized (this) {
                over = true;
                all = List.copyOf(running);
            }
            all.forEach(each -> each.stage().complete("done"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void comesBack_whatSatOnItsKeys_holdsNothingUp_andIsNotOvertaken(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            for (int partition = 0; partition < 2; partition++) {
                for (String key : Sitting.KEYS) {
                    produce(scene, partition, key);
                }
            }
            Owned owned = new Owned();
            Sitting sitting = new Sitting();
            Burrow<String, String> burrow = scene.start(scene.burrow()
                    .config(config ->
                            config.drainTimeout(Duration.ZERO).backoff(BackoffStrategy.fixed(Duration.ofHours(1))))
                    .listener(owned)
                    .asyncHandler(sitting::handle));
            Await.until(
                    "one of each in each partition",
                    Scene.LIMIT,
                    () -> sits(burrow, scene, 0) && sits(burrow, scene, 1) && sitting.starts.size() == 6);
            sitting.healthy = true;
            try {
                int moved = lend(scene, owned);

                Await.until(
                        "what waited and what was parked, afresh",
                        Scene.LIMIT,
                        () -> sitting.starts(moved, "waits") > 1 && sitting.starts(moved, "parked") > 1);
                scene.awaitCommitted(moved, 2);
                startAnother(scene, sitting, moved, "later");
                assertThat(sitting.starts(moved, "runs"))
                        .as("starts of a key whose former work runs")
                        .isEqualTo(1);

                sitting.end(moved);
                Await.until("what ran, afresh", Scene.LIMIT, () -> sitting.starts(moved, "runs") == 2);
                startAnother(scene, sitting, moved, "latest");
                assertThat(stats(burrow, scene, moved).commitPoint())
                        .as("the record that runs, whose former attempt has ended")
                        .isEqualTo(2);

                sitting.end(moved);
                scene.awaitCommitted(moved, 5);
                assertThat(scene.commitHistory(moved)).isSorted();
            } finally {
                sitting.endAll();
            }
        }
    }

    /** The first one's only worker is busy with one record when another member comes, handles all, and leaves. */
    @ParameterizedTest
    @EnumSource
    void comesBack_whatWasBufferedBefore_isNotBegun_andTheCommitStays(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 10);
            scene.produceNumbered(1, 10);
            Owned owned = new Owned();
            Queue<Integer> starts = new ConcurrentLinkedQueue<>();
            CountDownLatch goOn = new CountDownLatch(1);
            Burrow<String, String> first = scene.start(scene.burrow()
                    .config(config -> config.concurrency(1).drainTimeout(Duration.ZERO))
                    .listener(owned)
                    .handler(message -> {
                        starts.add(message.partition());
                        goOn.await();
                    }));
            try {
                Await.until(
                        "all fetched, and one begun",
                        Scene.LIMIT,
                        () -> first.stats().inFlight() == 20 && starts.size() == 1);
                Owned others = new Owned();
                Burrow<String, String> second =
                        scene.start(scene.burrow().listener(others).handler(message -> {}));
                Await.until(
                        "a partition with each",
                        Scene.LIMIT,
                        () -> owned.partitions.size() == 1 && others.partitions.size() == 1);
                int moved = others.partitions.iterator().next().partition();
                scene.awaitCommitted(moved, 10);
                second.close();
                Await.until("both with the first", Scene.LIMIT, () -> owned.partitions.size() == 2);

                goOn.countDown();
                scene.produce(moved, "10"); // it comes after whatever is buffered still
                scene.awaitAllCommitted();
                assertThat(starts.stream().filter(partition -> partition == moved))
                        .as("what was running, perhaps, and the new one")
                        .hasSizeBetween(1, 2);
                assertThat(scene.commitHistory(moved)).isSorted().endsWith(11L);
            } finally {
                goOn.countDown();
            }
        }
    }

    /** Has another member come, which handles nothing, and go. Returns which partition it had. */
    private static int lend(Scene scene, Owned owned) {
        int lent;
        try (KafkaConsumer<byte[], byte[]> other = new KafkaConsumer<>(
                scene.consumerProperties(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            other.subscribe(Set.of(scene.topic()));
            Await.until("a partition with each", Scene.LIMIT, () -> {
                other.poll(SHORT);
                return other.assignment().size() == 1 && owned.partitions.size() == 1;
            });
            lent = other.assignment().iterator().next().partition();
        }
        Await.until("both with the first", Scene.LIMIT, () -> owned.partitions.size() == 2);
        return lent;
    }

    /** What is ready before it has begun by then: records start in the order in which they were fetched. */
    private static void startAnother(Scene scene, Sitting sitting, int partition, String key) {
        produce(scene, partition, key);
        Await.until(key + " to start", Scene.LIMIT, () -> sitting.starts(partition, key) > 0);
    }

    private static boolean sits(Burrow<String, String> burrow, Scene scene, int partition) {
        PartitionStats stats = burrow.stats().partitions().get(new TopicPartition(scene.topic(), partition));
        return stats != null && stats.retrying() == 1 && stats.parked() == 1 && stats.inFlight() == 3;
    }

    private static PartitionStats stats(Burrow<String, String> burrow, Scene scene, int partition) {
        return Objects.requireNonNull(burrow.stats().partitions().get(new TopicPartition(scene.topic(), partition)));
    }

    private static void produce(Scene scene, int partition, String key) {
        scene.produce(List.of(new ProducerRecord<>(scene.topic(), partition, key.getBytes(UTF_8), new byte[] {'v'})));
    }
}
