package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Ordering;
import io.burrow.core.Burrow;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which records wait for which. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class KeyOrderIT {
    private static final int KEYS = 1_000;
    private static final int RECORDS = 20_000;

    private final EmbeddedKafka kafka;

    KeyOrderIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void handle_thousandKeysHundredAtOnce_eachKeyInOrderAndAlone(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 3)) {
            scene.produce(keyed(scene, 3));
            KeyWatch watch = new KeyWatch(Duration.ofMillis(4).toNanos());
            Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
            Burrow<String, String> burrow = scene.start(scene.burrow()
                    .config(config -> config.concurrency(100))
                    .listener(watch)
                    .handler(message -> {
                        watch.handle(message, ThreadLocalRandom.current());
                        handled.computeIfAbsent(
                                        message.partition() + "@" + message.offset(), key -> new AtomicInteger())
                                .incrementAndGet();
                    }));

            scene.awaitAllCommitted();
            assertThat(watch.violations()).isEmpty();
            assertThat(watch.keys()).isEqualTo(KEYS);
            assertThat(watch.mostRunning()).as("handlers at once").isBetween(50, 100);
            assertThat(handled).hasSize(RECORDS);
            assertThat(handled.values()).allMatch(count -> count.get() == 1);
            assertThat(burrow.stats().processed()).isEqualTo(RECORDS);
        }
    }

    @Test
    void handle_failingKey_holdsItsOwnRecordsAlone() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                records.add(record(scene, 0, i % 3 == 0 ? "bad" : "good " + i % 5, Integer.toString(i)));
            }
            scene.produce(records);
            Queue<String> bad = new ConcurrentLinkedQueue<>();
            Queue<String> good = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow = scene.start(scene.burrow()
                    .config(config -> config.backoff((failure, random) -> Duration.ofMillis(50)))
                    .handler(message -> {
                        if ("bad".equals(message.key())) {
                            bad.add(message.value() + "/" + message.attempt());
                            if (message.offset() == 3 && message.attempt() < 3) {
                                throw new IllegalStateException("not yet");
                            }
                        } else {
                            good.add(String.valueOf(message.value()));
                        }
                    }));

            scene.awaitCommitted(0, 300);
            assertThat(List.copyOf(bad))
                    .startsWith("0/1", "3/1", "3/2", "3/3", "6/1", "9/1")
                    .hasSize(102);
            assertThat(good).hasSize(200);
            assertThat(burrow.stats().retried()).isEqualTo(2);
        }
    }

    @Test
    void handle_partitionOrder_oneAtATimeInOrderOfOffsets() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 3)) {
            scene.produce(keyed(scene, 3).subList(0, 1_500));
            Map<Integer, Queue<Long>> handled = new ConcurrentHashMap<>();
            Map<Integer, AtomicInteger> inside = new ConcurrentHashMap<>();
            Queue<String> overlaps = new ConcurrentLinkedQueue<>();
            scene.start(scene.burrow()
                    .config(config -> config.ordering(Ordering.PARTITION))
                    .handler(message -> {
                        AtomicInteger count = inside.computeIfAbsent(message.partition(), key -> new AtomicInteger());
                        if (count.getAndIncrement() != 0) {
                            overlaps.add(message.toString());
                        }
                        handled.computeIfAbsent(message.partition(), key -> new ConcurrentLinkedQueue<>())
                                .add(message.offset());
                        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(500_000));
                        count.decrementAndGet();
                    }));

            scene.awaitAllCommitted();
            assertThat(overlaps).isEmpty();
            assertThat(handled).hasSize(3);
            handled.forEach((partition, offsets) -> assertThat(List.copyOf(offsets))
                    .as("partition %d", partition)
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .hasSize(Math.toIntExact(scene.end(partition))));
        }
    }

    @Test
    void handle_recordsWithoutKey_doNotWaitForEachOther() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            scene.produceNumbered(0, 50);
            HeldStages stages = new HeldStages();
            scene.start(scene.burrow().asyncHandler(stages));

            stages.awaitStarted(50);
            stages.completeAll();
            scene.awaitCommitted(0, 50);
        }
    }

    /** Each key in one partition, as a producer would put it; in random order, the same in every run. */
    private static List<ProducerRecord<byte[], byte[]>> keyed(Scene scene, int partitions) {
        Random random = new Random(20_26);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            int key = i < KEYS ? i : random.nextInt(KEYS);
            records.add(record(scene, key % partitions, "key " + key, Integer.toString(i)));
        }
        return records;
    }

    private static ProducerRecord<byte[], byte[]> record(Scene scene, int partition, String key, String value) {
        return new ProducerRecord<>(scene.topic(), partition, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
