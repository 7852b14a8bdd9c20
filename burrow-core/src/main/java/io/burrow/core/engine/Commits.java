package io.burrow.core.engine;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.CommitMode;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.core.jfr.CommitEvent;
import io.burrow.core.jfr.FlightEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When commit points are committed, and what is made of the answers. Loop thread.
 *
 * <p>A point that was not stored, or of which that is not known, stays to be committed: only a stored one is clean. A
 * partition whose commit was refused does not hold up the others. While an asynchronous commit is under way nothing
 * else is committed at a cadence; a synchronous one (revoke, close) may pass it, and since points only rise and the
 * asynchronous one left before, it cannot undo it.
 *
 * <p>A commit of which nothing is known can still be on its way, by a connection that the client has given up, and be
 * obeyed after a later, higher one. Nobody tells. So for a while after it what is clean is committed again, too, or a
 * partition that is idle would stay below what it has reached. Nor does anybody tell how long the offset that was found
 * at an assignment has been stored: it is committed again once, or one that is handed on each night would expire.
 */
final class Commits {
    private static final long RETRY_NANOS = Duration.ofMillis(100).toNanos();
    /**
     * How long a commit of which nothing is known may be on its way: as long as clients wait for an answer, and again.
     */
    private static final long DOUBT_NANOS = Duration.ofMinutes(1).toNanos();
    /** With less than this share of half the poll interval left a commit is not begun. */
    private static final int LEAST_SHARE = 16;
    /** One or two failures belong to every rebalance. */
    private static final int FAILURES_TO_REPORT = 3;

    private final Shared shared;
    private final Assignments assignments;
    private final OffsetCommitter committer;
    private final PollTime pollTime;
    private final Consumer<Runnable> onLoop;

    private long lastNanos;
    private int failuresInARow;
    private long retryNanos;
    private boolean retrySoon;
    private boolean putOff;
    private boolean underWay;
    private long underWayNumber;
    private long underWaySinceNanos;
    private Runnable giveUp = () -> {};

    Commits(
            Shared shared,
            Assignments assignments,
            OffsetCommitter committer,
            PollTime pollTime,
            Consumer<Runnable> onLoop) {
        this.onLoop = onLoop;
        this.pollTime = pollTime;
        this.shared = shared;
        this.assignments = assignments;
        this.committer = committer;
        this.lastNanos = shared.time.nanos();
    }

    /** Commits what is due. */
    void commitIfDue() {
        if (underWay) {
            if (shared.time.nanos() - underWaySinceNanos <= 2 * mostNanos()) {
                return;
            }
            giveUp.run(); // an answer that never comes must not end all commits
        }
        List<Assignment> due = due(shared.time.nanos());
        if (due.isEmpty()) {
            putOff = false;
            return;
        }
        if (isPutOff()) {
            return;
        }
        if (shared.config.commitMode() == CommitMode.ASYNC) {
            commitAsync(due);
        } else {
            commit(due, timeout());
        }
    }

    /** Whether a poll has to come first. Not twice in a row: polls may be slow by themselves. */
    private boolean isPutOff() {
        putOff = !putOff && pollTime.leftNanos() < leastNanos();
        return putOff;
    }

    /** The time of one commit: as configured, but never so long that the member is thrown out meanwhile. */
    Duration timeout() {
        return Duration.ofNanos(Math.min(mostNanos(), Math.max(leastNanos(), pollTime.leftNanos())));
    }

    private long mostNanos() {
        return Math.min(shared.config.commitTimeout().toNanos(), pollTime.halfNanos() / 2);
    }

    private long leastNanos() {
        return Math.min(mostNanos(), pollTime.halfNanos() / LEAST_SHARE);
    }

    /** How long until something can be due, in nanoseconds; {@link Long#MAX_VALUE} if there is nothing to commit. */
    long nanosUntilDue() {
        long now = shared.time.nanos();
        BurrowConfig config = shared.config;
        boolean dirty = false;
        for (Assignment assignment : assignments.all()) {
            if (!assignment.isDirty()) {
                continue;
            }
            if (assignment.committed < 0 && !retrySoon && !assignment.refused && !underWay) {
                return 0;
            }
            dirty = true;
        }
        if (!dirty) {
            return Long.MAX_VALUE;
        }
        if (underWay) {
            return Math.max(0, underWaySinceNanos + 2 * mostNanos() - now);
        }
        long at = retrySoon ? retryNanos : lastNanos + config.commitInterval().toNanos();
        return Math.max(0, at - now);
    }

