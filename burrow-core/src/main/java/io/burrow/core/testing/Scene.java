package io.burrow.core.testing;

import static io.burrow.core.testing.SourceProbe.check;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a case of the contract works with: a topic and a group that are new, and the sources it opens. For one thread.
 */
final class Scene implements AutoCloseable {
    private static final int A_FEW = 3;

    final MessageSourceContract.Harness harness;
    final String topic;
    final String group;
    private final List<SourceProbe> probes = new ArrayList<>();

    Scene(MessageSourceContract.Harness harness, int partitions) throws Exception {
        this.harness = harness;
        this.topic = harness.createTopic(partitions);
        this.group = "group-of-" + topic;
    }

    TopicPartition partition(int partition) {
        return new TopicPartition(topic, partition);
    }

    /** A source of the group that is not open. */
    SourceProbe source() throws Exception {
        return source(topic);
    }

    SourceProbe source(String ofTopic) throws Exception {
        SourceProbe probe = new SourceProbe(harness.source(group, ofTopic));
        probes.add(probe);
        return probe;
    }

    /** An open source of the group that has so many partitions. */
    SourceProbe assigned(int partitions) throws Exception {
        SourceProbe probe = source().open();
        until(() -> probe.assigned.size() == partitions, partitions + " partitions are assigned", probe);
        return probe;
    }

    /** Appends records with keys and values that tell their places; returns their offsets. */
    List<Long> produce(int partition, int count) throws Exception {
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            offsets.add(harness.produce(topic, partition, "key-" + i, "value-" + i));
        }
        return offsets;
    }

    /** Polls the sources in turn until something is so, and fails if it takes too long. */
    void until(BooleanSupplier condition, String what, SourceProbe... polled) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            check(
                    System.nanoTime() - start < harness.patience().toNanos(),
                    "waited %s in vain until %s",
                    harness.patience(),
                    what);
            for (SourceProbe probe : polled) {
                probe.poll(harness.pollTimeout());
            }
        }
    }

    /** Polls a few times, for what must not happen. */
    void aFewPolls(SourceProbe... polled) {
        for (int i = 0; i < A_FEW; i++) {
            for (SourceProbe probe : polled) {
                probe.poll(harness.pollTimeout());
            }
        }
    }

    CommitResult commit(SourceProbe probe, Map<TopicPartition, CommitPoint> points) {
        return probe.source.committer().commit(points, harness.patience());
    }

    /** Commits one point and expects it to be stored. */
    void commit(SourceProbe probe, TopicPartition partition, CommitPoint point) {
        CommitOutcome outcome = commit(probe, Map.of(partition, point)).outcome(partition);
        check(outcome == CommitOutcome.COMMITTED, "the commit of %s at %s came to %s", partition, point, outcome);
    }

    void expectCommitted(TopicPartition partition, @Nullable CommitPoint point) throws Exception {
        expectSame(point, harness.committed(group, partition), "what is committed for " + partition);
    }

    /** Compares without showing metadata. */
    static void expectSame(@Nullable CommitPoint expected, @Nullable CommitPoint actual, String what) {
        boolean same = expected == null ? actual == null : expected.equals(actual);
        boolean look = expected != null && actual != null && expected.toString().equals(actual.toString());
        check(same, "%s must be %s and is %s%s", what, expected, actual, look ? ", with other metadata" : "");
    }

    static void expectOffsets(SourceProbe probe, TopicPartition partition, List<Long> expected) {
        List<Long> actual = probe.offsets(partition);
        check(actual.equals(expected), "the records of %s must be %s and are %s", partition, expected, actual);
    }

    @Override
    public void close() {
        AssertionError failure = null;
        for (SourceProbe probe : probes) {
            try {
                probe.onRevoked = partitions -> {};
                probe.close();
            } catch (RuntimeException | AssertionError e) {
                failure = new AssertionError("a source could not be closed", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
