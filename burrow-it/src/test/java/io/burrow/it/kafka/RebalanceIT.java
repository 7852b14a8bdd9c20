package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two members of one group, one of which comes and goes while there is work. */
@ExtendWith(SharedKafka.class)
@Timeout(180)
class RebalanceIT {
    private static final int PARTITIONS = 5;
    private static final int KEYS_OF_A_PARTITION = 20;
    private static final int RECORDS_OF_A_PARTITION = 1_500;

    private final EmbeddedKafka kafka;

    RebalanceIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** One Burrow and what it saw. */
    private static final class MemberLog implements BurrowListener {
        final KeyWatch keys = new KeyWatch(Duration.ofMillis(4).toNanos());
        final Set<TopicPartition> owned = ConcurrentHashMap.newKeySet();
        final AtomicInteger handled = new AtomicInteger();
        final AtomicInteger lost = new AtomicInteger();

        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            keys.assigned(partitions);
            owned.addAll(partitions);
        }

        @Override
        public void revoked(Collection<TopicPartition> partitions) {
            owned.removeAll(partitions);
        }

        @Override
        public void lost(Collection<TopicPartition> partitions) {
            owned.removeAll(partitions);
            lost.incrementAndGet();
        }
    }

    @ParameterizedTest
    @EnumSource
    void joinAndLeave_underLoad_losesNothingAndNeverLowersACommit(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, PARTITIONS)) {
            scene.produce(records(scene));
            Map<String, AtomicInteger> ends = new ConcurrentHashMap<>();

            MemberLog first = new MemberLog();
            scene.start(member(scene, first, ends));
            Await.until("the first at work", Scene.LIMIT, () -> first.handled.get() > 500);
            assertThat(first.owned).hasSize(PARTITIONS + 1);

            MemberLog second = new MemberLog();
            Burrow<String, String> leaving = scene.start(member(scene, second, ends));
            Await.until("both at work", Scene.LIMIT, () -> second.handled.get() > 500 && !second.owned.isEmpty());
            assertThat(unfinished(scene)).as("work is left for a change").isPositive();
            Await.until(
                    "half of the partitions with each",
                    Scene.LIMIT,
                    () -> first.owned.size() == 3 && second.owned.size() == 3);
            assertThat(first.owned).doesNotContainAnyElementsOf(second.owned);

            assertThat(leaving.close(Scene.LIMIT).clean()).isTrue();
            Await.until("all partitions with the first", Scene.LIMIT, () -> first.owned.size() == PARTITIONS + 1);
            scene.awaitAllCommitted();

            assertThat(ends).hasSize(PARTITIONS * RECORDS_OF_A_PARTITION);
            assertThat(first.keys.violations()).isEmpty();
            assertThat(second.keys.violations()).isEmpty();
            assertThat(first.lost).as("partitions lost without a commit").hasValue(0);
            assertThat(second.lost).as("partitions lost without a commit").hasValue(0);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(scene.commitHistory(partition))
                        .as("commits of partition %d", partition)
                        .isSorted()
                        .startsWith(0L)
                        .endsWith((long) RECORDS_OF_A_PARTITION);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void join_handlersRunning_areWaitedForAndCommittedBeforeThePartitionMoves(GroupProtocol protocol)
            throws InterruptedException {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            // both partitions hold a record whose handler waits: whichever moves, moves with one that runs
            scene.produceNumbered(0, 1);
            scene.produceNumbered(1, 1);
            HeldStages left = new HeldStages();
            HeldStages right = new HeldStages();
            MemberLog first = new MemberLog();
            CountDownLatch begun = new CountDownLatch(1);
            Burrow<String, String> watched = scene.start(
                    Scene.burrow(scene.source().consumerFactory(properties -> new RevokeWatch(properties, begun)))
                            .listener(first)
                            .asyncHandler(message -> (message.partition() == 0 ? left : right).handle(message)));
            left.awaitStarted(1);
            right.awaitStarted(1);

            MemberLog second = new MemberLog();
            scene.start(scene.burrow().listener(second).handler(message -> second.handled.incrementAndGet()));
            assertThat(begun.await(60, TimeUnit.SECONDS))
                    .as("a partition begins to move")
                    .isTrue();
            // Answered by a loop that waits for the handlers, and by one that does not only when it has gone on.
            watched.stats();
            watched.stats();
            assertThat(first.owned).hasSize(2);
            assertThat(second.owned).isEmpty();

            left.complete(0);
            right.complete(0);
            Await.until(
                    "a partition with each", Scene.LIMIT, () -> first.owned.size() == 1 && second.owned.size() == 1);
            scene.awaitAllCommitted();
            assertThat(second.handled).as("records delivered again").hasValue(0);
            assertThat(first.lost).hasValue(0);
        }
    }

    /** One that closes goes on polling: nobody waits for its handlers but itself. */
    @ParameterizedTest
    @EnumSource
    void join_whileAnotherCloses_isNotHeldUpByItsHandlers(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 1);
            HeldStages stages = new HeldStages();
            Burrow<String, String> closing = scene.start(scene.burrow()
                    .config(config -> config.drainTimeout(Duration.ofMillis(100)))
                    .asyncHandler(stages));
            stages.awaitStarted(1);
            CompletableFuture<CloseResult> closed =
                    CompletableFuture.supplyAsync(() -> closing.close(Duration.ofMinutes(2)));
            try {
                Await.until("the close to begin", Scene.LIMIT, () -> closing.state() == BurrowState.CLOSING);
                MemberLog second = new MemberLog();
                scene.start(scene.burrow().listener(second).handler(message -> second.handled.incrementAndGet()));
                Await.until("a partition with the second", Scene.LIMIT, () -> !second.owned.isEmpty());
                assertThat(closing.state()).isEqualTo(BurrowState.CLOSING);
            } finally {
                stages.complete(0);
            }
            assertThat(closed.join().threadsInUserCode()).isEmpty();
            scene.awaitAllCommitted();
        }
    }

    private static BurrowBuilder<String, String> member(Scene scene, MemberLog log, Map<String, AtomicInteger> ends) {
        return scene.burrow()
                .config(config -> config.concurrency(4))
                .listener(log)
                .handler(message -> {
                    log.keys.handle(message, ThreadLocalRandom.current());
                    log.handled.incrementAndGet();
                    ends.computeIfAbsent(message.partition() + "@" + message.offset(), key -> new AtomicInteger())
                            .incrementAndGet();
                });
    }

    private static long unfinished(Scene scene) {
        long left = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            left += scene.end(partition) - Math.max(0, scene.committed(partition));
        }
        return left;
    }

    private static List<ProducerRecord<byte[], byte[]>> records(Scene scene) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < RECORDS_OF_A_PARTITION; i++) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                records.add(new ProducerRecord<>(
                        scene.topic(),
                        partition,
                        ("key " + i % KEYS_OF_A_PARTITION).getBytes(UTF_8),
                        Integer.toString(i).getBytes(UTF_8)));
            }
        }
        return records;
    }
}
