package io.burrow.core.engine;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.PartitionListener;
import io.burrow.core.jfr.FlightEvents;
import io.burrow.core.jfr.RebalanceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Partitions come and go. Loop thread, within a poll or close of the source.
 *
 * <h2>The problem</h2>
 *
 * When a partition is taken away, handlers run for it, records wait for it in the ready queue and in lanes, retries
 * wait for their time. Nothing of that may touch the partition's next assignment, here or elsewhere; and what finishes
 * in time must be committed, or it is done twice.
 *
 * <h2>The order of steps</h2>
 *
 * <ol>
 *   <li>Nothing of these partitions starts any more: their phase is STOPPING, which each worker reads after it entered
 *       the assignment.
 *   <li>Running handlers and dead letters under way are waited for, within the budget. Other partitions go on
 *       meanwhile.
 *   <li>What is finished now is committed, and again if that fails in a way that may pass: finished work is never
 *       fenced before it is committed.
 *   <li>The assignment is DEAD. Whatever still ends there sets a flag in a ledger that nobody reads. Waiting retries
 *       and parked records are let go, so that their lanes do not stay blocked. Lanes with a handler that still runs
 *       stay.
 * </ol>
 *
 * The budget: half of the source's poll interval, less what this poll took already and less the time of a commit, so
 * that the member is not thrown out while it waits.
 */
final class Rebalancer implements PartitionListener {
    private static final long LEAST_COMMIT_NANOS = 1_000_000;
    private static final long CLOSING_COMMIT_NANOS = 1_000_000_000;
    private static final long COMMIT_RETRY_NANOS = 20_000_000;

    private final Shared shared;
    private final Assignments assignments;
    private final Failures failures;
    private final String sourceName;
    private final AtomicBoolean everAssigned = new AtomicBoolean();

    private final PollTime pollTime;

    private Commits commits;
    private boolean waited;
    private boolean uncommitted;
    private Runnable afterAssigned = () -> {};
    private Runnable whileWaiting = () -> {};

    @SuppressWarnings("NullAway") // commits are set before the source is polled
    Rebalancer(Shared shared, Assignments assignments, Failures failures, PollTime pollTime, String sourceName) {
        this.shared = shared;
        this.assignments = assignments;
        this.failures = failures;
        this.sourceName = sourceName;
        this.pollTime = pollTime;
    }

    void opened(Commits newCommits, Runnable balance, Runnable answer) {
        commits = newCommits;
        whileWaiting = answer;
        afterAssigned = balance;
    }

    boolean everAssigned() {
        return everAssigned.get();
    }

    /** Halts if there is nothing where a partition is due: nobody knows which one that would be. */
    private boolean isBroken(String call, @Nullable Collection<?> partitions) {
        if (partitions != null && partitions.stream().allMatch(Objects::nonNull)) {
            return false;
        }
        shared.halt(broken("called " + call + " with null"));
        return true;
    }

    private BurrowException broken(String what) {
        return new BurrowException(ErrorCode.SOURCE_CONTRACT, "source " + sourceName + " " + what);
    }

