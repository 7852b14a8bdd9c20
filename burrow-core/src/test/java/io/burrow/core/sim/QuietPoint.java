package io.burrow.core.sim;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Nothing disturbs any more. From then on something must start while there is something to do (I9), what is finished
 * must be committed within its interval (I8), and in the end nothing may be left.
 */
final class QuietPoint {
    private static final long ROUND_MILLIS = 100;
    /** Longer than each wait that may be going on: a rebalance, a backoff, a pause of the breaker, a dead letter. */
    private static final long MOST_IDLE_NANOS = Duration.ofSeconds(15).toNanos();
    /** A commit that failed is made again after an interval at the most. */
    private static final int INTERVALS = 2;

    private static final int MOST_ROUNDS = 2_000;

    private final Simulation simulation;
    private final InMemoryBroker broker;
    private final TestClock clock;
    /** Since when all of a partition is finished and waits for its commit. */
    private final Map<TopicPartition, Long> finishedNanos = new HashMap<>();

    private final long mostUncommittedNanos;

    QuietPoint(Simulation simulation, InMemoryBroker broker, TestClock clock) {
        this.simulation = simulation;
        this.broker = broker;
        this.clock = clock;
        this.mostUncommittedNanos =
                Duration.ofMillis(2_100L * INTERVALS).plusSeconds(1).toNanos();
    }

    void await() {
        long sign = -1;
        long signNanos = clock.nanos();
        for (int round = 0; round < 3 || broker.lag(SimMember.GROUP) > 0; round++) {
            if (round == MOST_ROUNDS) {
                throw new AssertionError("I8: " + broker.lag(SimMember.GROUP) + " offsets are left: " + where());
            }
            simulation.round();
            long now = clock.nanos();
            long life = signOfLife();
            if (life != sign) {
                sign = life;
                signNanos = now;
            } else if (now - signNanos > MOST_IDLE_NANOS) {
                throw new AssertionError(
                        "I9: nothing happens, and " + broker.lag(SimMember.GROUP) + " offsets are left: " + where());
            }
            checkCommits(now);
            simulation.pass(ROUND_MILLIS);
        }
        for (SimMember member : simulation.members()) {
            long running = member.burrow().stats().activeWorkers();
            if (running != 0) {
                throw new AssertionError("I6: " + running + " records of " + member.name
                        + " count as being handled, and none is: " + where());
            }
        }
    }

    /** Changes with each attempt that starts, and each commit. */
    private long signOfLife() {
        long sign = broker.lag(SimMember.GROUP) + (long) simulation.members().size() << 32;
        for (SimMember member : simulation.members()) {
            sign += member.handlers.begun();
        }
        return sign;
    }

    private void checkCommits(long now) {
        for (TopicPartition partition : Simulation.partitions()) {
            long end = broker.endOffset(partition.topic(), partition.partition());
            CommitPoint committed = broker.committed(SimMember.GROUP, partition);
            boolean waits = (committed == null || committed.offset() < end)
                    && simulation.members().stream().anyMatch(member -> member.isDoneWith(partition, end));
            if (!waits) {
                finishedNanos.remove(partition);
            } else if (now - finishedNanos.computeIfAbsent(partition, p -> now) > mostUncommittedNanos) {
                throw new AssertionError(
                        "I8: " + partition + " is finished up to " + end + " and committed at " + committed);
            }
        }
    }

    private String where() {
        StringBuilder where = new StringBuilder();
        for (TopicPartition partition : Simulation.partitions()) {
            where.append('\n').append(partition).append(' ').append(broker.lag(SimMember.GROUP, partition));
        }
        for (SimMember member : simulation.members()) {
            where.append('\n')
                    .append(member.name)
                    .append(' ')
                    .append(member.burrow().health());
            where.append(' ').append(member.burrow().stats());
        }
        return where.toString();
    }
}
