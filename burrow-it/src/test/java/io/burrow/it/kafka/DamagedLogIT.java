package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.BrokerProcess;
import io.burrow.kafka.CorruptRecordsAction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Logs whose files were changed while their broker was down: a batch with a wrong checksum, and an end that is gone.
 * All are changed in one stop.
 */
@Timeout(120)
class DamagedLogIT {
    private static final Set<GroupProtocol> PROTOCOLS =
            Set.of(GroupProtocol.CLASSIC_COOPERATIVE, GroupProtocol.CONSUMER);
    private static final Map<GroupProtocol, Scene> DAMAGED = new EnumMap<>(GroupProtocol.class);
    private static final Map<GroupProtocol, Scene> TRUNCATED = new EnumMap<>(GroupProtocol.class);
    private static final Map<GroupProtocol, Reader> LIVE = new EnumMap<>(GroupProtocol.class);
    /** Those whose record at offset 4 is not finished when the log is cut. */
    private static final Map<GroupProtocol, Reader> OPEN = new EnumMap<>(GroupProtocol.class);

    @TempDir
    static Path directory;

    private static BrokerProcess kafka;

    /** A Burrow that reads one scene, and what it saw. */
    private static final class Reader {
        final Queue<String> handled = new ConcurrentLinkedQueue<>();
        final PositionWatch watch = new PositionWatch();
        final Scene scene;
        final Burrow<String, String> burrow;
        final CountDownLatch fourMayEnd;

        Reader(Scene scene, CorruptRecordsAction action, String reset) {
            this(scene, action, reset, new CountDownLatch(0));
        }

        Reader(Scene scene, CorruptRecordsAction action, String reset, CountDownLatch fourMayEnd) {
            this.scene = scene;
            this.fourMayEnd = fourMayEnd;
            this.burrow = scene.start(
                    Scene.burrow(scene.source(scene.consumerProperties(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset))
                                    .onCorruptRecords(action))
                            .listener(watch)
                            .handler(message -> {
                                String value = String.valueOf(message.value());
                                if (value.equals("4")) {
                                    fourMayEnd.await();
                                }
                                handled.add(value);
                            }));
        }
    }

    @BeforeAll
    static void changeLogs() throws IOException {
        kafka = BrokerProcess.builder().directory(directory).start();
        for (GroupProtocol protocol : PROTOCOLS) {
            DAMAGED.put(protocol, written(protocol));
            TRUNCATED.put(protocol, written(protocol));
            LIVE.put(protocol, new Reader(written(protocol), CorruptRecordsAction.HALT, "earliest"));
            OPEN.put(
                    protocol,
                    new Reader(written(protocol), CorruptRecordsAction.HALT, "earliest", new CountDownLatch(1)));
        }
        for (Scene scene : TRUNCATED.values()) {
            Burrow<String, String> before = new Reader(scene, CorruptRecordsAction.HALT, "earliest").burrow;
            scene.awaitCommitted(0, 9);
            before.close();
        }
        LIVE.values().forEach(reader -> reader.scene.awaitCommitted(0, 9));
        for (Reader reader : OPEN.values()) {
            Await.until("all but one", Scene.LIMIT, () -> reader.handled.size() == 8);
            reader.scene.awaitCommitted(0, 4);
        }

        kafka.terminate();
        for (Scene scene : DAMAGED.values()) {
            new SegmentFile(directory, scene.topic(), 0).damage(3);
        }
        for (Scene scene : TRUNCATED.values()) {
            new SegmentFile(directory, scene.topic(), 0).truncate(6);
        }
        for (Reader reader : both()) {
            new SegmentFile(directory, reader.scene.topic(), 0).truncate(6);
        }
        kafka.restart();
        // the logs grow beyond where they ended before
        for (Scene scene : TRUNCATED.values()) {
            scene.produce(0, "new 6", "new 7", "new 8", "new 9");
        }
    }

    private static List<Reader> both() {
        return Stream.concat(LIVE.values().stream(), OPEN.values().stream()).toList();
    }

    /** The batches begin at 0, 1, 2, 3 (of three records), 6, 7 and 8. */
    private static Scene written(GroupProtocol protocol) {
        Scene scene = Scene.on(kafka, protocol, 1);
        for (int offset : new int[] {0, 1, 2}) {
            scene.produce(0, String.valueOf(offset));
        }
        List<ProducerRecord<byte[], byte[]>> three = new ArrayList<>();
        for (int offset : new int[] {3, 4, 5}) {
            three.add(new ProducerRecord<>(
                    scene.topic(), 0, null, String.valueOf(offset).getBytes(UTF_8)));
        }
        scene.produce(three);
        for (int offset : new int[] {6, 7, 8}) {
            scene.produce(0, String.valueOf(offset));
        }
        return scene;
    }

