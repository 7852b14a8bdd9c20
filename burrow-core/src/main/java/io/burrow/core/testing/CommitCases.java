package io.burrow.core.testing;

import static io.burrow.core.testing.Scene.expectOffsets;
import static io.burrow.core.testing.Scene.expectSame;
import static io.burrow.core.testing.SourceProbe.check;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.testing.MessageSourceContract.NamedCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a committer keeps. */
final class CommitCases {
    /** One to three bytes in UTF-8 a character, both sides of the surrogates, and a pair of them. */
    private static final String TEXT = "a\u0001\u007f\u0080\u07ff\u0800\u4e2d\ud7ff\ue000\ufffd\ud83d\ude00z";

    /** No transport is asked for more. */
    private static final int LONGEST = 100_000;

    private CommitCases() {}

    static List<NamedCase> all() {
        return List.of(
                NamedCase.of("assigned_withoutACommit_saysSo", 1, CommitCases::nothingCommitted),
                NamedCase.of("restart_beginsAtTheCommittedOffset", 2, CommitCases::restart),
                NamedCase.of("commit_keepsOffsetEpochAndMetadata", 1, CommitCases::roundTrip),
                NamedCase.of("commit_again_replacesTheFirst", 1, CommitCases::again),
                NamedCase.of("commit_answersEveryPartition", 3, CommitCases::everyPartition),
                NamedCase.of("commit_keepsMetadataAtItsLimit", 1, CommitCases::atTheLimit),
                NamedCase.of("commit_overTheLimit_isRejected_andItsNeighbourIsStored", 2, CommitCases::overTheLimit),
                NamedCase.of("commitAsync_answersOnce_onTheCallersThread", 1, CommitCases::async),
                NamedCase.of("commit_withinRevoked_isStored", 1, CommitCases::withinClose));
    }

