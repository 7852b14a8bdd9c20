package io.burrow.kafka;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Commits to the consumer's group. Loop thread only.
 *
 * <p><b>Who owns a partition</b> is decided here: the broker does not check it. Sent is only what is held by this
 * member's own account, and nothing at all when the last poll is longer ago than the group allows, nor for a moment
 * after such a gap: such a member was put out of the group, and once its group is empty the broker takes from it what
 * would lower the offset.
 *
 * <p><b>Which partition failed</b> the client does not say. A request that was refused because of some partition in it
 * is cut into halves and sent again, until those that are refused stand alone: k of them cost about k log n requests.
 * Sending what is stored already changes nothing.
 *
 * <p><b>A deleted topic</b> makes the client try again until the time is over, and takes the others of its request
 * along. So an attempt at several topics gets half of the time, each half of them a share of the rest. A topic that got
 * no answer alone while others did is a suspect: sent apart, last, with little time and not every time, until it is
 * answered again.
 */
final class KafkaCommitter implements OffsetCommitter {
    private static final int SUSPECT_SHARE = 10;
    private static final long SUSPECT_INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();
    private static final Duration LEAST = Duration.ofMillis(10);

    private final CommitSession session;
    private final OffsetWriter writer;
    private final boolean canGoOn;
    private final int metadataLimit;

    /** Topics that got no answer, and when to ask for them again, in nanoseconds. */
    private final Map<String, Long> suspects = new HashMap<>();

    /**
     * A commit without waiting was refused because of some partition: the next ones wait, since only that way can be
     * cut.
     */
    private boolean careful;

    private java.util.function.@Nullable Consumer<? super CommitResult> pending;
    private Set<TopicPartition> pendingPartitions = Set.of();

    private KafkaCommitter(CommitSession session, OffsetWriter writer, boolean canGoOn, int metadataLimit) {
        this.session = session;
        this.writer = writer;
        this.canGoOn = canGoOn;
        this.metadataLimit = metadataLimit;
    }

    /** A committer that lets the consumer commit. */
    static KafkaCommitter of(CommitSession session, int metadataLimit) {
        return new KafkaCommitter(session, session::commitSync, true, metadataLimit);
    }

    /** A committer of which each request is a transaction: it always waits, and keeps no text. */
    static KafkaCommitter of(CommitSession session, OutputTransactions transactions) {
        return new KafkaCommitter(session, transactions, false, 0);
    }

    @Override
    public int metadataLimit() {
        return metadataLimit;
    }