    private List<Assignment> due(long now) {
        BurrowConfig config = shared.config;
        List<Assignment> dirty = new ArrayList<>();
        long passed = 0;
        boolean first = false;
        for (Assignment assignment : assignments.all()) {
            if (assignment.refused && now - assignment.refusedUntilNanos < 0) {
                continue;
            }

            if (assignment.isDirty() || hasNewsAbove(assignment) && isIntervalOver(assignment, now)) {
                dirty.add(assignment);
                passed += assignment.passedSinceCommit;
                first |= assignment.committed < 0;
            } else if (assignment.committed >= 0
                    && !assignment.notOwned
                    && now - assignment.committedNanos >= recommitNanos(assignment, now)) {
                dirty.add(assignment);
                first = true;
            }
        }
        if (dirty.isEmpty()) {
            lastNanos = Math.max(lastNanos, now - config.commitInterval().toNanos());
            return dirty;
        }
        if (retrySoon) {
            return isRetryDue() ? dirty : List.of();
        }
        long since = now - lastNanos;
        boolean due = first
                || since >= config.commitInterval().toNanos()
                || passed >= config.commitRecords()
                        && since >= config.minCommitInterval().toNanos();
        return due ? dirty : List.of();
    }

    /**
     * Commits now and waits for the answer, whatever the cadence.
     *
     * @return whether every partition that had something to commit is committed
     */
    boolean commitNow(Collection<Assignment> which, Duration timeout) {
        // With an asynchronous commit under way, or given up and perhaps still on its way, also what is clean: the
        // synchronous one goes out after it, so nothing of this member can arrive after it gave a partition up.
        List<Assignment> dirty = which.stream()
                .filter(assignment -> assignment.isDirty()
                        || hasNewsAbove(assignment)
                        || (underWay || mayStillArrive(assignment)) && !assignment.notOwned)
                .toList();
        return dirty.isEmpty() || commit(dirty, timeout);
    }

    /** Whether nothing is known of the last commit of a partition, and none was stored since. */
    private static boolean mayStillArrive(Assignment assignment) {
        return assignment.unsure && assignment.committedNanos - assignment.unsureNanos <= 0;
    }

    private long recommitNanos(Assignment assignment, long now) {
        long nanos = shared.config.recommitInterval().toNanos();
        boolean inDoubt = assignment.unsure && now - assignment.unsureNanos <= DOUBT_NANOS;
        return inDoubt || assignment.isOfUnknownAge
                ? Math.min(nanos, shared.config.commitInterval().toNanos())
                : nanos;
    }

    private boolean hasNewsAbove(Assignment assignment) {
        return assignment.hasNewsAbove() && shared.config.snapshots() && metadataLimit() > 0;
    }

    private int metadataLimit() {
        String what;
        try {
            int limit = committer.metadataLimit();
            if (limit >= 0) {
                return limit;
            }
            what = "returned " + limit;
        } catch (Throwable e) {
            what = "threw " + e.getClass().getName();
        }
        String name = committer.getClass().getName();
        shared.events.contained(
                name,
                new BurrowException(
                        ErrorCode.COMMIT_FAILED, "committer " + name + " " + what + " as the limit of metadata"));
        return 0;
    }

    private boolean isIntervalOver(Assignment assignment, long now) {
        return now - assignment.committedNanos >= shared.config.commitInterval().toNanos();
    }

    /** Whether the last commit failed in a way that may pass. */
    boolean isRetryPending() {
        return retrySoon;
    }

    /** Whether enough time has passed to try again. */
    boolean isRetryDue() {
        return shared.time.nanos() - retryNanos >= 0;
    }

    private boolean commit(List<Assignment> which, Duration timeout) {
        Map<TopicPartition, CommitPoint> points = points(which);
        long begin = shared.time.nanos();
        CommitEvent event = FlightEvents.commit();
        CommitResult result;
        try {
            @Nullable CommitResult answer = committer.commit(points, timeout);
            result = answer != null ? answer : unknown(points, null);
        } catch (Throwable e) {
            result = unknown(points, e);
        }
        if (event != null) {
            event.ended(shared.config.name(), points.size(), false, result);
        }
        return apply(which, points, result, begin);
    }

    private static CommitResult unknown(Map<TopicPartition, CommitPoint> points, @Nullable Throwable cause) {
        return CommitResult.all(points.keySet(), CommitOutcome.RETRY, cause);
    }