    private static void nothingCommitted(Scene scene) throws Exception {
        scene.produce(0, 1);
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= 1, "a record came", probe);
        expectSame(null, assigned(scene, probe).committed(), "what was committed at the first assignment");
        scene.aFewPolls(probe);
        probe.close();
        // reading alone commits nothing
        scene.expectCommitted(scene.partition(0), null);
    }

    private static void restart(Scene scene) throws Exception {
        List<Long> offsets = scene.produce(0, 10);
        List<Long> others = scene.produce(1, 2);
        SourceProbe first = scene.assigned(2);
        scene.until(() -> first.received() >= 12, "12 records came", first);
        CommitPoint point = new CommitPoint(offsets.get(7), epoch(scene, first, 6), cut(scene, first, "seven"));
        scene.commit(first, scene.partition(0), point);
        first.close();

        SourceProbe second = scene.assigned(2);
        AssignedPartition assigned = assigned(scene, second);
        expectSame(point, assigned.committed(), "what was committed, as the assignment says");
        check(
                assigned.position() == point.offset(),
                "reading must begin at %s and begins at %s",
                point.offset(),
                assigned.position());
        scene.until(() -> second.received() >= 5, "the rest came", second);
        expectOffsets(second, scene.partition(0), offsets.subList(7, 10));
        expectOffsets(second, scene.partition(1), others);
    }

    private static void roundTrip(Scene scene) throws Exception {
        List<Long> offsets = scene.produce(0, 2);
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= 2, "2 records came", probe);
        CommitPoint point = new CommitPoint(offsets.get(1), epoch(scene, probe, 0), cut(scene, probe, TEXT));
        scene.commit(probe, scene.partition(0), point);
        scene.expectCommitted(scene.partition(0), point);
    }

    private static void again(Scene scene) throws Exception {
        scene.produce(0, 3);
        SourceProbe probe = scene.assigned(1);
        scene.until(() -> probe.received() >= 3, "3 records came", probe);
        for (int records = 1; records <= 3; records++) {
            CommitPoint point = new CommitPoint(records, epoch(scene, probe, records - 1), "");
            scene.commit(probe, scene.partition(0), point);
            scene.expectCommitted(scene.partition(0), point);
        }
    }

    private static void everyPartition(Scene scene) throws Exception {
        for (int partition = 0; partition < 3; partition++) {
            scene.produce(partition, 2);
        }
        SourceProbe probe = scene.assigned(3);
        Map<TopicPartition, CommitPoint> points = new TreeMap<>();
        for (int partition = 0; partition < 3; partition++) {
            points.put(scene.partition(partition), CommitPoint.of(partition));
        }
        CommitResult result = scene.commit(probe, points);
        check(
                result.outcomes().keySet().equals(points.keySet()) && result.isComplete(),
                "a commit of 3 partitions must be answered for each: %s",
                result.outcomes());
        for (int partition = 0; partition < 3; partition++) {
            scene.expectCommitted(scene.partition(partition), CommitPoint.of(partition));
        }
    }

    private static void atTheLimit(Scene scene) throws Exception {
        SourceProbe probe = scene.assigned(1);
        int limit = Math.min(probe.source.committer().metadataLimit(), LONGEST);
        for (String character : List.of("x", "\u4e2d")) {
            CommitPoint point = new CommitPoint(0, -1, character.repeat(limit));
            scene.commit(probe, scene.partition(0), point);
            scene.expectCommitted(scene.partition(0), point);
        }
    }

    private static void overTheLimit(Scene scene) throws Exception {
        scene.produce(0, 2);
        scene.produce(1, 2);
        SourceProbe probe = scene.assigned(2);
        int limit = probe.source.committer().metadataLimit();
        if (limit >= LONGEST) {
            return;
        }
        TopicPartition over = scene.partition(0);
        TopicPartition within = scene.partition(1);
        CommitPoint stored = new CommitPoint(1, -1, "x".repeat(limit));
        CommitResult result =
                scene.commit(probe, Map.of(over, new CommitPoint(1, -1, "x".repeat(limit + 1)), within, stored));
        check(
                result.outcome(over) == CommitOutcome.REJECTED,
                "metadata of %s characters, one above the limit, must be REJECTED: %s",
                limit + 1,
                result.outcome(over));
        check(
                result.outcome(within) == CommitOutcome.COMMITTED,
                "its neighbour in the same commit must be COMMITTED: %s",
                result.outcome(within));
        scene.expectCommitted(over, null);
        scene.expectCommitted(within, stored);
    }

    private static void async(Scene scene) throws Exception {
        scene.produce(0, 2);
        SourceProbe probe = scene.assigned(1);
        TopicPartition partition = scene.partition(0);
        List<CommitResult> results = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        CommitPoint point = CommitPoint.of(1);
        probe.source.committer().commitAsync(Map.of(partition, point), scene.harness.patience(), result -> {
            // unsynchronized: the contract says that this thread calls
            results.add(result);
            threads.add(Thread.currentThread());
        });
        scene.until(() -> !results.isEmpty(), "the commit was answered", probe);
        scene.aFewPolls(probe);
        check(results.size() == 1, "an asynchronous commit must be answered once: %s times", results.size());
        check(threads.get(0) == Thread.currentThread(), "it must be answered on the thread that polls");
        check(
                results.get(0).isComplete(),
                "the commit came to %s",
                results.get(0).outcomes());
        scene.expectCommitted(partition, point);
    }

    private static void withinClose(Scene scene) throws Exception {
        scene.produce(0, 3);
        SourceProbe probe = scene.assigned(1);
        CommitPoint point = CommitPoint.of(2);
        probe.onRevoked = partitions -> scene.commit(probe, scene.partition(0), point);
        probe.close();
        scene.expectCommitted(scene.partition(0), point);
    }

    private static AssignedPartition assigned(Scene scene, SourceProbe probe) {
        AssignedPartition assigned = probe.assigned.get(scene.partition(0));
        if (assigned == null) {
            throw new AssertionError(scene.partition(0) + " must be assigned: " + probe.events);
        }
        return assigned;
    }

    /** The epoch of a record of partition 0, to be committed for the offset behind it. */
    private static int epoch(Scene scene, SourceProbe probe, int index) {
        List<SourceRecord<String, String>> records = probe.records.getOrDefault(scene.partition(0), List.of());
        check(records.size() > index, "record %s of %s must have come", index, scene.partition(0));
        return records.get(index).leaderEpoch();
    }

    private static String cut(Scene scene, SourceProbe probe, String text) {
        int limit = probe.source.committer().metadataLimit();
        return limit < text.length() ? "" : text;
    }
}
