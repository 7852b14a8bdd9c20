package io.burrow.core.testing;

import static io.burrow.core.testing.Scene.expectSame;
import static io.burrow.core.testing.SourceProbe.check;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.core.testing.MessageSourceContract.Capability;
import io.burrow.core.testing.MessageSourceContract.NamedCase;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What happens when partitions move between the members of a group. */
final class GroupCases {
    private static final int PARTITIONS = 4;

    private GroupCases() {}

    static List<NamedCase> all() {
        return List.of(
                group("twoMembers_shareThePartitions", GroupCases::share),
                group("twoMembers_shareTheRecords", GroupCases::shareRecords),
                group("revoked_comesBeforeThePartitionMoves_andCommitsWithinItMoveAlong", GroupCases::commitOnRevoke),
                group("close_leavesThePartitionsToTheOther", GroupCases::leave),
                NamedCase.of("aMemberThatGetsNothing_isToldSo", 1, GroupCases::nothing)
                        .needing(Capability.GROUPS));
    }

    private static NamedCase group(String name, MessageSourceContract.Body body) {
        return NamedCase.of(name, PARTITIONS, body).needing(Capability.GROUPS);
    }

    private static void share(Scene scene) throws Exception {
        SourceProbe first = scene.assigned(PARTITIONS);
        SourceProbe second = scene.source().open();
        untilShared(scene, first, second);
        scene.aFewPolls(first, second);
        check(
                first.events.stream().noneMatch(event -> event.startsWith("lost")),
                "a member that polls must not lose partitions: %s",
                first.events);
    }

    private static void shareRecords(Scene scene) throws Exception {
        SourceProbe first = scene.assigned(PARTITIONS);
        SourceProbe second = scene.source().open();
        untilShared(scene, first, second);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            scene.produce(partition, 5);
        }
        scene.until(() -> first.received() + second.received() >= PARTITIONS * 5, "all records came", first, second);
        scene.aFewPolls(first, second);
        for (SourceProbe probe : List.of(first, second)) {
            for (TopicPartition partition : probe.assigned.keySet()) {
                check(
                        probe.offsets(partition).size() == 5,
                        "5 records of %s must come to its owner: %s",
                        partition,
                        probe.offsets(partition).size());
            }
            check(
                    probe.records.keySet().equals(probe.assigned.keySet()),
                    "records must come of the assigned partitions %s and came of %s",
                    probe.assigned.keySet(),
                    probe.records.keySet());
        }
    }

    private static void commitOnRevoke(Scene scene) throws Exception {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            scene.produce(partition, 3);
        }
        SourceProbe first = scene.assigned(PARTITIONS);
        SourceProbe second = scene.source();
        CommitPoint point = CommitPoint.of(2);
        Set<TopicPartition> committed = new TreeSet<>();
        first.onRevoked = partitions -> partitions.forEach(partition -> {
            if (committed.add(partition)) {
                check(!second.assigned.containsKey(partition), "%s moved before it was revoked", partition);
                scene.commit(first, partition, point);
            }
        });
        second.open();
        untilShared(scene, first, second);
        for (AssignedPartition each : second.assigned.values()) {
            check(committed.contains(each.partition()), "%s moved without being revoked", each.partition());
            expectSame(point, each.committed(), "what was committed for " + each.partition() + " when it was revoked");
            check(
                    each.position() == point.offset(),
                    "the new owner of %s must begin at %s and begins at %s",
                    each.partition(),
                    point.offset(),
                    each.position());
        }
    }

    private static void leave(Scene scene) throws Exception {
        SourceProbe first = scene.assigned(PARTITIONS);
        SourceProbe second = scene.source().open();
        untilShared(scene, first, second);
        first.close();
        scene.until(() -> second.assigned.size() == PARTITIONS, "the other has all partitions", second);
    }

    private static void nothing(Scene scene) throws Exception {
        SourceProbe first = scene.assigned(1);
        SourceProbe second = scene.source().open();
        scene.until(
                () -> hasNothing(first) && !second.assigned.isEmpty()
                        || hasNothing(second) && !first.assigned.isEmpty(),
                "one of two members is told that it gets nothing of one partition",
                first,
                second);
    }

    private static boolean hasNothing(SourceProbe probe) {
        return probe.assigned.isEmpty() && probe.events.contains("assigned []");
    }

    /** Polls both until each has some partitions, all are taken, and none by both; it never may be. */
    private static void untilShared(Scene scene, SourceProbe first, SourceProbe second) {
        scene.until(
                () -> {
                    check(
                            Collections.disjoint(first.assigned.keySet(), second.assigned.keySet()),
                            "a partition is assigned to two members: %s, %s",
                            first.assigned.keySet(),
                            second.assigned.keySet());
                    return !first.assigned.isEmpty()
                            && !second.assigned.isEmpty()
                            && first.assigned.size() + second.assigned.size() == PARTITIONS;
                },
                "both members have partitions",
                first,
                second);
    }
}