    @Override
    public void assigned(Collection<AssignedPartition> partitions) {
        if (isBroken("assigned", partitions)) {
            return;
        }
        RebalanceEvent event = FlightEvents.rebalance();
        shared.counters.rebalances.increment();
        everAssigned.set(true);
        List<TopicPartition> names = new ArrayList<>();
        for (AssignedPartition partition : partitions) {
            names.add(partition.partition());
            Assignment before = assignments.remove(partition.partition());
            if (before != null) {
                end(before);
                shared.events.broken(broken("assigned a partition again without taking it away"));
            }

            Assignment added = assignments.add(partition, shared.config, shared.wakeLoop, shared.time.nanos());
            tellIfReset(partition);
            restore(added, partition.committed());
        }
        shared.events.log().atInfo().addKeyValue("partitions", names).log("assigned {}", names);
        shared.events.tell(listener -> listener.assigned(names));
        afterAssigned.run(); // pauses them before a record can come, where everything is stopped
        ended(event, "assigned", names.size(), false);
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        if (isBroken("revoked", partitions)) {
            return;
        }
        List<Assignment> leaving = leaving(partitions);
        if (leaving.isEmpty()) {
            return;
        }
        RebalanceEvent event = FlightEvents.rebalance();
        shared.counters.rebalances.increment();
        BurrowConfig config = shared.config;
        long commitNanos = commits.timeout().toNanos();
        long budget =
                waited ? 0 : Math.min(config.drainTimeout().toNanos(), Math.max(0, pollTime.leftNanos() - commitNanos));
        stop(leaving);
        leaving.forEach(assignment -> assignment.revoking = true);
        shared.workers.await(
                () -> {
                    whileWaiting.run();
                    return isQuiet(leaving) || shared.nanosUntilStop() == 0;
                },
                Math.min(budget, shared.nanosUntilStop()));
        boolean quiet = isQuiet(leaving);
        if (!commit(leaving, lastCommitNanos())) {
            uncommitted = true;
        }
        List<TopicPartition> names = forget(leaving);
        shared.events
                .log()
                .atInfo()
                .addKeyValue("partitions", names)
                .log("revoked {}{}", names, quiet ? "" : "; handlers were still running");
        shared.events.tell(listener -> listener.revoked(names));
        ended(event, "revoked", names.size(), !quiet);
    }

    private void ended(@Nullable RebalanceEvent event, String type, int partitions, boolean leftRunning) {
        if (event != null) {
            event.ended(shared.config.name(), type, partitions, leftRunning);
        }
    }

    /**
     * How long the last commit may take; the last one of all was tried before, so that closing does not take it twice.
     */
    private long lastCommitNanos() {
        long nanos = commits.timeout().toNanos();
        return waited ? Math.min(nanos, Math.max(CLOSING_COMMIT_NANOS, shared.nanosUntilStop())) : nanos;
    }

    /** Commits what is finished, again and again while a failure may pass and there is time. */
    private boolean commit(List<Assignment> leaving, long nanos) {
        long end = shared.time.nanos() + Math.max(LEAST_COMMIT_NANOS, nanos);
        while (true) {
            leaving.forEach(Assignment::advance);
            long left = Math.max(LEAST_COMMIT_NANOS, end - shared.time.nanos());
            if (commits.commitNow(leaving, Duration.ofNanos(left))) {
                return leaving.stream().noneMatch(Assignment::isRefused);
            }
            if (!commits.isRetryPending() || end - shared.time.nanos() <= 0) {
                return false;
            }
            if (!commits.isRetryDue()) {
                shared.workers.await(() -> false, Math.min(left, COMMIT_RETRY_NANOS));
            }
        }
    }

    /** Whether a partition was taken away before its last commit was made, since this was asked last. */
    boolean leftUncommitted() {
        boolean answer = uncommitted;
        uncommitted = false;
        return answer;
    }

    @Override
    public void lost(Collection<TopicPartition> partitions) {
        if (isBroken("lost", partitions)) {
            return;
        }
        List<Assignment> leaving = leaving(partitions);
        if (leaving.isEmpty()) {
            return;
        }
        RebalanceEvent event = FlightEvents.rebalance();
        shared.counters.rebalances.increment();
        boolean quiet = isQuiet(leaving);
        List<TopicPartition> names = forget(leaving);
        shared.events.log().atWarn().addKeyValue("partitions", names).log("lost {}", names);
        shared.events.tell(listener -> listener.lost(names));
        ended(event, "lost", names.size(), !quiet);
    }

    @Override
    public void reset(TopicPartition partition, long position) {
        if (partition == null || position < 0) {
            shared.halt(broken("reset " + partition + " to " + position));
            return;
        }
        Assignment before = assignments.remove(partition);
        if (before == null) {
            return;
        }
        long from = before.heldEndPosition;
        end(before);
        Assignment after = assignments.add(
                new AssignedPartition(partition, position, null), shared.config, shared.wakeLoop, shared.time.nanos());
        after.pausedByUser = before.pausedByUser;
        after.pausedAtSource = before.pausedAtSource;
        tellMoved(partition, from, position);
    }