    @AfterAll
    static void close() {
        DAMAGED.values().forEach(Scene::close);
        TRUNCATED.values().forEach(Scene::close);
        OPEN.values().forEach(reader -> reader.fourMayEnd.countDown());
        both().forEach(reader -> reader.scene.close());
        kafka.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void damagedBatch_stopsWithTheReason_thenIsPassedByIfThatIsWanted(GroupProtocol protocol) {
        Scene scene = Objects.requireNonNull(DAMAGED.get(protocol));
        Reader halting = new Reader(scene, CorruptRecordsAction.HALT, "earliest");
        Await.until("the stop", Scene.LIMIT, () -> halting.burrow.state() == BurrowState.FAILED);
        BurrowException cause = Objects.requireNonNull(halting.burrow.health().cause());
        assertThat(cause.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(cause)
                .hasMessageContaining("in " + scene.topic() + "-0 at offset 3 is damaged")
                .hasMessageContaining("onCorruptRecords(SKIP)");
        assertThat(List.of("0", "1", "2"))
                .as("what lies before it, as far as it was begun")
                .containsAll(halting.handled);
        assertThat(scene.committed(0)).isLessThanOrEqualTo(3);

        scene.produce(1, "of another partition");
        Reader skipping = new Reader(scene, CorruptRecordsAction.SKIP, "earliest");

        scene.awaitCommitted(0, 9);
        scene.awaitCommitted(1, 1);
        skipping.handled.addAll(halting.handled);
        assertThat(skipping.handled)
                .contains("0", "1", "2", "6", "7", "8", "of another partition")
                .doesNotContain("3", "4", "5");
        // all at once, unless the machine is so slow that it is told in between
        assertThat(skipping.watch.moves()).isNotEmpty();
        assertThat(skipping.watch.moves().get(0)).startsWith("0: 3 -> ");
        assertThat(skipping.watch.moves()).last().asString().endsWith(" -> 6");
        assertThat(skipping.burrow.stats().positionResets())
                .isEqualTo(skipping.watch.moves().size());
        skipping.burrow.close();
    }

    /** The epoch that was committed shows that the log was cut: by its offsets alone nothing looks amiss. */
    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void truncatedWhileNobodyReads_withoutAPolicyStops_elseComesBackToWhereTheLogsPart(GroupProtocol protocol) {
        Scene scene = Objects.requireNonNull(TRUNCATED.get(protocol));
        Reader halting = new Reader(scene, CorruptRecordsAction.HALT, "none");
        Await.until("the stop", Scene.LIMIT, () -> halting.burrow.state() == BurrowState.FAILED);
        BurrowException cause = Objects.requireNonNull(halting.burrow.health().cause());
        assertThat(cause.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(cause)
                .hasMessageContaining("the log of " + scene.topic() + "-0 was truncated")
                .hasMessageContaining("set the group's offsets");
        assertThat(halting.handled).isEmpty();
        assertThat(scene.committed(0)).isEqualTo(9);

        Reader reader = new Reader(scene, CorruptRecordsAction.HALT, "earliest");

        scene.awaitCommitted(0, 10);
        assertThat(reader.handled).containsExactlyInAnyOrder("new 6", "new 7", "new 8", "new 9");
        assertThat(reader.watch.moves()).containsExactly("0: 9 -> 6");
        reader.burrow.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void truncatedUnderAReader_movesBack_tellsIt_andBeginsANewLedgerThere(GroupProtocol protocol) {
        Reader reader = Objects.requireNonNull(LIVE.get(protocol));
        Await.until("the move", Scene.LIMIT, () -> reader.watch.moves().equals(List.of("0: 9 -> 6")));
        reader.handled.clear();

        reader.scene.produce(0, "new 6", "new 7");

        reader.scene.awaitCommitted(0, 8);
        assertThat(reader.handled).containsExactlyInAnyOrder("new 6", "new 7");
        assertThat(reader.watch.moves()).hasSize(1);
        assertThat(reader.burrow.stats().inFlight()).isZero();
        assertThat(reader.burrow.state()).isEqualTo(BurrowState.RUNNING);
    }

    /** What lies between is in the log still. One who went on at 6 would commit that, and 4 would be lost. */
    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void truncatedUnderAReader_aboveARecordThatIsOpen_goesBackToIt(GroupProtocol protocol) {
        Reader reader = Objects.requireNonNull(OPEN.get(protocol));
        Await.until("the move", Scene.LIMIT, () -> !reader.watch.moves().isEmpty());
        assertThat(reader.watch.moves()).containsExactly("0: 9 -> 4");

        reader.scene.produce(0, "new 6", "new 7");
        reader.fourMayEnd.countDown();

        reader.scene.awaitCommitted(0, 8);
        assertThat(reader.handled).contains("new 6", "new 7");
        assertThat(Collections.frequency(reader.handled, "4"))
                .as("begun before and after")
                .isEqualTo(2);
        assertThat(Collections.frequency(reader.handled, "5"))
                .as("finished before and after")
                .isEqualTo(2);
    }
}
