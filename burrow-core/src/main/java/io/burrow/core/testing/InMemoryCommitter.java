package io.burrow.core.testing;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Commits to an {@link InMemoryBroker} as a member of a group. As with Kafka, the answers to earlier asynchronous
 * commits come before that of a synchronous one.
 */
final class InMemoryCommitter implements OffsetCommitter {
    private final InMemoryBroker broker;
    private final InMemorySource<?, ?> source;

    InMemoryCommitter(InMemoryBroker broker, InMemorySource<?, ?> source) {
        this.broker = broker;
        this.source = source;
    }

    @Override
    public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
        check(points, timeout);
        return source.guarded(() -> {
            Member member = source.memberIfOpen();
            if (member == null) {
                return CommitResult.all(points.keySet(), CommitOutcome.NOT_OWNED, null);
            }
            broker.monitor().run(() -> member.group.flush(member));
            source.tellAnswers();
            return broker.monitor().call(() -> member.group.commit(member, points, broker.metadataLimit()));
        });
    }

    @Override
    public void commitAsync(
            Map<TopicPartition, CommitPoint> points, Duration timeout, Consumer<? super CommitResult> done) {
        check(points, timeout);
        source.guarded(() -> {
            Member member = source.memberIfOpen();
            if (member == null) {
                done.accept(CommitResult.all(points.keySet(), CommitOutcome.NOT_OWNED, null));
            } else {
                broker.monitor().run(() -> member.group.commitAsync(member, points, broker.metadataLimit(), done));
            }
            return points.size();
        });
    }

    @Override
    public int metadataLimit() {
        return broker.metadataLimit();
    }

    private static void check(Map<TopicPartition, CommitPoint> points, Duration timeout) {
        Require.atLeast(1, "number of points", points.size());
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive: " + timeout);
        }
    }
}
