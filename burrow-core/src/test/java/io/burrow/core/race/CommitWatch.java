package io.burrow.core.race;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.core.snapshot.OffsetRanges;
import io.burrow.core.snapshot.SnapshotCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * A committer that looks at each commit in the moment in which it is sent: nothing that is not done lies below it (I1),
 * nothing that is not done is named in it (I1b). What is done is noted by handlers, on any thread.
 */
final class CommitWatch implements OffsetCommitter {
    private final Supplier<OffsetCommitter> inner;
    private final Map<TopicPartition, Set<Long>> done = new ConcurrentHashMap<>();

    final List<String> violations = new CopyOnWriteArrayList<>();

    /** Watches a committer that is there once its source is open. */
    CommitWatch(Supplier<OffsetCommitter> inner) {
        this.inner = inner;
    }

    /** The offsets of a partition that are done. */
    Set<Long> done(TopicPartition partition) {
        return done.computeIfAbsent(partition, key -> ConcurrentHashMap.newKeySet());
    }

    /** How many records are done in all. */
    int count() {
        return done.values().stream().mapToInt(Set::size).sum();
    }

    /** The offsets that a commit says are finished above it. */
    static OffsetRanges above(TopicPartition partition, CommitPoint point) {
        return SnapshotCodec.decode(partition, point.offset(), point.leaderEpoch(), point.metadata())
                .finished();
    }

    private void look(Map<TopicPartition, CommitPoint> points) {
        points.forEach((partition, point) -> {
            check(partition, 0, point.offset(), "is committed");
            OffsetRanges above = above(partition, point);
            for (int i = 0; i < above.ranges(); i++) {
                check(partition, above.from(i), above.to(i), "is said to be finished");
            }
        });
    }

    private void check(TopicPartition partition, long from, long to, String what) {
        Set<Long> those = done(partition);
        for (long offset = from; offset < to; offset++) {
            if (!those.contains(offset)) {
                violations.add(partition + "@" + offset + " " + what + " and is not done");
                return;
            }
        }
    }

    @Override
    public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
        look(points);
        return inner.get().commit(points, timeout);
    }

    @Override
    public int metadataLimit() {
        return inner.get().metadataLimit();
    }
}
