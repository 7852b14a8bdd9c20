package io.burrow.core.testing;

import static io.burrow.core.testing.Scene.expectOffsets;
import static io.burrow.core.testing.SourceProbe.check;

import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.testing.MessageSourceContract.Capability;
import io.burrow.core.testing.MessageSourceContract.NamedCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a source hands over. */
final class ReadingCases {
    private ReadingCases() {}

    static List<NamedCase> all() {
        return List.of(
                NamedCase.of("firstPolls_assignEveryPartition_once", 3, ReadingCases::assignsOnce),
                NamedCase.of("open_callsNobodyBack", 1, ReadingCases::openIsQuiet),
                NamedCase.of("poll_handsOverEveryRecord_inOrder", 3, ReadingCases::everyRecordInOrder),
                NamedCase.of("poll_handsOverLaterRecords_fromWhereItStopped", 1, ReadingCases::laterRecords),
                NamedCase.of("poll_withNothingToRead_returns", 1, ReadingCases::emptyPollReturns),
                NamedCase.of("records_decodeToWhatWasProduced", 1, ReadingCases::decode),
                NamedCase.of("records_decodeAgain", 1, ReadingCases::decodeAgain),
                NamedCase.of("orderingKeys_areEqual_whereKeysAre", 1, ReadingCases::orderingKeys),
                NamedCase.of("sizes_areNotNegative_andStay", 1, ReadingCases::sizes),
                NamedCase.of("endOffset_isBehindTheLastRecord_orNotKnown", 1, ReadingCases::endOffset),
                NamedCase.of("endPosition_passesAHoleAtTheEnd", 1, ReadingCases::holeAtTheEnd)
                        .needing(Capability.HOLES),
                NamedCase.of("records_followAHole", 1, ReadingCases::holeBetween)
                        .needing(Capability.HOLES),
                NamedCase.of("position_thatWasDeleted_isReset", 1, ReadingCases::deletedPosition)
                        .needing(Capability.RETENTION));
    }

    private static void assignsOnce(Scene scene) throws Exception {
        SourceProbe probe = scene.assigned(3);
        scene.aFewPolls(probe);
        check(probe.assigned.size() == 3, "3 partitions must stay assigned: %s", probe.events);
        for (AssignedPartition each : probe.assigned.values()) {
            check(each.position() == 0, "%s must begin at 0 and begins at %s", each.partition(), each.position());
        }
    }

    private static void openIsQuiet(Scene scene) throws Exception {
        // the probe fails a callback within open
        SourceProbe probe = scene.source().open();
        check(probe.events.isEmpty(), "open must not call back: %s", probe.events);
    }

    private static void everyRecordInOrder(Scene scene) throws Exception {
        Map<TopicPartition, List<Long>> produced = new HashMap<>();
        for (int partition = 0; partition < 3; partition++) {
            produced.put(scene.partition(partition), scene.produce(partition, 20));
        }
        SourceProbe probe = scene.assigned(3);
        scene.until(() -> probe.received() >= 60, "60 records came", probe);
        scene.aFewPolls(probe);
        produced.forEach((partition, offsets) -> {
            expectOffsets(probe, partition, offsets);
            long last = offsets.get(offsets.size() - 1);
            Long end = probe.endPositions.get(partition);
            check(
                    end != null && end > last,
                    "the end position of %s must be beyond its last record %s: %s",
                    partition,
                    last,
                    end);
        });
    }

