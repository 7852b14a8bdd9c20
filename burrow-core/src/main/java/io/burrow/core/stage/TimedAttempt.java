package io.burrow.core.stage;

import io.burrow.core.host.Demand;
import io.burrow.core.host.StageHost;
import io.burrow.core.host.ThreadsInside;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt under a time limit. It knows the threads inside of the handler: mostly the worker, later perhaps the one
 * that a stage further in started the handler on.
 *
 * <p>When the time is up, threads inside are interrupted, and the attempt fails when the last of them is out: not
 * before, since the next record of the key would start while this one's handler still runs. Without a thread inside it
 * fails at once. Any thread.
 */
final class TimedAttempt extends Demand {
    private final StageHost host;
    private final Duration limit;
    private final long deadlineNanos;

    private volatile boolean expired; // written under the lock
    private boolean ended; // guarded by this, like what follows
    private final ThreadsInside inside = new ThreadsInside();
    private @Nullable CompletableFuture<Object> outcome;

    TimedAttempt(StageHost host, Duration limit, long deadlineNanos) {
        super(Demand.current());
        this.host = host;
        this.limit = limit;
        this.deadlineNanos = deadlineNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    protected boolean isAsked() {
        return !expired;
    }

    @Override
    protected synchronized boolean enter() {
        if (expired) {
            return false;
        }
        inside.enter();
        return true;
    }

    @Override
    protected void leave() {
        CompletableFuture<Object> failing = null;
        synchronized (this) {
            if (inside.leave() && expired) {
                failing = outcome;
            }
        }
        if (failing != null) {
            failing.completeExceptionally(failure(null));
        }
    }

    /** The time is up. Timer thread. */
    void expire() {
        CompletableFuture<Object> failing;
        synchronized (this) {
            if (ended) {
                return;
            }
            expired = true;
            inside.interrupt();
            failing = inside.isEmpty() ? outcome : null;
        }
        if (failing == null) {
            return; // who is inside sees to it
        }
        TimeoutException failure = failure(null);
        try {
            host.execute(() -> failing.completeExceptionally(failure)); // what depends on it may take its time
        } catch (RejectedExecutionException e) {
            failing.completeExceptionally(failure);
        }
    }

    /** The handler is done. Returns whether it was in time; after that the time cannot get up any more. */
    synchronized boolean end() {
        ended = true;
        return !expired;
    }

    /** Goes on after the handler returned a stage that is perhaps not completed. */
    CompletionStage<?> await(CompletionStage<?> stage, Runnable atEnd) throws TimeoutException {
        CompletableFuture<Object> result = new CompletableFuture<>();
        synchronized (this) {
            if (expired && inside.isEmpty()) {
                throw failure(null);
            }
            outcome = result;
        }
        stage.whenComplete((value, error) -> {
            atEnd.run();
            if (!end()) {
                result.completeExceptionally(failure(error));
            } else if (error != null) {
                result.completeExceptionally(error);
            } else {
                result.complete(null);
            }
        });
        return result;
    }

    TimeoutException failure(@Nullable Throwable thrown) {
        TimeoutException failure = new TimeoutException("timeLimit: not done within " + limit);
        failure.initCause(thrown);
        return failure;
    }
}