    private void commitAsync(List<Assignment> which) {
        Map<TopicPartition, CommitPoint> points = points(which);
        long begin = shared.time.nanos();
        long number = ++underWayNumber;
        underWay = true;
        underWaySinceNanos = begin;
        CommitEvent event = FlightEvents.commit();
        Consumer<CommitResult> answer = result -> {
            if (underWay && number == underWayNumber) {
                underWay = false;
                CommitResult known = result != null ? result : unknown(points, null);
                if (event != null) {
                    event.ended(shared.config.name(), points.size(), true, known);
                }
                apply(which, points, known, begin);
            }
        };
        Thread loop = Thread.currentThread();
        Consumer<CommitResult> answerHere = result -> {
            if (Thread.currentThread() == loop) {
                answer.accept(result);
            } else {
                onLoop.accept(() -> answer.accept(result)); // it was told on another thread, which has no business here
            }
        };
        giveUp = () -> answer.accept(unknown(points, new TimeoutException("no answer to an asynchronous commit")));
        try {
            committer.commitAsync(points, timeout(), answerHere);
        } catch (Throwable e) {
            answer.accept(unknown(points, e));
        }
    }

    private Map<TopicPartition, CommitPoint> points(List<Assignment> which) {
        Map<TopicPartition, CommitPoint> points = new HashMap<>();
        int limit = shared.config.snapshots() ? metadataLimit() : 0;
        for (Assignment assignment : which) {
            assignment.passedSinceCommit = 0;

            long offset = assignment.ledger.commitPoint();
            String snapshot = "";
            assignment.sentAbove = 0;
            if (limit > 0) {
                assignment.sentAbove = assignment.ledger.finishedInSpan(); // before: what ends meanwhile is news
                snapshot = assignment.snapshot(limit);
            }
            points.put(assignment.partition, new CommitPoint(offset, assignment.epochBelowCommitPoint, snapshot));
        }
        return points;
    }

    private boolean apply(
            List<Assignment> which, Map<TopicPartition, CommitPoint> points, CommitResult result, long begin) {
        long now = shared.time.nanos();
        lastNanos = now;
        retrySoon = false;
        boolean complete = true;
        boolean stored = true;
        boolean refused = false;
        for (Assignment assignment : which) {
            CommitPoint point = points.get(assignment.partition);
            assignment.refused = false;
            switch (result.outcome(assignment.partition)) {
                case COMMITTED -> {
                    assignment.committed = Math.max(assignment.committed, point.offset());
                    assignment.committedAbove = assignment.sentAbove;
                    assignment.committedNanos = now;
                    assignment.isOfUnknownAge = false;
                }
                case NOT_OWNED -> {
                    assignment.notOwned = true;
                    stored = false;
                }

                case REJECTED -> {
                    if (!point.metadata().isEmpty()) { // perhaps only the text is refused: less of it, and at once
                        assignment.metadataLimit = point.metadata().length() / 2;
                        retrySoon = true;
                        retryNanos = now;
                        complete = false;
                        continue;
                    }
                    assignment.refused = true;
                    refused = true;
                    assignment.refusedUntilNanos =
                            now + shared.config.commitInterval().toNanos();
                    complete = false;
                }
                case FATAL -> {
                    assignment.notOwned = true;
                    complete = false;
                    shared.halt(new BurrowException(
                            ErrorCode.COMMIT_FENCED, "commits of this member are refused for good", result.cause()));
                }
                default -> {
                    retrySoon = true;
                    retryNanos = now + RETRY_NANOS;
                    assignment.unsure = true;
                    assignment.unsureNanos = now;
                    complete = false;
                }
            }
        }
        if (complete && stored) {
            shared.counters.commits.increment();
        } else {
            shared.counters.commitFailures.increment();
        }
        failuresInARow = complete ? 0 : failuresInARow + 1;
        if (refused || failuresInARow >= FAILURES_TO_REPORT) {
            Throwable cause = result.cause();
            String why = cause == null ? "no cause given" : cause.getClass().getName();
            shared.events.contained(
                    why,
                    new BurrowException(
                            ErrorCode.COMMIT_FAILED,
                            "a commit of " + points.size() + " partitions failed: " + why,
                            cause));
        }
        shared.events.tell(listener -> listener.committed(points, result, now - begin));
        return complete && stored;
    }
}
