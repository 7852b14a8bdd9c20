package io.burrow.core.engine;

import io.burrow.api.CloseResult;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.MessageSource;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last steps: commit what is finished, leave the source, free everything. Nothing runs any more when they begin, or
 * the time for it is up. Loop thread.
 */
final class Ending {
    private static final long LEAST_COMMIT_NANOS = 1_000_000;
    private static final long COMMIT_RETRY_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LEAVING_NANOS = Duration.ofSeconds(1).toNanos();

    private final Shared shared;
    private final Assignments assignments;
    private final Rebalancer rebalancer;
    private final MessageSource<?, ?> source;
    private final @Nullable DeadLetterSink<?, ?> sink;

    Ending(
            Shared shared,
            Assignments assignments,
            Rebalancer rebalancer,
            MessageSource<?, ?> source,
            @Nullable DeadLetterSink<?, ?> sink) {
        this.shared = shared;
        this.assignments = assignments;
        this.rebalancer = rebalancer;
        this.source = source;
        this.sink = sink;
    }

    /**
     * Ends everything.
     *
     * @param commits the commits
     * @param quiet whether running handlers ended in time
     * @param deadlineNanos by when the source is to be left; the last commit has one commit's time limit in any case
     * @param pollOnce polls the source without waiting; false when that makes no sense any more
     * @param beforeLeaving runs between the last commit and leaving
     */
    CloseResult end(
            Commits commits, boolean quiet, long deadlineNanos, BooleanSupplier pollOnce, Runnable beforeLeaving) {
        rebalancer.waited();
        long atLeast = shared.time.nanos() + shared.config.commitTimeout().toNanos();
        long giveUp = Math.max(deadlineNanos, atLeast);
        boolean committed = lastCommit(commits, Math.max(deadlineNanos - LEAVING_NANOS, atLeast), pollOnce)
                && assignments.all().stream().noneMatch(Assignment::isRefused);
        long unfinished = 0;
        for (Assignment assignment : assignments.all()) {
            unfinished += assignment.unfinished() + assignment.held.size();
        }
        beforeLeaving.run();
        Duration rest = Duration.ofNanos(Math.max(LEAVING_NANOS, giveUp - shared.time.nanos()));
        quietly(() -> source.close(rest));
        rebalancer.lost(assignments.all().stream().map(a -> a.partition).toList()); // what was not revoked by closing
        if (sink != null) {
            quietly(() -> sink.close(rest));
        }
        List<String> threads = shared.workers.close(quiet ? LEAVING_NANOS : 0);
        shared.time.close();
        boolean clean = quiet && committed && !rebalancer.leftUncommitted() && threads.isEmpty();
        return new CloseResult(clean, unfinished, threads);
    }

    private boolean lastCommit(Commits commits, long giveUp, BooleanSupplier pollOnce) {
        while (true) {
            for (Assignment assignment : assignments.all()) {
                assignment.advance();
            }
            long left = Math.max(LEAST_COMMIT_NANOS, giveUp - shared.time.nanos());
            Duration timeout = Duration.ofNanos(Math.min(left, commits.timeout().toNanos()));
            if (commits.commitNow(assignments.all(), timeout)) {
                return true;
            }
            // A rebalance may have to go on before the commit is taken.
            if (shared.time.nanos() - giveUp >= 0 || !commits.isRetryPending() || !pollOnce.getAsBoolean()) {
                return false;
            }
            shared.workers.await(() -> false, COMMIT_RETRY_NANOS);
        }
    }

    /** Does a step of which a failure may not keep the others from being done. */
    void quietly(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            shared.events
                    .log()
                    .atWarn()
                    .addKeyValue("error", e.getClass().getName())
                    .log("{} while closing", e.getClass().getName());
        }
    }
}
