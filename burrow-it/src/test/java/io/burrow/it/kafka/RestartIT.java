package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowConfig;
import io.burrow.api.CloseResult;
import io.burrow.api.MessageHandler;
import io.burrow.api.Ordering;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One Burrow after another in the same group. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class RestartIT {
    private final EmbeddedKafka kafka;

    RestartIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void start_afterStopWithGap_resumesExactlyAtTheCommittedOffset(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            HeldStages first = new HeldStages();
            scene.produceNumbered(0, 10);
            Burrow<String, String> before = scene.start(scene.burrow().asyncHandler(first));
            first.awaitStarted(10);
            first.complete(0, 1, 2, 3, 4, 7);
            scene.awaitCommitted(0, 5);

            CloseResult result = before.close(Duration.ZERO);
            assertThat(result.clean()).isFalse();
            assertThat(result.unfinishedRecords()).isEqualTo(4);
            assertThat(scene.committed(0)).isEqualTo(5);

            Queue<Long> handled = new ConcurrentLinkedQueue<>();
            scene.start(scene.burrow()
                    .config(config -> config.ordering(Ordering.PARTITION))
                    .handler(message -> handled.add(message.offset())));
            scene.awaitCommitted(0, 10);
            assertThat(handled).as("all but what was finished above the gap").containsExactly(5L, 6L, 8L, 9L);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void close_whileWorking_endsRunningHandlersAndRedeliversNothing(GroupProtocol protocol) {
        int partitions = 4;
        int perPartition = 500;
        try (Scene scene = Scene.on(kafka, protocol, partitions)) {
            for (int partition = 0; partition < partitions; partition++) {
                scene.produceNumbered(partition, perPartition);
            }
            Map<String, AtomicInteger> starts = new ConcurrentHashMap<>();
            Set<String> ended = ConcurrentHashMap.newKeySet();

            Burrow<String, String> first = scene.start(working(scene, starts, ended));
            Await.until("a part of the work", Scene.LIMIT, () -> ended.size() > 300);
            assertThat(first.close(Scene.LIMIT).clean()).isTrue();
            int done = ended.size();
            assertThat(done).isLessThan(partitions * perPartition);
            assertThat(starts).as("every handler that was started has ended").hasSize(done);

            scene.start(working(scene, starts, ended));
            scene.awaitAllCommitted();
            assertThat(ended).hasSize(partitions * perPartition);
            assertThat(starts.values()).allMatch(count -> count.get() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void drainAndClose_withKeys_redeliversNothing(GroupProtocol protocol) throws InterruptedException {
        int records = 2_000;
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produce(IntStream.range(0, records)
                    .mapToObj(i ->
                            new ProducerRecord<>(scene.topic(), 0, ("key " + i % 40).getBytes(UTF_8), new byte[] {'v'}))
                    .toList());
            Map<Long, AtomicInteger> starts = new ConcurrentHashMap<>();
            AtomicInteger ended = new AtomicInteger();
            MessageHandler<String, String> handler = message -> {
                starts.computeIfAbsent(message.offset(), key -> new AtomicInteger())
                        .incrementAndGet();
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(2_000_000));
                ended.incrementAndGet();
            };
            // fewer than there are, so that a part is left for the second
            UnaryOperator<BurrowConfig.Builder> few =
                    config -> config.concurrency(20).maxInFlightRecords(200);

            Burrow<String, String> first =
                    scene.start(scene.burrow().config(few).handler(handler));
            Await.until("a part of the work", Scene.LIMIT, () -> ended.get() > 300);
            assertThat(first.drain(Scene.LIMIT)).isTrue();
            assertThat(scene.committed(0)).isEqualTo(ended.get()).isLessThan(records);
            assertThat(first.stats().inFlight()).isZero();
            CloseResult result = first.close(Scene.LIMIT);
            assertThat(result.clean()).isTrue();
            assertThat(result.unfinishedRecords()).isZero();

            scene.start(scene.burrow().handler(handler));
            scene.awaitCommitted(0, records);
            assertThat(starts).hasSize(records);
            assertThat(starts.values()).allMatch(count -> count.get() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void close_handlerThatNeverEnds_returnsInBoundedTimeAndLeavesTheGroup(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            HeldStages stages = new HeldStages();
            scene.produceNumbered(0, 3);
            Burrow<String, String> burrow = scene.start(scene.burrow().asyncHandler(stages));
            stages.awaitStarted(3);
            stages.complete(0);

            long begin = System.nanoTime();
            CloseResult result = burrow.close(Duration.ofMillis(100));
            Duration took = Duration.ofNanos(System.nanoTime() - begin);

            assertThat(result.clean()).isFalse();
            assertThat(result.unfinishedRecords()).isEqualTo(2);
            assertThat(scene.committed(0)).isEqualTo(1);
            assertThat(took).as("the time of the close").isLessThan(Duration.ofSeconds(10));
            Await.until("the group to be left", Duration.ofSeconds(5), () -> scene.members() == 0);
        }
    }

    /**
     * Records start in the order in which they were fetched, so that a close leaves no gap between those that ended.
     */
    private static BurrowBuilder<String, String> working(
            Scene scene, Map<String, AtomicInteger> starts, Set<String> ended) {
        return scene.burrow()
                .config(config -> config.ordering(Ordering.UNORDERED).concurrency(20))
                .handler(message -> {
                    String position = message.partition() + "@" + message.offset();
                    starts.computeIfAbsent(position, key -> new AtomicInteger()).incrementAndGet();
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(4_000_000));
                    ended.add(position);
                });
    }
}
