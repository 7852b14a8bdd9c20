package io.burrow.it.chaos.member;

import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.HistoryWriter;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down what Burrow tells of partitions, commits and its own end. */
final class Noting implements BurrowListener {

    private final HistoryWriter history;
    private final Runnable onGivingUp;

    Noting(HistoryWriter history, Runnable onGivingUp) {
        this.history = history;
        this.onGivingUp = onGivingUp;
    }

    @Override
    public void assigned(Collection<TopicPartition> partitions) {
        partitions.forEach(each -> history.write(new Event.Assigned(HistoryWriter.now(), each.partition())));
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        partitions.forEach(each -> history.write(new Event.Revoked(HistoryWriter.now(), each.partition())));
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        partitions.forEach(each -> history.write(new Event.Lost(HistoryWriter.now(), each.partition())));
    }

    @Override
    public void positionReset(TopicPartition partition, long from, long to) {
        history.write(new Event.Reset(HistoryWriter.now(), partition.partition(), from, to));
    }

    @Override
    public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
        points.forEach((partition, point) -> {
            CommitOutcome outcome = result.outcome(partition);
            if (outcome == CommitOutcome.COMMITTED) {
                history.write(new Event.Committed(HistoryWriter.now(), partition.partition(), point.offset()));
            } else if (outcome == CommitOutcome.RETRY) {
                history.write(new Event.Unanswered(HistoryWriter.now(), partition.partition(), point.offset()));
            }
        });
    }

    @Override
    public void stateChanged(BurrowControl burrow, BurrowState from, BurrowState to, @Nullable BurrowException cause) {
        if (to == BurrowState.FAILED) {
            history.write(new Event.GaveUp(
                    HistoryWriter.now(),
                    cause == null ? "unknown" : cause.code().name()));
            if (cause != null) {
                cause.printStackTrace();
            }
            onGivingUp.run();
        }
    }
}