    @Override
    public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
        Outcomes outcomes = new Outcomes();
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets = sendable(points, outcomes);
        if (!offsets.isEmpty()) {
            Deadline deadline = session.deadline(timeout);
            suspects.keySet().retainAll(CommitRequests.topics(offsets));
            for (var request : CommitRequests.bySize(without(offsets, suspects.keySet()::contains))) {
                send(request, deadline, outcomes);
            }
            for (String topic : Set.copyOf(suspects.keySet())) {
                sendSuspect(topic, without(offsets, each -> !each.equals(topic)), deadline, timeout, outcomes);
            }
            if (outcomes.anyCommitted()) {
                long again = session.nanos() + SUSPECT_INTERVAL_NANOS;
                outcomes.unanswered.forEach(topic -> suspects.put(topic, again));
            }
        }
        CommitResult result = outcomes.result();
        careful &= !result.isComplete();
        return result;
    }

    private static Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> without(
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets, Predicate<String> topics) {
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> rest = new LinkedHashMap<>(offsets);
        rest.keySet().removeIf(key -> topics.test(key.topic()));
        return rest;
    }

    private void sendSuspect(
            String topic,
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> request,
            Deadline deadline,
            Duration timeout,
            Outcomes outcomes) {
        if (session.nanos() - suspects.get(topic) < 0 && !session.isRevoking()) {
            settle(
                    request,
                    CommitFailure.NO_ANSWER,
                    outcomes,
                    new TimeoutException("commits for " + topic + " were not answered; not asked again for now"));
        } else {
            send(request, deadline.within(Durations.max(timeout.dividedBy(SUSPECT_SHARE), LEAST)), outcomes);
        }
    }

    private void send(
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> request,
            Deadline deadline,
            Outcomes outcomes) {
        CommitFailure known = outcomes.forAll;
        if (known != null) {
            settle(request, known, outcomes, null);
            return;
        }
        if (deadline.isOver()) {
            settle(request, CommitFailure.NO_ANSWER, outcomes, new TimeoutException("no time was left to commit"));
            return;
        }
        Set<String> topics = CommitRequests.topics(request);
        Deadline attempt = topics.size() > 1 ? deadline.within(deadline.left().dividedBy(2)) : deadline;
        RuntimeException thrown = writer.commit(request, attempt);
        if (thrown == null) {
            session.committed(request);
            request.keySet().forEach(key -> outcomes.put(key, CommitOutcome.COMMITTED));
            suspects.keySet().removeAll(topics);
            return;
        }
        CommitFailure failure = CommitFailure.of(thrown);
        if (isWorthCutting(failure, request.size(), topics.size())) {
            var halves = CommitRequests.halves(request);
            send(halves.get(0), deadline.within(deadline.left().dividedBy(2)), outcomes);
            send(halves.get(1), deadline, outcomes);
            return;
        }
        if (failure == CommitFailure.NO_ANSWER || failure == CommitFailure.SOME_TOPIC) {
            outcomes.unanswered.addAll(topics);
        }
        settle(request, failure, outcomes, thrown);
    }

    private static boolean isWorthCutting(CommitFailure failure, int partitions, int topics) {
        return switch (failure) {
            case SOME_PARTITION -> partitions > 1;
            case SOME_TOPIC, NO_ANSWER -> topics > 1;
            default -> false;
        };
    }

    private void settle(
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> request,
            CommitFailure failure,
            Outcomes outcomes,
            @Nullable Throwable cause) {
        outcomes.cause(cause);
        Predicate<TopicPartition> owned = session.ownership();
        for (org.apache.kafka.common.TopicPartition key : request.keySet()) {
            outcomes.put(key, outcome(failure, owned.test(burrow(key))));
        }
        if (failure == CommitFailure.FENCED
                || failure == CommitFailure.MEMBERSHIP
                || failure == CommitFailure.REFUSED) {
            outcomes.forAll = failure;
        }
    }

    private CommitOutcome outcome(CommitFailure failure, boolean owned) {
        return switch (failure) {
            case FENCED -> CommitOutcome.FATAL;
            case REFUSED, SOME_PARTITION -> CommitOutcome.REJECTED;
            case MEMBERSHIP -> owned && !session.isLeavingForGood() ? CommitOutcome.RETRY : CommitOutcome.NOT_OWNED;
            case PASSING, NO_ANSWER, SOME_TOPIC -> owned ? CommitOutcome.RETRY : CommitOutcome.NOT_OWNED;
        };
    }

    /**
     * {@inheritDoc}
     *
     * <p>The client has no time limit for this but that of a request; {@code timeout} holds only where it has to wait
     * after all: when the commit takes more than one request, after one that was refused because of some partition, and
     * in transactions.
     */
    @Override
    public void commitAsync(
            Map<TopicPartition, CommitPoint> points,
            Duration timeout,
            java.util.function.Consumer<? super CommitResult> done) {
        if (pending != null) {
            done.accept(CommitResult.all(
                    points.keySet(), CommitOutcome.RETRY, new IllegalStateException("a commit is under way")));
            return;
        }
        Outcomes outcomes = new Outcomes();
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets = sendable(points, outcomes);
        if (offsets.isEmpty()) {
            done.accept(outcomes.result());
        } else if (careful || !canGoOn || CommitRequests.bySize(offsets).size() > 1) {
            done.accept(commit(points, timeout));
        } else {
            pending = done;
            pendingPartitions = Set.copyOf(points.keySet());
            RuntimeException thrown = session.commitAsync(offsets, failure -> answered(offsets, outcomes, failure));
            if (thrown != null) {
                answered(offsets, outcomes, thrown);
            }
        }
    }

    private void answered(
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets,
            Outcomes outcomes,
            @Nullable Exception thrown) {
        if (thrown == null) {
            session.committedMeanwhile(offsets);
            offsets.keySet().forEach(key -> outcomes.put(key, CommitOutcome.COMMITTED));
        } else {
            CommitFailure failure = CommitFailure.of(thrown);
            if (isWorthCutting(
                    failure, offsets.size(), CommitRequests.topics(offsets).size())) {
                careful = true;
                failure = CommitFailure.PASSING;
            }
            settle(offsets, failure, outcomes, thrown);
        }
        finish(outcomes.result());
    }

    /** Ends a commit whose answer cannot come any more, because the consumer is closed. */
    void abandon() {
        finish(CommitResult.all(pendingPartitions, CommitOutcome.RETRY, null));
    }

    boolean isUnderWay() {
        return pending != null;
    }

    private void finish(CommitResult result) {
        java.util.function.Consumer<? super CommitResult> done = pending;
        if (done != null) {
            pending = null;
            pendingPartitions = Set.of();
            done.accept(result);
        }
    }

    /** What may be sent; the rest is settled. */
    private Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> sendable(
            Map<TopicPartition, CommitPoint> points, Outcomes outcomes) {
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();
        Predicate<TopicPartition> owned = session.ownership();
        points.forEach((partition, point) -> {
            if (!owned.test(partition)) {
                outcomes.put(Assignment.key(partition), CommitOutcome.NOT_OWNED);
            } else {
                offsets.put(Assignment.key(partition), offset(point));
            }
        });
        if (!offsets.isEmpty() && session.mayBeOut()) {
            outcomes.cause(new TimeoutException("this member did not poll or did not run for so long that the group"
                    + " may have put it out; nothing is committed before a poll has shown that"));
            offsets.keySet().forEach(key -> outcomes.put(key, CommitOutcome.RETRY));
            offsets.clear();
        }
        return offsets;
    }

    private static OffsetAndMetadata offset(CommitPoint point) {
        Optional<Integer> epoch = point.leaderEpoch() < 0 ? Optional.empty() : Optional.of(point.leaderEpoch());
        return new OffsetAndMetadata(point.offset(), epoch, point.metadata());
    }

    private static TopicPartition burrow(org.apache.kafka.common.TopicPartition key) {
        return new TopicPartition(key.topic(), key.partition());
    }

    /** What is known so far of one commit. */
    private static final class Outcomes {
        private final Map<TopicPartition, CommitOutcome> byPartition = new HashMap<>();
        /** Topics that got no answer by themselves. */
        private final Set<String> unanswered = new HashSet<>();
        /** A failure that every further request would meet too, or null. */
        private @Nullable CommitFailure forAll;

        private @Nullable Throwable cause;

        void put(org.apache.kafka.common.TopicPartition key, CommitOutcome outcome) {
            byPartition.put(burrow(key), outcome);
        }

        void cause(@Nullable Throwable thrown) {
            if (cause == null) {
                cause = thrown;
            }
        }

        boolean anyCommitted() {
            return byPartition.containsValue(CommitOutcome.COMMITTED);
        }

        CommitResult result() {
            return new CommitResult(byPartition, cause);
        }
    }
}