    @Override
    public void skipped(TopicPartition partition, long from, long to) {
        if (partition == null || from < 0 || to <= from) {
            shared.halt(broken("skipped " + partition + " from " + from + " to " + to));
            return;
        }
        if (assignments.get(partition) != null) {
            tellMoved(partition, from, to);
        }
    }

    @Override
    public void waiting(TopicPartition partition, @Nullable Instant due) {
        Assignment assignment = partition == null ? null : assignments.get(partition);
        if (assignment != null) {
            assignment.due = due;
        }
    }

    private void tellMoved(TopicPartition partition, long from, long to) {
        shared.counters.positionResets.increment();
        shared.events
                .log()
                .atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("from", from)
                .addKeyValue("to", to)
                .log("position of {} moved from {} to {}", partition, from, to);
        shared.events.tell(listener -> listener.positionReset(partition, from, to));
    }

    /** What was finished above the commit point stays finished, if what is stored can be read and fits. */
    private void restore(Assignment assignment, @Nullable CommitPoint stored) {
        if (stored == null || stored.metadata().isEmpty() || !shared.config.snapshots()) {
            return;
        }
        if (assignment.restore(stored)) {
            shared.events
                    .log()
                    .atInfo()
                    .addKeyValue("partition", assignment.partition)
                    .addKeyValue("offset", stored.offset())
                    .log(
                            "{} goes on at {} with {} records above it finished",
                            assignment.partition,
                            stored.offset(),
                            assignment.finishedBefore.finished().size());
        } else {
            shared.events
                    .log()
                    .atInfo()
                    .addKeyValue("partition", assignment.partition)
                    .addKeyValue("offset", stored.offset())
                    .log("what is kept with offset {} of {} says nothing", stored.offset(), assignment.partition);
        }
    }

    /** A partition that begins below its stored offset was reset while nobody had it. */
    private void tellIfReset(AssignedPartition assigned) {
        CommitPoint committed = assigned.committed();
        if (committed != null && committed.offset() > assigned.position()) {
            tellMoved(assigned.partition(), committed.offset(), assigned.position());
        }
    }

    /** Lets nothing start any more in some assignments. */
    static void stop(Collection<Assignment> which) {
        which.forEach(assignment -> assignment.phase = Assignment.STOPPING);
    }

    /** Running handlers had their time: what is revoked from now on, by closing, waits for nothing. */
    void waited() {
        waited = true;
    }

    /** Whether nothing runs in some assignments. */
    boolean isQuiet(Collection<Assignment> which) {
        for (Assignment assignment : which) {
            // Workers first: one that leaves a stage behind raises the count before it goes.
            if (shared.workers.inside(assignment) > 0 || assignment.pending.get() > 0) {
                return false;
            }
        }
        return true;
    }

    private List<Assignment> leaving(Collection<TopicPartition> partitions) {
        List<Assignment> leaving = new ArrayList<>();
        for (TopicPartition partition : new LinkedHashSet<>(partitions)) {
            Assignment assignment = assignments.get(partition);
            if (assignment != null) {
                leaving.add(assignment);
            }
        }
        return leaving;
    }

    private List<TopicPartition> forget(List<Assignment> leaving) {
        List<TopicPartition> names = new ArrayList<>();
        for (Assignment assignment : leaving) {
            assignments.remove(assignment.partition);
            end(assignment);
            names.add(assignment.partition);
        }
        return names;
    }

    private void end(Assignment assignment) {
        assignment.phase = Assignment.DEAD;
        assignment.advance();
        long unfinished = assignment.unfinished();

        shared.counters.finishedBefore += assignment.ledger.nextSequence() - unfinished - assignment.restored;
        shared.counters.abandoned.add(unfinished);
        boolean hadBudget = failures.isForBudget(assignment);
        failures.abandonAll(assignment);
        assignment.held.clear(); // nobody will ask for it; a batch may keep the assignment for a while
        assignments.ending(assignment);
        if (hadBudget) { // or what comes next would wait behind shares that nobody uses
            failures.moveUpForBudget(assignments.all());
        }
    }
}
