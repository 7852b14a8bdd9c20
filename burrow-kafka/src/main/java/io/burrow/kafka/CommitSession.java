package io.burrow.kafka;

import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's membership, as far as commits are concerned: what it owns, whether it is alive, and its calls made
 * safe. Loop thread only.
 */
final class CommitSession {
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Assignment assignment;
    private final Wakeups wakeups;
    private final AutoCommitWatch watch;
    private final PollTime pollTime;
    private final boolean classic;
    private final LongSupplier nanoClock;

    private boolean closed;

    CommitSession(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Assignment assignment,
            Wakeups wakeups,
            AutoCommitWatch watch,
            PollTime pollTime,
            SourceSettings settings) {
        this.consumer = consumer;
        this.assignment = assignment;
        this.wakeups = wakeups;
        this.watch = watch;
        this.pollTime = pollTime;
        this.classic = settings.classic();
        this.nanoClock = settings.nanoClock();
    }

    void closed() {
        closed = true;
    }

    /** Whether the group has, or may have, put this member out. */
    boolean mayBeOut() {
        return pollTime.mayBeOut();
    }

    /**
     * Whether a partition that is being revoked cannot be committed by another attempt: the classic group is not asked
     * a second time.
     */
    boolean isLeavingForGood() {
        return classic && assignment.isRevoking();
    }

    Predicate<TopicPartition> ownership() {
        return closed ? partition -> false : assignment.ownership();
    }

    boolean isRevoking() {
        return assignment.isRevoking();
    }

    long nanos() {
        return nanoClock.getAsLong();
    }

    Deadline deadline(Duration timeout) {
        return Deadline.in(timeout, nanoClock);
    }

    /** The brokers said that they have stored it. */
    void committed(Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets) {
        assignment.committed(offsets);
    }

    /** The same, of a commit that was sent without waiting. */
    void committedMeanwhile(Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets) {
        assignment.committedMeanwhile(offsets);
    }

    /** Returns what was thrown, or null. */
    @Nullable
    RuntimeException commitSync(
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets, Deadline deadline) {
        watch.committing();
        try {
            wakeups.run(deadline, () -> consumer.commitSync(offsets, deadline.leftAtLeastOneMilli()));
            return null;
        } catch (RuntimeException e) {
            watch.outcomeUnknown();
            return e;
        }
    }

    /** Returns what was thrown, or null if {@code done} is or will be told. */
    @Nullable
    RuntimeException commitAsync(
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets,
            Consumer<@Nullable Exception> done) {
        watch.committing();
        assignment.committing(offsets.keySet());
        try {
            consumer.commitAsync(offsets, (sent, thrown) -> {
                watch.committing();
                if (thrown != null) {
                    watch.outcomeUnknown();
                }
                try {
                    done.accept(thrown);
                } catch (RuntimeException | Error e) {
                    assignment.remember(
                            e); // thrown here it would look like a failure of whatever call the client is in
                }
            });
            return null;
        } catch (RuntimeException e) {
            watch.outcomeUnknown();
            return e;
        }
    }
}