    private static void laterRecords(Scene scene) throws Exception {
        List<Long> offsets = new ArrayList<>(scene.produce(0, 3));
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= 3, "3 records came", probe);
        offsets.addAll(scene.produce(0, 3));
        scene.until(() -> probe.received() >= 6, "6 records came", probe);
        scene.aFewPolls(probe);
        expectOffsets(probe, scene.partition(0), offsets);
    }

    private static void emptyPollReturns(Scene scene) throws Exception {
        SourceProbe probe = scene.assigned(1);
        long start = System.nanoTime();
        scene.aFewPolls(probe);
        check(
                System.nanoTime() - start < scene.harness.patience().toNanos(),
                "polls of %s each took %s and more",
                scene.harness.pollTimeout(),
                scene.harness.patience());
        check(probe.received() == 0, "nothing was produced and %s records came", probe.received());
    }

    private static void decode(Scene scene) throws Exception {
        String[][] produced = {{"key", "value"}, {null, "value"}, {"key", null}, {"", ""}, {"k\u00e9y", "v\u4e2dlue"}};
        for (String[] each : produced) {
            scene.harness.produce(scene.topic, 0, each[0], each[1]);
        }
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= produced.length, "all records came", probe);
        List<SourceRecord<String, String>> records = records(scene, probe);
        for (int i = 0; i < produced.length; i++) {
            SourceRecord<String, String> record = records.get(i);
            Message<String, String> message = record.decode();
            check(
                    message.topic().equals(scene.topic) && message.partition() == 0,
                    "the message of record %s says %s-%s instead of %s",
                    i,
                    message.topic(),
                    message.partition(),
                    scene.partition(0));
            check(message.offset() == record.offset(), "message and record %s differ in their offsets", i);
            check(message.attempt() == 1, "message %s must be a first attempt: %s", i, message.attempt());
            check(Objects.equals(message.key(), produced[i][0]), "the key of record %s is not what was produced", i);
            check(
                    Objects.equals(message.value(), produced[i][1]),
                    "the value of record %s is not what was produced",
                    i);
        }
    }

    private static void decodeAgain(Scene scene) throws Exception {
        scene.produce(0, 1);
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= 1, "a record came", probe);
        SourceRecord<String, String> record = records(scene, probe).get(0);
        Message<String, String> first = record.decode();
        scene.aFewPolls(probe);
        Message<String, String> second = record.decode();
        check(
                Objects.equals(first.key(), second.key()) && Objects.equals(first.value(), second.value()),
                "a record that is decoded for another attempt must give the same key and value");
    }

    private static void orderingKeys(Scene scene) throws Exception {
        for (String key : Arrays.asList("a", "b", null, "a")) {
            scene.harness.produce(scene.topic, 0, key, "value");
        }
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= 4, "4 records came", probe);
        List<@Nullable Object> keys = new ArrayList<>();
        records(scene, probe).forEach(record -> keys.add(record.orderingKey()));
        check(sameKey(keys.get(0), keys.get(3)), "records of one key must have equal ordering keys");
        check(!sameKey(keys.get(0), keys.get(1)), "records of two keys must have different ordering keys");
        check(keys.get(2) == null, "a record without a key must have no ordering key");
    }

    private static void sizes(Scene scene) throws Exception {
        scene.produce(0, 3);
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= 3, "3 records came", probe);
        for (SourceRecord<String, String> record : records(scene, probe)) {
            int size = record.sizeBytes();
            record.decode();
            check(size >= 0, "a size must not be negative: %s", size);
            check(record.sizeBytes() == size, "a size must stay: %s, then %s", size, record.sizeBytes());
        }
    }

    private static void endOffset(Scene scene) throws Exception {
        List<Long> offsets = scene.produce(0, 3);
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= 3, "3 records came", probe);
        long next = offsets.get(2) + 1;
        long end = probe.source.endOffset(scene.partition(0));
        check(end == -1 || end == next, "the log ends at %s, or that is not known: %s", next, end);
    }

    private static void holeAtTheEnd(Scene scene) throws Exception {
        scene.produce(0, 2);
        long end = scene.harness.leaveHole(scene.topic, 0);
        SourceProbe probe = scene.assigned(1);
        scene.until(
                () -> probe.endPositions.getOrDefault(scene.partition(0), 0L) == end,
                "the end position is " + end + ", beyond the hole",
                probe);
        check(probe.received() == 2, "2 records were produced and %s came", probe.received());
    }

    private static void holeBetween(Scene scene) throws Exception {
        List<Long> offsets = new ArrayList<>(scene.produce(0, 2));
        scene.harness.leaveHole(scene.topic, 0);
        offsets.addAll(scene.produce(0, 2));
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= 4, "4 records came", probe);
        expectOffsets(probe, scene.partition(0), offsets);
    }

    private static void deletedPosition(Scene scene) throws Exception {
        TopicPartition partition = scene.partition(0);
        List<Long> offsets = scene.produce(0, 10);
        SourceProbe first = scene.assigned(1);
        scene.commit(first, partition, CommitPoint.of(offsets.get(2)));
        first.close();
        long kept = offsets.get(5);
        scene.harness.deleteRecordsBefore(scene.topic, 0, kept);

        SourceProbe second = scene.assigned(1);
        scene.until(() -> second.received() >= 5, "the records that are kept came", second);
        expectOffsets(second, partition, offsets.subList(5, 10));
        AssignedPartition assigned = second.assigned.get(partition);
        check(
                assigned != null && assigned.position() == kept
                        || second.events.contains("reset " + partition + " to " + kept),
                "that the position was moved to %s must be told: %s",
                kept,
                second.events);
    }

    private static List<SourceRecord<String, String>> records(Scene scene, SourceProbe probe) {
        return probe.records.getOrDefault(scene.partition(0), List.of());
    }

    private static boolean sameKey(@Nullable Object one, @Nullable Object other) {
        return one instanceof byte[] bytes && other instanceof byte[] others
                ? Arrays.equals(bytes, others)
                : Objects.equals(one, other);
    }
}
